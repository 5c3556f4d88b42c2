"""The playground: choose data, network, loss and optimizer on a page, and watch tinynet train.

The page only asks and draws; every number on it comes from the same code that a script runs.
settings.py is what can be chosen, session.py the runs, questions.py what the page asks, server.py
the way there.
"""
