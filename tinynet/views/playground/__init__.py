"""The playground: choose data, network, loss and optimizer on a page, and watch tinynet train.

The page only asks and draws; every number on it comes from the same code that a script runs.
settings.py is what can be chosen, choices.py what the page is told of it; own.py data of one's own,
features.py what the network sees of them; session.py the runs, landscape.py the loss around one;
questions.py what the page asks, server.py the way there.
"""
