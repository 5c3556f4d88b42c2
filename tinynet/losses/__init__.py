"""Losses: what "wrong" means, as one differentiable node each.

The one idea: a loss is declared by its value per element and that value's slope, one below the
other. Reduction, sample weights and the checks of shapes and labels are written once, in `Loss`,
for all of them. Arguments come in the order ``(y_true, y_pred)``; e stands for y_pred − y_true.

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
"""

from .base import Loss, loss
from .cards import Axis, Card, Limit
from .classification import cross_entropy, log_loss
from .regression import huber, mae, mse, pseudo_huber, smooth_l1, smooth_l2

__all__ = [
    "mse",
    "mae",
    "smooth_l1",
    "smooth_l2",
    "huber",
    "pseudo_huber",
    "cross_entropy",
    "log_loss",
    "Loss",
    "Card",
    "Axis",
    "Limit",
    "loss",
    "names",
]


def names() -> dict[str, Loss]:
    """Every loss of the catalogue by its name.

    >>> names()["mse"] is mse
    True
    """
    return {name: value for name, value in globals().items() if isinstance(value, Loss)}
