"""The loss explorer: what a loss looks like, how it is fooled, and what a model becomes under it.

Everything is computed here, as plain data, and shown twice: as a picture by
`tinynet.plots` and as a text by `text`. Start at curves.py, then influences.py, fits.py,
surfaces.py.
"""

from . import text
from .curves import Curve, Kink, Plateau, compared, curve, swept
from .fits import Fit, Fits, train
from .influences import Influence, influence
from .surfaces import Snapshots, Surface, surface

__all__ = [
    "Curve",
    "Fit",
    "Fits",
    "Influence",
    "Kink",
    "Snapshots",
    "Plateau",
    "Surface",
    "compared",
    "curve",
    "influence",
    "surface",
    "swept",
    "text",
    "train",
]
