"""Losses: what "wrong" means, as one differentiable node each.

The one idea: a loss is declared by its value per element and that value's slope, one below the
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

The others, by file: regression.py `log_cosh` `quantile` `expectile`; robust.py, for outliers,
`cauchy` `geman_mcclure` `welsch` `tukey_biweight` `general_robust`; likelihoods.py, for counts,
positive numbers and noise of unknown width, `poisson_nll` `gaussian_nll` `laplace_nll` `gamma_nll`
`tweedie`; relative.py `msle` `mape` `smape` `r2_loss` `cosine_similarity`; classification.py `nll`
`brier` `ordinal`; reweighted.py, for imbalance and wrong labels, `focal` `categorical_focal`
`generalized_cross_entropy` `symmetric_cross_entropy` `poly1`; margins.py `hinge` `squared_hinge`
`soft_margin` `perceptron` `exponential` `multiclass_hinge` `multilabel_soft_margin`; overlap.py
`dice` `tversky`; distributions.py `kl_divergence` `js_divergence`; similarity.py `contrastive`
`triplet` `margin_ranking` `cosine_embedding` `info_nce`.
"""

from typing import Any

from ..engine.upstairs import upstairs
from .base import Loss, loss
from .cards import Axis, Card
from .classification import brier, cross_entropy, log_loss, nll, ordinal
from .distributions import js_divergence, kl_divergence
from .likelihoods import gamma_nll, gaussian_nll, laplace_nll, poisson_nll, tweedie
from .margins import (
    exponential,
    hinge,
    multiclass_hinge,
    multilabel_soft_margin,
    perceptron,
    soft_margin,
    squared_hinge,
)
from .overlap import dice, tversky
from .regression import (
    expectile,
    huber,
    log_cosh,
    mae,
    mse,
    pseudo_huber,
    quantile,
    smooth_l1,
    smooth_l2,
)
from .relative import cosine_similarity, mape, msle, r2_loss, smape
from .reweighted import (
    categorical_focal,
    focal,
    generalized_cross_entropy,
    poly1,
    symmetric_cross_entropy,
)
from .robust import cauchy, geman_mcclure, general_robust, tukey_biweight, welsch
from .similarity import contrastive, cosine_embedding, info_nce, margin_ranking, triplet

__all__ = ["mse", "mae", "smooth_l1", "smooth_l2", "huber", "pseudo_huber"]
__all__ += ["log_cosh", "quantile", "expectile"]
__all__ += ["cauchy", "geman_mcclure", "welsch", "tukey_biweight", "general_robust"]
__all__ += ["poisson_nll", "gaussian_nll", "laplace_nll", "gamma_nll", "tweedie"]
__all__ += ["msle", "mape", "smape", "r2_loss", "cosine_similarity"]
__all__ += ["cross_entropy", "log_loss", "nll", "brier", "ordinal"]
__all__ += ["focal", "categorical_focal", "generalized_cross_entropy"]
__all__ += ["symmetric_cross_entropy", "poly1"]
__all__ += ["hinge", "squared_hinge", "soft_margin", "perceptron", "exponential"]
__all__ += ["multiclass_hinge", "multilabel_soft_margin"]
__all__ += ["dice", "tversky", "kl_divergence", "js_divergence"]
__all__ += ["contrastive", "triplet", "margin_ranking", "cosine_embedding", "info_nce"]
__all__ += ["Loss", "Card", "Axis", "loss", "names"]


def names() -> dict[str, Loss]:
    """Every loss of the catalogue by its name.

    >>> names()["mse"] is mse
    True
    """
    return {name: globals()[name] for name in __all__ if isinstance(globals()[name], Loss)}


def __getattr__(name: str) -> Any:
    """`check` and `suggest`, which stand above the catalogue."""
    if name in ("check", "suggest"):
        return upstairs(f"losses.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
