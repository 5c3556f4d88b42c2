"""Cases of the losses for data with outliers; their formulas as the papers write them."""

import math

import numpy as np

from tests.cases.losses.regression import case, far
from tinynet.losses.robust import cauchy, geman_mcclure, general_robust, tukey_biweight, welsch


def lorentzian(t, p, c=1):
    return c**2 / 2 * np.log(1 + ((p - t) / c) ** 2)


def saturating(t, p, c=1):
    return c**2 * 2 * ((p - t) / c) ** 2 / (((p - t) / c) ** 2 + 4)


def bell(t, p, c=1):
    return c**2 * (1 - np.exp(-(((p - t) / c) ** 2) / 2))


def biweight(t, p, c=4.685):
    return c**2 / 6 * np.where(abs(p - t) < c, 1 - (1 - ((p - t) / c) ** 2) ** 3, 1)


def barron(t, p, alpha=1, c=1):
    """Equation 8 of the paper, case by case."""
    square, distance = ((p - t) / c) ** 2, abs(alpha - 2)
    if alpha == 2:
        return square / 2
    if alpha == 0:
        return np.log(square / 2 + 1)
    if alpha == -math.inf:
        return 1 - np.exp(-square / 2)
    return distance / alpha * ((square / distance + 1) ** (alpha / 2) - 1)


SHAPES = [(4, 2), (2, 2), (1.9, 2), (1, 0.5), (0.3, 2), (0, 2), (-0.5, 1), (-2, 2), (-30, 3)]
CASES = [
    case(cauchy, lorentzian),
    case(cauchy, lorentzian, c=3),
    case(geman_mcclure, saturating),
    case(geman_mcclure, saturating, c=3),
    case(welsch, bell),
    case(welsch, bell, c=3),
    case(tukey_biweight, biweight),
    case(tukey_biweight, biweight, c=2),
    case(general_robust, barron),
    *(case(general_robust, barron, alpha=alpha, c=c) for alpha, c in SHAPES),
    case(general_robust, barron, alpha=-math.inf, c=2),
]


def half_log(e):
    """½ log(1 + e²)."""
    return math.log(math.hypot(1, e)) if abs(e) > 1e-4 else e * e / 2


def half_way(e):
    """2e² / (e² + 4)."""
    return 2 / (1 + 4 / e / e) if abs(e) > 1 else 2 * e * e / (e * e + 4)


def bump(e):
    """1 − exp(−½e²)."""
    return -math.expm1(-min(e * e, 1e4) / 2)


def plateau(e):
    """The biweight for c = 1."""
    return 1 / 6 if abs(e) >= 1 else e * e / 2


EXTREMES = [
    *far(cauchy, half_log),
    *far(geman_mcclure, half_way),
    *far(welsch, bump),
    *far(tukey_biweight, plateau, c=1.0),
    *far(general_robust, lambda e: e * (e / (1 + math.hypot(1, e)))),
    *far(general_robust, lambda e: e * e / 2, alpha=2),
    *far(general_robust, lambda e: 2 * half_log(e / math.sqrt(2)), alpha=0),
    *far(general_robust, half_way, alpha=-2),
    *far(general_robust, bump, alpha=-math.inf),
    *sum([far(loss, c=1e-5) for loss in (cauchy, geman_mcclure, welsch, tukey_biweight)], []),
    *sum([far(general_robust, alpha=a) for a in (2 - 1e-9, 1.99, 1e-12, -1e-12, -1e9)], []),
]
