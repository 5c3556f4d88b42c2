"""Cases of tinynet.losses.overlap."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses.overlap import dice, tversky

MASK = np.array([[0.0, 1, 0, 1, 1], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0.2, 0.9, 1, 0.5, 0]])
TRUE = 0.01 + 0.98 * MASK  # so that a step to either side stays a probability
CHANCE = np.array(
    [
        [0.1, 0.7, 0.3, 0.99, 0.5],
        [0.001, 0.02, 0.9, 0.003, 0.1],
        [0.4, 0.1, 0.2, 0.3, 0.05],
        [0.3, 0.8, 0.6, 0.45, 0.01],
    ]
)
SCORE = np.log(CHANCE / (1 - CHANCE))


def one_minus_overlap(t, p, smooth=1.0):
    both = 2 * np.sum(t * p, axis=-1)
    return 1 - (both + smooth) / (np.sum(t, axis=-1) + np.sum(p, axis=-1) + smooth)


def index(t, p, alpha=0.5, beta=0.5, smooth=1.0):
    """Salehi's form, which counts half of our `smooth`."""
    right = np.sum(t * p, axis=-1) + smooth / 2
    false_alarms, misses = np.sum((1 - t) * p, axis=-1), np.sum(t * (1 - p), axis=-1)
    return 1 - right / (right + alpha * false_alarms + beta * misses)


def from_logits(formula):
    return lambda t, z, **options: formula(t, 1 / (1 + np.exp(-z)), **options)


PRICES = ({}, {"alpha": 0.3, "beta": 0.7}, {"alpha": 2.0, "beta": 0.0, "smooth": 0.1})
PLAIN = ((dice, one_minus_overlap, ({}, {"smooth": 0.01})), (tversky, index, PRICES))
CASES = [
    Case(
        loss=loss,
        arrays=(TRUE, SCORE if logits else CHANCE),
        options=options | ({"from_logits": True} if logits else {}),
        formula=lambda t, p, formula=formula, options=options: formula(t, p, **options),
    )
    for loss, plain, choices in PLAIN
    for options in choices
    for logits, formula in ((False, plain), (True, from_logits(plain)))
]

CORNERS = ([[1, 0], [1, 0], [0, 0], [0, 0], [1, 1]], [[1, 0], [0, 1], [0, 0], [1, 1], [0, 0]])
ENDS = ([[1, 0], [1, 0], [0, 0], [0, 1]], [[1e30, -1e30], [-1e4, 1e4], [-1e4, -1e4], [1e4, 1e4]])
LOGITS = {"from_logits": True}
EXTREMES = [
    Extreme(loss=dice, arrays=CORNERS, values=[0, 2 / 3, 0, 2 / 3, 2 / 3]),
    Extreme(loss=dice, arrays=CORNERS, options={"smooth": 1e-6}),
    Extreme(loss=dice, arrays=ENDS, options=LOGITS, values=[0, 2 / 3, 0, 1 / 4]),
    Extreme(
        loss=tversky,
        arrays=CORNERS,
        options={"alpha": 0.25, "beta": 1.0},
        values=[0, 2.5 / 3.5, 0, 1 / 2, 4 / 5],
    ),
    Extreme(
        loss=tversky,
        arrays=ENDS,
        options=LOGITS | {"alpha": 0.25},
        values=[0, 1.5 / 2.5, 0, 0.5 / 3.5],
    ),
]
