"""Plots: what a model learned, as pictures; the one package that needs Matplotlib.

A function draws one picture into the Axes it is given, makes a figure of its own where it is given
none, and returns the Axes; a picture of several panels returns its Figure. As the last line of a
cell either shows the picture. pyplot is told of a new figure only where it has a screen, so the
pictures come out the same in a script, a thread or on a server.
Colours are those of Okabe & Ito (2008), safe for the colour-blind; markers and line styles differ
too, for black and white.
"""

from .figures import Picture, check_path, literal, save
from .graphs import graph
from .losses import compare, curves, fits, loss, outline
from .models import confusion_matrix, decision_boundary, fitted_curve, history, predictions, run
from .points import dataset
from .reports import report
from .schedules import range_test, schedule
from .surfaces import surface, surface_map
from .sweep import ranking

__all__ = [
    "Picture",
    "check_path",
    "compare",
    "confusion_matrix",
    "curves",
    "dataset",
    "decision_boundary",
    "fits",
    "fitted_curve",
    "graph",
    "history",
    "literal",
    "loss",
    "outline",
    "predictions",
    "range_test",
    "ranking",
    "report",
    "run",
    "save",
    "schedule",
    "surface",
    "surface_map",
]
