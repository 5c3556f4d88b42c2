"""Notebooks: what model, data, history, loss and graph show as the last line of a cell.

Each is HTML without a script of its own. A page to step through stands in a frame, with a still
picture that shows where the notebook takes the frame away. markup.py holds the few pieces all are
made of, displays.py one function for each kind of thing, still.py the picture of a graph.
"""

from .displays import html

__all__ = ["html"]
