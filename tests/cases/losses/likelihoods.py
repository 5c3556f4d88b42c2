"""Cases of the likelihoods; their formulas come from SciPy's densities."""

import math

import numpy as np
from scipy.special import xlogy
from scipy.stats import expon, laplace, norm

from tests.cases.losses.regression import FAR, REAL, case
from tests.loss_cases import Case, Extreme
from tinynet.losses.likelihoods import gamma_nll, gaussian_nll, laplace_nll, poisson_nll, tweedie

COUNTS = np.array([[0.0, 3], [1, 250], [2.5, 0], [40, 7]])
AMOUNTS = np.array([[0.01, 3], [1.2, 250], [2.5, 0.3], [40, 7]])
MEANS = np.array([[0.2, 5], [0.9, 310], [2.1, 0.05], [25, 60]])
WIDTHS = np.array([[0.3, 2], [1, 0.7], [5, 90], [12, 0.4]])


def stirling(t):
    above = np.maximum(t, 1)
    return (above > 1) * (above * np.log(above) - above + np.log(2 * np.pi * above) / 2)


def poisson(t, m, log_input=True, full=False):
    m = np.exp(m) if log_input else m
    return m - t * np.log(m) + (stirling(t) if full else 0)


def gamma(t, m, log_input=True):
    return -expon.logpdf(t, scale=np.exp(m) if log_input else m)


def deviance(t, m, power=1.5, log_input=False):
    """The textbook's, case by case."""
    m, p = (np.exp(m) if log_input else m), power
    if p == 1:
        return 2 * (xlogy(t, t / m) - t + m)
    if p == 2:
        return 2 * (np.log(m / t) + t / m - 1)
    constant = t ** (2 - p) / ((1 - p) * (2 - p))
    return 2 * (constant - t * m ** (1 - p) / (1 - p) + m ** (2 - p) / (2 - p))


def with_width(loss, formula, width, torch=None, **options):
    return Case(
        loss=loss,
        arrays=(*REAL, width),
        options=options,
        formula=lambda *arrays: formula(*arrays, **options),
        torch=torch,
    )


def gaussian(t, p, v, log_variance=False, full=False):
    v = np.exp(v) if log_variance else v
    return -norm.logpdf(t, p, np.sqrt(v)) - (0 if full else math.log(2 * math.pi) / 2)


def exponential_tails(t, p, b, log_scale=False):
    return -laplace.logpdf(t, p, np.exp(b) if log_scale else b)


def torch_poisson(F, p, t, **options):
    return F.poisson_nll_loss(p, t, eps=0, **options)


def torch_gaussian(full, log_variance=False):
    def call(F, t, p, v, **rest):
        return F.gaussian_nll_loss(p, t, v.exp() if log_variance else v, full, 1e-30, **rest)

    return call


CASES = [
    case(poisson_nll, poisson, torch_poisson, (COUNTS, np.log(MEANS))),
    case(poisson_nll, poisson, torch_poisson, (COUNTS, MEANS), log_input=False),
    case(poisson_nll, poisson, torch_poisson, (COUNTS, np.log(MEANS)), full=True),
    case(poisson_nll, poisson, torch_poisson, (COUNTS, MEANS), log_input=False, full=True),
    case(gamma_nll, gamma, arrays=(AMOUNTS, np.log(MEANS))),
    case(gamma_nll, gamma, arrays=(AMOUNTS, MEANS), log_input=False),
    case(tweedie, deviance, arrays=(COUNTS, MEANS)),
    *(case(tweedie, deviance, arrays=(COUNTS, MEANS), power=p) for p in (0, 1, 1.2, 1.9)),
    case(tweedie, deviance, arrays=(COUNTS / 20, MEANS / 20), power=-1),
    *(case(tweedie, deviance, arrays=(AMOUNTS, MEANS), power=p) for p in (2, 2.5, 3)),
    *(
        case(tweedie, deviance, arrays=(AMOUNTS, np.log(MEANS)), power=p, log_input=True)
        for p in (0, 1, 1.5, 2, 3)
    ),
    with_width(gaussian_nll, gaussian, WIDTHS, torch_gaussian(False)),
    with_width(gaussian_nll, gaussian, WIDTHS, torch_gaussian(True), full=True),
    with_width(
        *(gaussian_nll, gaussian, np.log(WIDTHS), torch_gaussian(False, True)), log_variance=True
    ),
    with_width(laplace_nll, exponential_tails, WIDTHS),
    with_width(laplace_nll, exponential_tails, np.log(WIDTHS), log_scale=True),
]


def wide(loss, value, width=1.0, **options):
    """Errors of all sizes with this width; value(e) is exact."""
    return [
        Extreme(
            loss=loss,
            arrays=([0.0] * len(errors), errors, [width] * len(errors)),
            options=options,
            values=[value(e) for e in errors],
            dtypes=(dtype,),
        )
        for dtype, errors in FAR.items()
    ]


def against(dtype, *means):
    """Each mean with the targets 0 and 1."""
    arrays = ([0.0, 1.0] * len(means), np.repeat(means, 2))
    return {"arrays": arrays, "dtypes": (dtype,)}


FLOOR = {t: float(np.log(np.finfo(t).tiny) / 4) for t in (np.float64, np.float32)}
EXTREMES = [
    Extreme(
        loss=poisson_nll,
        arrays=([0, 0, 3, 3, 1e4], [-1e4, -1e30, -1e4, 0, 40]),
        values=[0, 0, 3e4, 1, math.exp(40) - 4e5],
    ),
    Extreme(loss=poisson_nll, arrays=([0, 1e18], [354, 350]), dtypes=(np.float64,)),
    Extreme(loss=poisson_nll, arrays=([0, 1e15], [44, -1e15]), options={"full": True}),
    Extreme(
        loss=poisson_nll,
        arrays=([0, 0, 1e4, 1e9], [1e-38, 1e18, 1e18, 1e-3]),
        options={"log_input": False, "full": True},
    ),
    Extreme(loss=gamma_nll, arrays=([2, 3, 1e-30], [1e4, 1e30, 1e4]), values=[1e4, 1e30, 1e4]),
    Extreme(loss=gamma_nll, arrays=([1e-30, 1e18], [-110.0, 0])),
    Extreme(
        loss=gamma_nll,
        arrays=([1.0, 1.0, 1e-30], [1e-38, 1e18, 1.0]),
        options={"log_input": False},
    ),
    *(
        Extreme(loss=tweedie, options={"power": p}, **against(dtype, tiny, 1.0, large))
        for p in (0, 1, 1.001, 1.5, 1.999)
        for dtype, tiny, large in ((np.float64, 1e-300, 1e150), (np.float32, 1e-38, 1e17))
    ),
    *(
        Extreme(loss=tweedie, arrays=([1.0] * 3, [1e-38, 1.0, 1e18]), options={"power": p})
        for p in (2, 3)
    ),
    Extreme(
        loss=tweedie,
        arrays=([0, 2, 0, 2], [-80, -80, 80, 80]),
        options={"log_input": True},
        values=[
            4 * math.exp(-40),
            4 * (2 * math.exp(40) - 2 * math.sqrt(2) + math.exp(-40)),
            4 * math.exp(40),
            4 * (2 * math.exp(-40) - 2 * math.sqrt(2) + math.exp(40)),
        ],
    ),
    *wide(gaussian_nll, lambda e: e * e / 2),
    *wide(gaussian_nll, lambda e: e * e / 2, 0.0, log_variance=True),
    *wide(gaussian_nll, lambda e: 5e3, 1e4, log_variance=True),
    *wide(laplace_nll, lambda e: abs(e) + math.log(2)),
    *wide(laplace_nll, lambda e: abs(e) + math.log(2), 0.0, log_scale=True),
    *(
        Extreme(
            loss=loss,
            arrays=([1, 1, 1, 1], [1, 1.5, 1, 1.5], [v, v, 1, 1]),
            options=options,
            dtypes=(dtype,),
        )
        for loss, options, v, dtype in (
            (gaussian_nll, {}, 1e-300, np.float64),
            (gaussian_nll, {}, 1e-38, np.float32),
            (gaussian_nll, {"log_variance": True}, -1e4, np.float64),
            (gaussian_nll, {"log_variance": True}, -1e30, np.float32),
            (laplace_nll, {}, 1e-300, np.float64),
            (laplace_nll, {}, 1e-38, np.float32),
            (laplace_nll, {"log_scale": True}, -1e4, np.float64),
            (laplace_nll, {"log_scale": True}, 1e30, np.float32),
        )
    ),
    *(
        Extreme(
            loss=gaussian_nll,
            arrays=([1.0], [1.0], [-1e4]),
            options={"log_variance": True},
            values=[floor / 2],
            dtypes=(dtype,),
        )
        for dtype, floor in FLOOR.items()
    ),
]
