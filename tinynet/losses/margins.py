"""Losses of a margin: how far a score lies on the right side of the decision boundary.

With targets −1 and 1, the margin m = y_true · y_pred is positive where the sign is right, and every
loss of two classes is one falling curve over m. Their derivative exactly at a corner is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.methods import raw
from ..functional import relu, sigmoid, softplus
from .base import loss
from .cards import Axis, Card
from .checks import NON_NEGATIVE, binary_targets, class_targets, sign_targets
from .classification import counted, where_it_counts

__all__ = ["hinge", "squared_hinge", "soft_margin", "perceptron", "exponential"]
__all__ += ["multiclass_hinge", "multilabel_soft_margin"]

LABEL_LOGIT = Axis(
    "label logit",
    "logit z of one label, for y_true = 1",
    *(-6, 6),
    lambda x: (np.ones((1, 1)), np.expand_dims(x, -1)),
)


# --- two classes ----------------------------------------------------------------------------


@loss(prepare=sign_targets)
def hinge(y_true: Any, y_pred: Any) -> Any:
    """The loss of support vector machines: max(0, 1 − m), with the margin m = y_true · y_pred.

    A sample on the right side, by 1 or more, is done: it adds no gradient. So the scores are no
    probabilities; for those, use `soft_margin`.

    >>> hinge([1, 1, -1], [3.0, 0.5, 2.0], reduction="none")     # m = 3, ½, −2
    array([0. , 0.5, 3. ])
    """
    return relu(1 - y_true * y_pred)


hinge.defderivative(lambda y_true, y_pred: -y_true * (y_true * y_pred < 1))


@loss(prepare=sign_targets)
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """A hinge without a corner: max(0, 1 − m)², with the margin m = y_true · y_pred.

    The gradient goes to 0 smoothly at m = 1, but grows with the error: a wrong label pulls hard.

    >>> squared_hinge([1, 1, -1], [3.0, 0.5, 2.0], reduction="none")     # m = 3, ½, −2
    array([0.  , 0.25, 9.  ])
    """
    return relu(1 - y_true * y_pred) ** 2


squared_hinge.defderivative(lambda y_true, y_pred: -2 * y_true * relu(1 - y_true * y_pred))


@loss(prepare=sign_targets)
def soft_margin(y_true: Any, y_pred: Any) -> Any:
    """A hinge rounded off: log(1 + e^−m), with the margin m = y_true · y_pred.

    It is `log_loss` of logits, for targets −1 and 1: the probability of 1 is sigmoid(y_pred).
    Computed as `softplus`, which does not overflow.

    >>> soft_margin([1, -1], [0.0, 1000.0], reduction="none").round(4)     # log 2, about −m
    array([6.931e-01, 1.000e+03])
    """
    return softplus(-y_true * y_pred)


soft_margin.defderivative(lambda y_true, y_pred: -y_true * sigmoid(-y_true * y_pred))


@loss(prepare=sign_targets)
def perceptron(y_true: Any, y_pred: Any) -> Any:
    """A hinge without margin: max(0, −m), with m = y_true · y_pred.

    One step of SGD with batch size 1 is Rosenblatt's rule: add y_true · x where the sign is wrong.
    Scores of 0 cost nothing, so weights that start at 0 never leave it: draw them at random.

    >>> perceptron([1, 1, -1], [3.0, 0.0, 2.0], reduction="none")     # m = 3, 0, −2
    array([0., 0., 2.])
    """
    return relu(-y_true * y_pred)


perceptron.defderivative(lambda y_true, y_pred: -y_true * (y_true * y_pred < 0))


def _payable_margins(name: str, y_true: Any, y_pred: Any, **options: Any) -> tuple[tuple, None]:
    """As `sign_targets`; and the sum of all e^−m is a number that the dtype holds."""
    (y_true, y_pred), _ = sign_targets(name, y_true, y_pred)
    margins = raw(y_true) * raw(y_pred)
    least = -np.log(np.finfo(y_pred.dtype).max / max(margins.size, 1))
    if margins.size and margins.min() < least:
        raise ValueError(
            f"{name}: the margin y_true · y_pred goes down to {margins.min():.6g}, but below"
            f" {least:.6g} e^−margin is more than {y_pred.dtype} holds: use soft_margin, which"
            " grows only linearly, or make the predictions smaller"
        )
    return (y_true, y_pred), None


@loss(prepare=_payable_margins)
def exponential(y_true: Any, y_pred: Any) -> Any:
    """The loss of AdaBoost: e^−m, with the margin m = y_true · y_pred.

    One wrong label can outweigh all other samples; `soft_margin` finds the same border without
    that. A margin so low that the sum of e^−m overflows is a ValueError.

    >>> exponential([1, -1], [0.0, 2.0], reduction="none").round(4)     # e⁰, e²
    array([1.    , 7.3891])
    """
    return np.exp(-y_true * y_pred)


exponential.defderivative(lambda y_true, y_pred: -y_true * np.exp(-y_true * y_pred))


# --- several classes ------------------------------------------------------------------------


def _single_class(
    name: str, y_true: Any, y_pred: Any, *, p: int = 1, where: Any = None, **options: Any
) -> tuple[tuple, None]:
    """Class ids, or rows with a single 1, as such rows; and p is 1 or 2."""
    if p not in (1, 2):
        raise ValueError(f"{name}: p must be 1 or 2, the power of each difference, not {p!r}")
    (y_true, _), _ = class_targets(name, y_true, raw(y_pred))  # raw: a softmax may stand in front
    shared = ((raw(y_true) != 0) & (raw(y_true) != 1)).any(axis=-1)  # (N,)
    shared = shared if where is None else shared & where
    if shared.any():
        row = tuple(int(i) for i in np.argwhere(shared)[0])
        raise ValueError(
            f"{name}: a margin needs a single true class, but y_true[{', '.join(map(str, row))}]"
            f" is {raw(y_true)[row]}: give class ids, or use cross_entropy, which takes"
            " probabilities"
        )
    return (y_true, y_pred), None


@loss(prepare=_single_class, rows=True, ranges={"margin": NON_NEGATIVE})
def multiclass_hinge(y_true: Any, y_pred: Any, *, margin: float = 1.0, p: int = 1) -> Any:
    """A hinge against every other class: Σ_(j≠y) max(0, margin − z_y + z_j)^p / C.

    One loss per row. It is 0 once the true class leads each other one by `margin`. `p` is 1 or 2;
    with 2 the gradient is smooth, but grows with the error.

    >>> float(multiclass_hinge([0], [[2.0, 1.5, -1.0]]))     # only 2.0 − 1.5 is below 1: 0.5 / 3
    0.16666666666666666
    """
    others, short = 1 - y_true, _shortfall(y_true, y_pred, margin)
    return np.vecdot(others, where_it_counts(others, short**p)) / y_pred.shape[-1]


def _shortfall(y_true: Any, z: Any, margin: float) -> Any:
    """By how much the lead of the true class over each class falls short of the margin: (N, C)."""
    of_true = -np.sum(counted(y_true, -z), axis=-1, keepdims=True)
    lowest = np.finfo(z.dtype).min / 2  # for −∞, so that the difference of two is a number
    return relu(margin - of_true + np.maximum(z, lowest))


def _multiclass_hinge_derivative(y_true: Any, y_pred: Any, margin: float, p: int) -> Any:
    others, short = 1 - y_true, _shortfall(y_true, y_pred, margin)
    of_terms = counted(others, 2 * short) if p == 2 else others * (short > 0)
    derivative = of_terms / y_pred.shape[-1]
    return derivative - counted(y_true, np.sum(derivative, axis=-1, keepdims=True))


multiclass_hinge.defderivative(_multiclass_hinge_derivative)


def _label_logits(name: str, y_true: Any, y_pred: Any, **options: Any) -> tuple[tuple, None]:
    """Targets 0, 1 or between, and logits of the same shape."""
    return binary_targets(name, y_true, y_pred, from_logits=True)


@loss(prepare=_label_logits, rows=True)
def multilabel_soft_margin(y_true: Any, y_pred: Any) -> Any:
    """Any number of C labels: the mean over the labels of `log_loss` from logits.

    One loss per row, so that a sample weight or mask is for all the labels of a sample at once.
    Targets are 0 and 1, not −1 and 1.

    >>> float(multilabel_soft_margin([[1, 0]], [[0.0, 0.0]]))     # log 2: as good as a coin
    0.6931471805599453
    """
    wrong = counted(y_true, softplus(-y_pred)) + counted(1 - y_true, softplus(y_pred))  # (N, C)
    return np.mean(wrong, axis=-1)


def _multilabel_derivative(y_true: Any, y_pred: Any) -> Any:
    derivative = (1 - y_true) * sigmoid(y_pred) - y_true * sigmoid(
        -y_pred
    )  # p − t, and exact near 0
    return derivative / y_pred.shape[-1]


multilabel_soft_margin.defderivative(_multilabel_derivative)


# --- what is known about them; the tests evaluate it -------------------------------------------

hinge.card = Card("""
    value      max(0, 1 − m)
    with       m = t z
    d/dz       −t where m < 1, else 0; then 0
    estimates  the more frequent label, as −1 or 1
    shape      convex, bounded
    axis       margin
    use it     two classes, and only the border between them matters
    source     Cortes & Vapnik 1995, Support-Vector Networks
""")
squared_hinge.card = Card("""
    value      max(0, 1 − m)²
    with       m = t z
    d/dz       −2t max(0, 1 − m); then 2 where m < 1, else 0
    estimates  the mean of the targets
    shape      convex
    axis       margin
    use it     as hinge, but with a smooth derivative, where no label is badly wrong
    source     Cortes & Vapnik 1995, Support-Vector Networks; Tang 2013 for neural networks
""")
soft_margin.card = Card("""
    value      log(1 + exp(−m))
    with       m = t z
    d/dz       −t σ(−m); then σ(m) σ(−m)
    y_pred     logits of the same shape: any numbers
    estimates  the log odds of the label 1
    noise      Bernoulli
    shape      convex, bounded
    axis       margin
    use it     two classes −1 and 1, and probabilities are wanted
    limits     targets 0 and 1: log_loss(from_logits=True)
    source     Cox 1958; Friedman, Hastie & Tibshirani 2000, Additive Logistic Regression
""")
perceptron.card = Card("""
    value      max(0, −m)
    with       m = t z
    d/dz       −t where m < 0, else 0; then 0
    estimates  nothing: the constant 0 costs nothing, whatever the targets are
    shape      convex, bounded
    axis       margin
    use it     the learning rule of 1958, to understand why hinge has a margin
    source     Rosenblatt 1958, The Perceptron
""")
exponential.card = Card("""
    value      exp(−m)
    with       m = t z
    d/dz       −t exp(−m); then exp(−m)
    y_pred     scores of the same shape, with m above about −700 (float32: −88)
    estimates  half the log odds of the label 1
    shape      convex
    axis       margin
    use it     to see what AdaBoost minimises; no label may be wrong
    source     Freund & Schapire 1997; Friedman, Hastie & Tibshirani 2000
""")
multiclass_hinge.card = Card("""
    value      Σ (1 − t) max(0, margin + z − z_y)^p/C
    with       z_y = Σ t z; h = max(0, margin + z − z_y);
               s = (1 − t) p h^(p − 1)/C where h > 0, else 0;
               k = (1 − t) p (p − 1) h^(p − 2)/C where h > 0, else 0
    d/dz       s − t Σ s; then diag(k) − k tᵀ − t kᵀ + (Σ k) t tᵀ
    y_true     class ids 0…C−1, shape (N,), or rows (N, C) with a single 1
    y_pred     z: scores (N, C), any numbers, the largest decides; p is the option 1 or 2
    estimates  the most frequent class, but nearly as frequent ones can tie with it
    shape      convex, bounded
    axis       class logit
    use it     as hinge, for C classes
    compare    margin = 0, 0.5, 1, 2
    source     Weston & Watkins 1999, Support Vector Machines for Multi-Class Pattern Recognition
""")
multilabel_soft_margin.card = Card(
    """
    value      −Σ (t log p + (1 − t) log(1 − p))/C
    with       p = σ(z)
    d/dz       (p − t)/C; then diag(p (1 − p))/C
    y_true     0 and 1, or probabilities, (N, C): one column per label
    y_pred     logits (N, C): any numbers
    estimates  the log odds of each label
    noise      Bernoulli, independent for each label
    shape      convex, bounded
    use it     several of C labels can be true at once
    limits     in the mean: log_loss(from_logits=True)
    source     Cox 1958, for each label; the name is PyTorch's
    """,
    axis=LABEL_LOGIT,
)
