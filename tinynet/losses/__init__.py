"""Losses: what "wrong" means, as one differentiable node each.

The one idea: a loss is declared by its value per element and that value's derivative, one below the
other. Reduction, sample weights, masks and the checks of shapes and labels are written once, in
`Loss`, for all of them. Arguments come in the order ``(y_true, y_pred)``; e stands for
y_pred − y_true. ``help(tn.losses.huber)`` shows the card of a loss: what it estimates, for which
noise, its derivatives and its neighbours; `tinynet losses huber` draws it.

=============== ==================================== ===========================================
loss            value per element                    use it when
=============== ==================================== ===========================================
`mse`           e²                                   errors are Gaussian, the mean is wanted
`mae`           abs(e)                               there are outliers, the median is wanted
`smooth_l1`     e²/2β near 0, abs(e) − β/2 beyond β  as mae, but smooth at 0
`smooth_l2`     ½e²                                  as mse; the ½ makes the gradient e
`huber`         ½e² near 0, δ(abs(e) − δ/2) beyond   as mse, but no error pulls harder than δ
`pseudo_huber`  δ²(√(1 + (e/δ)²) − 1)                as huber, but smooth everywhere
`cross_entropy` −Σ t log softmax(z)                  one of C classes is true
`log_loss`      −t log p − (1 − t) log(1 − p)        yes or no
=============== ==================================== ===========================================

`names()` lists all of them, and the files here are their families.
"""

from typing import Any

from ..engine.upstairs import upstairs
from . import (
    classification,
    distributions,
    likelihoods,
    margins,
    overlap,
    regression,
    relative,
    reweighted,
    robust,
    similarity,
)
from .base import Loss, loss
from .cards import Axis, Card
from .classification import *
from .distributions import *
from .likelihoods import *
from .margins import *
from .overlap import *
from .regression import *
from .relative import *
from .reweighted import *
from .robust import *
from .similarity import *

_FAMILIES = (
    *(regression, robust, likelihoods, relative, classification, reweighted, margins),
    *(overlap, distributions, similarity),
)
_NAMES = [name for family in _FAMILIES for name in family.__all__]
__all__ = [*_NAMES, "Axis", "Card", "Loss", "loss", "names"]


def names() -> dict[str, Loss]:
    """Every loss of the catalogue by its name.

    >>> names()["mse"] is mse
    True
    """
    return {name: globals()[name] for name in _NAMES}


def __getattr__(name: str) -> Any:
    """`check` and `suggest`, which stand above the catalogue."""
    if name in ("check", "suggest"):
        return upstairs(f"losses.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
