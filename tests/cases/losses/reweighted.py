"""Cases of the bent cross-entropies, each in its textbook form."""

import numpy as np

from tests.cases.losses.classification import (
    CHANCE,
    CHANCES,
    CORNERS,
    FAR,
    IDS,
    LOGIT,
    LOGITS,
    NEAR,
    PARTLY,
    PROBABLE,
    SCORES,
    SIDES,
    SOFT,
    WEIGHT,
    YES,
    distribution,
    rows,
    sigmoid,
    smoothed,
    softmax,
)
from tests.loss_cases import Case, Extreme
from tinynet.losses.reweighted import (
    categorical_focal,
    focal,
    generalized_cross_entropy,
    poly1,
    symmetric_cross_entropy,
)


def two_sided(t, p, gamma=2.0, yes=1.0, no=1.0):
    on = -yes * (1 - p) ** gamma * np.log(p)
    return t * on - (1 - t) * no * p**gamma * np.log(1 - p)


def focused(t, p, gamma=2.0, alpha=1.0):
    return -np.sum(alpha * rows(t) * (1 - p) ** gamma * np.log(p), axis=-1)


def generalized(t, p, q=0.7):
    return np.sum(rows(t) * (1 - p**q) / q, axis=-1)


def symmetric(t, p, alpha=0.1, beta=1.0, log_zero=-4.0):
    t = rows(t)
    log_t = np.log(np.where(t > np.exp(log_zero), t, np.exp(log_zero)))
    return -np.sum(alpha * t * np.log(p) + beta * p * log_t, axis=-1)


def polynomial(t, p, epsilon=1.0):
    return np.sum(rows(t) * (-np.log(p) + epsilon * (1 - p)), axis=-1)


def binary_cases():
    """Focal losses of single probabilities, and of their logits."""
    for options, kwargs in (
        ({}, {}),
        ({"gamma": 0.5, "alpha": 0.25}, {"gamma": 0.5, "yes": 0.25, "no": 0.75}),
        ({"gamma": 0, "alpha": 1}, {"gamma": 0, "no": 0}),
        ({"gamma": 1.0}, {"gamma": 1}),
    ):
        yield Case(
            loss=focal,
            arrays=(YES, CHANCE),
            options=options,
            formula=lambda t, p, kwargs=kwargs: two_sided(t, p, **kwargs),
        )
        yield Case(
            loss=focal,
            arrays=(PARTLY, SCORES),
            options=options | LOGIT,
            formula=lambda t, z, kwargs=kwargs: two_sided(t, sigmoid(z), **kwargs),
        )
    yield Case(
        loss=focal,
        arrays=(YES, CHANCE),
        options={"label_smoothing": 0.2, "alpha": None},
        formula=lambda t, p: two_sided(0.8 * t + 0.1, p),
    )


def cases_of_rows(loss, formula, *choices):
    """A loss with each choice of options, for ids and rows, of logits and of probabilities."""
    for options in choices:

        def of_logits(t, z, options=options):
            return formula(t, softmax(z), **options)

        def of_soft(t, p, options=options):
            return formula(t, p, **options)

        yield Case(loss=loss, arrays=(IDS, LOGITS), options=options, formula=of_logits)
        yield Case(
            loss=loss,
            arrays=(SOFT, CHANCES),
            options=options | PROBABLE,
            formula=of_soft,
            inside={0: distribution, 1: distribution},
        )
    yield Case(
        loss=loss,
        arrays=(IDS, LOGITS),
        options={"label_smoothing": 0.3, "ignore_index": 1},
        formula=lambda t, z: (t != 1) * formula(smoothed(t, 0.3), softmax(z)),
        counts=lambda t, z: 1.0 * (t != 1),
    )


CASES = [
    *binary_cases(),
    *cases_of_rows(
        *(categorical_focal, focused),
        *({}, {"gamma": 0.5, "alpha": 0.25}, {"gamma": 0}, {"gamma": 3.0, "alpha": WEIGHT}),
    ),
    *cases_of_rows(generalized_cross_entropy, generalized, {}, {"q": 0.1}, {"q": 1}),
    *cases_of_rows(
        *(symmetric_cross_entropy, symmetric),
        *({}, {"alpha": 1.0, "beta": 0.3}, {"log_zero": -9.0}, {"log_zero": 0}),
    ),
    *cases_of_rows(poly1, polynomial, {}, {"epsilon": -1}, {"epsilon": 4.0}),
]

ENDS = np.array([-1e4, 1e4, 1e4, -1e4, -1e30, -1e30])
OPEN = np.array([0, 1, 0, 1, 1, 0])
FLAT = 0.25 * np.log(2)

EXTREMES = [
    Extreme(loss=focal, arrays=(OPEN, ENDS), options=LOGIT, values=[0, 0, 1e4, 1e4, 1e30, 0]),
    Extreme(
        loss=focal,
        arrays=(OPEN, ENDS),
        options={"gamma": 0.5} | LOGIT,
        values=[0, 0, 1e4, 1e4, 1e30, 0],
    ),
    Extreme(loss=focal, arrays=(SIDES, CORNERS[:, 1])),
    Extreme(loss=focal, arrays=(SIDES, CORNERS[:, 1]), options={"gamma": 0.5, "alpha": 0.25}),
    Extreme(loss=categorical_focal, arrays=(NEAR, FAR), values=[0, 2e4, FLAT, 2e4, 0]),
    Extreme(
        loss=categorical_focal,
        arrays=(NEAR, FAR),
        options={"gamma": 0.1},
        values=[0, 2e4, 0.5**0.1 * np.log(2), 2e4, 0],
    ),
    Extreme(
        loss=generalized_cross_entropy,
        arrays=(NEAR, FAR),
        options={"q": 1},
        values=[0, 1, 0.5, 1, 0],
    ),
    Extreme(
        loss=generalized_cross_entropy,
        arrays=(NEAR, FAR),
        options={"q": 1e-20},
        values=[0, 2e4, np.log(2), 2e4, 0],
    ),
    Extreme(
        loss=generalized_cross_entropy,
        arrays=(NEAR, FAR),
        options={"q": 0},
        values=[0, 2e4, np.log(2), 2e4, 0],
    ),
    Extreme(
        loss=symmetric_cross_entropy,
        arrays=(NEAR, FAR),
        values=[0, 2e3 + 4, 0.1 * np.log(2) + 2, 2e3 + 4, 0],
    ),
    Extreme(loss=poly1, arrays=(NEAR, FAR), values=[0, 2e4 + 1, np.log(2) + 0.5, 2e4 + 1, 0]),
    *(
        Extreme(loss=loss, arrays=(SIDES, CORNERS), options=options | PROBABLE)
        for loss, options in (
            (categorical_focal, {}),
            (categorical_focal, {"gamma": 0.1}),
            (generalized_cross_entropy, {}),
            (generalized_cross_entropy, {"q": 0}),
            (symmetric_cross_entropy, {}),
            (poly1, {}),
        )
    ),
]
