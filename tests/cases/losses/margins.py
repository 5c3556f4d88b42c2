"""Cases of tinynet.losses.margins."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses.margins import (
    exponential,
    hinge,
    multiclass_hinge,
    multilabel_soft_margin,
    perceptron,
    soft_margin,
    squared_hinge,
)

SIGN = np.array([[1.0, -1, 1], [-1, -1, 1], [1, 1, -1], [-1, 1, 1]])
SCORE = np.array([[0.3, -0.4, 1.7], [0.001, -0.02, -0.003], [-30, 20, 8], [5, -0.9, 2.5]])
IDS = np.array([2, 0, 1, 2])
CLASSES = np.array([[0.3, -0.4, 1.1], [0.1, 0.02, 0.003], [30, 2.5, -8], [-500, 90, 90.4]])
YES = np.array([[0.01, 1, 0.3], [1, 0.1, 0.9], [0.5, 0.99, 0.02], [0.3, 0, 0.6]]) * 0.9 + 0.01


def falling_short(y, z, margin=1.0, p=1):
    """One row and one class after the other, as the sum is written."""

    def row(y, z):
        terms = (max(0.0, margin - z[y] + z[j]) ** p for j in range(len(z)) if j != y)
        return sum(terms) / len(z)

    return np.array([row(int(y), z) for y, z in zip(y, z, strict=True)])


def short_of_the_margin(y, z, margin=1.0, p=1):
    """The same for rows with a single 1, as a formula of arrays."""
    return falling_short(np.argmax(y, axis=-1), z, margin, p)


def label_loss(t, z):
    return np.mean(np.log1p(np.exp(z)) - t * z, axis=-1)


def torch_margin(F, m, margin, reduction="mean"):  # for the label −1: max(0, margin − x)
    return F.hinge_embedding_loss(m, -m.detach() * 0 - 1, margin=margin, reduction=reduction)


SIGNED = (SIGN, SCORE)
CASES = [
    Case(
        loss=hinge,
        arrays=SIGNED,
        formula=lambda t, z: np.where(t * z < 1, 1 - t * z, 0),
        torch=lambda F, t, z, **r: torch_margin(F, t * z, 1.0, **r),
    ),
    Case(
        loss=squared_hinge,
        arrays=SIGNED,
        formula=lambda t, z: np.where(t * z < 1, (1 - t * z) ** 2, 0),
    ),
    Case(
        loss=soft_margin,
        arrays=SIGNED,
        formula=lambda t, z: np.log1p(np.exp(-t * z)),
        torch=lambda F, t, z, **r: F.soft_margin_loss(z, t, **r),
    ),
    Case(
        loss=perceptron,
        arrays=SIGNED,
        formula=lambda t, z: np.where(t * z < 0, abs(z), 0),
        torch=lambda F, t, z, **r: torch_margin(F, t * z, 0.0, **r),
    ),
    Case(
        loss=exponential,
        arrays=(SIGN, SCORE / 4),
        formula=lambda t, z: 1 / np.exp(t * z),
    ),
    *(
        Case(
            loss=multiclass_hinge,
            arrays=(IDS, CLASSES),
            options=options,
            formula=lambda y, z, options=options: falling_short(y, z, **options),
            torch=lambda F, y, z, options=options, **r: F.multi_margin_loss(z, y, **options, **r),
        )
        for options in ({}, {"p": 2}, {"margin": 2.0}, {"margin": 0.6, "p": 2}, {"margin": 0})
    ),
    Case(
        loss=multiclass_hinge,
        arrays=(np.eye(3, dtype=int)[IDS], CLASSES),
        formula=short_of_the_margin,
        torch=lambda F, t, z, **r: F.multi_margin_loss(z, t.argmax(-1), **r),
    ),
    Case(
        loss=multilabel_soft_margin,
        arrays=(YES, SCORE),
        formula=label_loss,
        torch=lambda F, t, z, **r: F.multilabel_soft_margin_loss(z, t, **r),
    ),
]

ENDS = [1e30, -1e30, 1e4, -1e4, 0, 1e-38]
PLUS, SQUARES = np.ones(6), [1e18, -1e18, 1e4, -1e4, 0, 1e-38]
EXTREMES = [
    Extreme(loss=hinge, arrays=(PLUS, ENDS), values=[0, 1e30, 0, 10001, 1, 1]),
    Extreme(loss=hinge, arrays=(-PLUS, ENDS), values=[1e30, 0, 10001, 0, 1, 1]),
    Extreme(loss=hinge, arrays=([1, 1, 1], [1e-300, -1e150, 1e150]), dtypes=(np.float64,)),
    Extreme(loss=squared_hinge, arrays=(PLUS, SQUARES), values=[0, 1e36, 0, 10001**2, 1, 1]),
    Extreme(
        loss=squared_hinge,
        arrays=([1, 1, -1], [1e-300, -1e150, 1e150]),
        values=[1, 1e300, 1e300],
        dtypes=(np.float64,),
    ),
    Extreme(loss=soft_margin, arrays=(PLUS, ENDS), values=[0, 1e30, 0, 1e4, *[np.log(2)] * 2]),
    Extreme(loss=soft_margin, arrays=(-PLUS, ENDS), values=[1e30, 0, 1e4, 0, *[np.log(2)] * 2]),
    Extreme(loss=perceptron, arrays=(PLUS, ENDS), values=[0, 1e30, 0, 1e4, 0, 0]),
    Extreme(loss=exponential, arrays=([1, 1, -1, -1], [1e30, 1e4, -1e4, 0]), values=[0, 0, 0, 1]),
    Extreme(loss=exponential, arrays=([1, -1], [-40, 40]), values=[np.exp(40)] * 2),
    Extreme(loss=exponential, arrays=([1], [-350]), values=[np.exp(350)], dtypes=(np.float64,)),
    Extreme(
        loss=multiclass_hinge,
        arrays=([0, 1, 1], [[1e30, -1e30], [1e30, -1e30], [0, 0]]),
        values=[0, 1e30, 0.5],
    ),
    Extreme(
        loss=multiclass_hinge,
        arrays=([0, 1, 1], [[1e4, -1e4], [1e4, -1e4], [0, 1e-38]]),
        options={"p": 2},
        values=[0, 20001**2 / 2, 0.5],
    ),
    Extreme(
        loss=multilabel_soft_margin,
        arrays=([[1, 0], [0, 1], [0.5, 0.5]], [[1e30, -1e30], [1e4, -1e4], [1e4, -1e4]]),
        values=[0, 1e4, 5e3],
    ),
]
