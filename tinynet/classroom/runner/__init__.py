"""The runner: holds a stranger's code, and carries questions to it.

process.py    asks, and ends what is late
sandbox.py    what holds it on this machine
worker/       what runs beside a submission
replies.py    what comes back, made harmless
"""
