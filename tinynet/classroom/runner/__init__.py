"""The runner: holds a stranger's code, and carries questions to it.

exchange.py   asks, and says why no answer came
process.py    holds it on this machine, and ends what is late
sandbox.py    what holds the process
framed.py     holds it in a browser: a worker in a frame
worker/       what runs beside a submission
replies.py    what comes back, made harmless
"""
