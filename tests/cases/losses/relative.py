"""Cases of the losses without a unit."""

import numpy as np

from tests.cases.losses.regression import REAL, TRUE, E, case, far
from tests.loss_cases import Case, Extreme
from tinynet.losses.relative import cosine_similarity, mape, msle, r2_loss, smape

SIZES = np.array([[0.0, 3], [1.2, 250], [2.5, 0.3], [40, 7]])
POSITIVE = (SIZES, SIZES * [[1.5, 0.2], [3, 1.1], [0.5, 9], [1, 0.7]] + 0.03)
AWAY = (TRUE + 0.2, TRUE + 0.2 + E)
ROWS = np.array([[1.0, 2, -0.5], [3e2, -1e2, 2e2], [0.01, 0.02, 0.03], [-1, 0.2, 5]])
TURNED = np.array([[2.0, 1, 0.5], [1, 2, -0.7], [-4e2, 1e2, 3e2], [0.03, -0.07, 0.05]])


def percentage(t, p):
    return abs((t - p) / t)


def explained(t, p):
    return (t - p) ** 2 / np.var(t, axis=0)


def one_minus_cosine(t, p):
    return 1 - np.sum(t * p, axis=-1) / np.sqrt(np.sum(t * t, axis=-1) * np.sum(p * p, axis=-1))


def torch_cosine(F, t, p, reduction):
    values = 1 - F.cosine_similarity(p, t, dim=-1)
    return values if reduction == "none" else getattr(values, reduction)()


CASES = [
    case(msle, lambda t, p: (np.log(1 + t) - np.log(1 + p)) ** 2, arrays=POSITIVE),
    case(mape, percentage, arrays=AWAY),
    case(smape, lambda t, p: 2 * abs(p - t) / (abs(t) + abs(p)), arrays=AWAY),
    case(r2_loss, explained, arrays=REAL),
    case(r2_loss, explained, arrays=(TRUE[:, 1], TRUE[:, 0])),
    case(r2_loss, explained, arrays=(ROWS[..., None] ** 2, TURNED[..., None])),
    Case(
        loss=cosine_similarity,
        arrays=(ROWS, TURNED),
        formula=one_minus_cosine,
        torch=torch_cosine,
    ),
    Case(
        loss=cosine_similarity,
        arrays=(np.stack([ROWS, TURNED]), np.stack([TURNED, TURNED[::-1]])),
        formula=one_minus_cosine,
    ),
]

FLOATS = {np.float64: (1e-300, 1e150), np.float32: (2e-38, 1e18)}
EXTREMES = [
    *far(mape),
    *far(smape),
    Extreme(loss=mape, arrays=([1e18, 1e-3, -4], [0, 1e3, 4]), values=[1, 1e6 - 1, 2]),
    Extreme(
        loss=smape,
        arrays=([0, 0, 3, 3, 1e18, 1e-3, 2], [0, 1e18, 0, -3, -1e18, 1e18, 2]),
        values=[0, 2, 2, 2, 2, 2, 0],
    ),
    *(
        Extreme(
            loss=msle,
            arrays=([0, 0, 0, tiny, 1], [0, tiny, huge, 0, 1]),
            values=[0, 0, np.log(huge) ** 2, 0, 0],
            dtypes=(dtype,),
        )
        for dtype, (tiny, huge) in FLOATS.items()
    ),
    *(
        Extreme(
            loss=r2_loss,
            arrays=([0, scale, -scale, 0], [0, scale, 0, -scale]),
            values=[0, 0, 2, 2],
            dtypes=(dtype,),
        )
        for dtype, scales in {np.float64: (1e-150, 1e150), np.float32: (1e-16, 1e18)}.items()
        for scale in scales
    ),
    *(
        Extreme(
            loss=cosine_similarity,
            arrays=([[3, 0], [0, 0], [1, 1], [huge, 0]], rows),
            values=values,
            dtypes=(dtype,),
        )
        for dtype, (tiny, huge) in FLOATS.items()
        for rows, values in (
            ([[huge, huge], [1, 0], [huge, -huge], [huge, 0]], [1 - 0.5**0.5, 1, 1, 0]),
            ([[0, 0], [0, 0], [tiny, 0], [-1, 0]], [1, 1, 1, 2]),
        )
    ),
]
