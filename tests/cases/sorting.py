"""Cases of sorted elements, quantiles, and what is chosen by a condition."""

import numpy as np

from tests.cases.inputs import COLUMN, MASK, SCALAR, A, B, C, case

ODD = C[0, :, :3]
MEDIAN = [
    *(case(B), case(ODD), case(C, axis=1), case(C, axis=(0, 2)), case(SCALAR)),
    *(case(C, axis=(-1, 0), keepdims=True), case(ODD, keepdims=True)),
]
METHODS = ("weibull", "hazen", "nearest", "higher", "midpoint", "averaged_inverted_cdf")


def quantiles(scale):
    q = [[0, scale], [0.5 * scale, 0.25 * scale]]
    return [
        *(case(A, 0.3 * scale), case(A, scale, axis=0), case(C, [0, 0.6 * scale], axis=(0, -1))),
        *(case(C, q, 1), case(C, q[0], axis=2, keepdims=True), case(B, q=[0.3 * scale])),
    ]


CASES = {
    np.sort: [
        *(case(A), case(A, 0), case(A, None), case(C, axis=1, kind="stable")),
        case(np.zeros((0, 3))),
    ],
    np.partition: [case(A, 1), case(A, [0, 2], axis=0), case(A, 5, None)],
    **dict.fromkeys((np.median, np.nanmedian), MEDIAN),
    np.quantile: quantiles(1) + [case(A, 0.4, axis=1, method=method) for method in METHODS],
    np.percentile: quantiles(100),
    np.nanquantile: quantiles(1),
    np.nanpercentile: quantiles(100),
    **dict.fromkeys(
        (np.maximum.accumulate, np.minimum.accumulate), [case(B), case(C), case(C, axis=-1)]
    ),
    np.piecewise: [
        *(case(A, [MASK], [np.sqrt, np.square]), case(A, [MASK, A > 1], [np.log, np.negative])),
        *(case(A, [A < 0, A < -1], [np.exp, 7.0]), case(B, B > 0, [1.0, np.sinh])),
    ],
    np.select: [
        *(case([MASK, A < 1], [A, 2 * A]), case([MASK, MASK, A > 1], [B, COLUMN, SCALAR])),
        case([MASK], [A], default=7.0),
    ],
}
