"""The stepper: every number of a forward and a backward pass, one operation at a time.

The one idea: a face only shows the stream of steps that a Graph yields (graph/steps.py); the
terminal, a notebook and a web page show the same events in the same words.
"""
