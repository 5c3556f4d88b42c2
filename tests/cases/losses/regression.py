"""Cases of the losses of an error, e = y_pred − y_true."""

import numpy as np

from tests.loss_cases import Case, Extreme
from tinynet.losses.regression import (
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

E = np.array([[0.3, -0.4], [1.8, -2.5], [0.05, -30.0], [4.0, 0.9]])  # rows of different scale
TRUE = np.array([[1.0, -2.0], [0.5, 3.0], [0.0, 7.0], [-1.0, 0.1]])
REAL = (TRUE, TRUE + E)
SHARES = [0.1, 0.4, 0.75]
COLUMNS = np.array([[0.3, -0.4, 1.2], [1.8, -2.5, 3.1], [0.05, -30.0, 60.0], [-4.0, 0.9, 9.0]])


def case(loss, formula, torch=None, arrays=REAL, **options):
    """A Case whose formula, and torch's function, take the loss's own options."""
    return Case(
        loss=loss,
        arrays=arrays,
        options=options,
        formula=lambda t, p: formula(t, p, **options),
        torch=torch and (lambda F, t, p, **rest: torch(F, p, t, **options, **rest)),
    )


def square(t, p):
    return (p - t) ** 2


def rounded(t, p, beta=1):
    return np.where(abs(p - t) < beta, (p - t) ** 2 / (2 * beta), abs(p - t) - beta / 2)


def straightened(t, p, delta=1):
    return np.where(abs(p - t) <= delta, (p - t) ** 2 / 2, delta * (abs(p - t) - delta / 2))


def hyperbola(t, p, delta=1):
    return delta**2 * (np.sqrt(1 + ((p - t) / delta) ** 2) - 1)


def pinball(t, p, q=0.5):
    d = (t if t.ndim == p.ndim else t[:, None]) - p
    return np.maximum(np.array(q) * d, (np.array(q) - 1) * d)


def asymmetric(t, p, tau=0.5):
    return np.abs(tau - (t - p < 0)) * (t - p) ** 2


def torch_mse(F, p, t, **options):
    return F.mse_loss(p, t, **options)


def torch_smooth_l1(F, p, t, **options):
    return F.smooth_l1_loss(p, t, **options)


def torch_huber(F, p, t, **options):
    return F.huber_loss(p, t, **options)


CASES = [
    case(mse, square, torch_mse),
    case(mse, square, torch_mse, arrays=(TRUE[:, 0], TRUE[:, 1])),
    case(mae, lambda t, p: abs(p - t), lambda F, p, t, **options: F.l1_loss(p, t, **options)),
    case(smooth_l2, lambda t, p: square(t, p) / 2, lambda *args, **r: torch_mse(*args, **r) / 2),
    case(smooth_l1, rounded, torch_smooth_l1),
    case(smooth_l1, rounded, torch_smooth_l1, beta=0.5),
    case(smooth_l1, rounded, torch_smooth_l1, beta=5),
    case(smooth_l1, lambda t, p, beta: abs(p - t), torch_smooth_l1, beta=0),
    case(huber, straightened, torch_huber),
    case(huber, straightened, torch_huber, delta=0.5),
    case(huber, straightened, torch_huber, delta=5),
    case(pseudo_huber, hyperbola),
    case(pseudo_huber, hyperbola, delta=0.5),
    case(pseudo_huber, hyperbola, delta=5),
    case(log_cosh, lambda t, p: np.log(np.cosh(p - t))),
    case(quantile, pinball),
    case(quantile, pinball, q=0.9),
    case(quantile, pinball, arrays=(TRUE[:, 0], COLUMNS), q=SHARES),
    case(quantile, pinball, arrays=(COLUMNS - 0.07, COLUMNS[::-1]), q=tuple(SHARES)),
    case(expectile, asymmetric),
    case(expectile, asymmetric, tau=0.8),
]

FAR = {  # errors from tiny to huge
    np.float64: [0, 1e-300, -1e-300, 1e-150, 1e-8, -1e-8, 1.0, 1e8, 1e150, -1e150],
    np.float32: [0, 1e-38, -1e-38, 1e-18, 1e-8, -1e-8, 1.0, 1e4, 1e18, -1e18],
}


def far(loss, value=None, **options):
    """An Extreme for each dtype; value(e) is exact, in float64."""
    return [
        Extreme(
            loss=loss,
            arrays=([0.0] * len(errors), errors),
            options=options,
            values=value and [value(e) for e in errors],
            dtypes=(dtype,),
        )
        for dtype, errors in FAR.items()
    ]


def bent(e):
    return abs(e) - 0.5 if abs(e) > 1 else e * e / 2


EXTREMES = [
    *far(mse, lambda e: e * e),
    *far(mae, abs),
    *far(smooth_l1, bent),
    *far(smooth_l1, abs, beta=0),
    *far(smooth_l2, lambda e: e * e / 2),
    *far(huber, bent),
    *far(pseudo_huber, lambda e: e * (e / (1 + np.hypot(1, e)))),
    *far(log_cosh, lambda e: np.logaddexp(e, -e) - np.log(2) if abs(e) > 0.5 else e * e / 2),
    *far(quantile, lambda e: 0.1 * e if e > 0 else -0.9 * e, q=0.9),
    *far(expectile, lambda e: 0.2 * e * e if e > 0 else 0.8 * e * e, tau=0.8),
]
