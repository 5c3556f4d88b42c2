"""Cases of sums so far, differences, slopes, areas and curves."""

import numpy as np

from tests.cases.inputs import COLUMN, SCALAR, A, B, C, case, joined, random, via

EMPTY = np.zeros((0, 2))
CUMULATIVE = [case(x) for x in (A, B, SCALAR, EMPTY)] + [case(C, axis=i) for i in (0, -2)]
ALONG = [case(B), case(C), case(C, axis=1), case(C, -1)]
ZEROS = [case(np.array([2.0, 0, 3, 0, 1])), case(np.array([[0.0, 0, 0], [1, 0, 2]]), axis=1)]
UNEVEN = np.array([0.0, 1.0, 1.7, 3.0])
KNOTS = np.array([-1.0, -0.4, 0.1, 2.0])
X = np.array([-3.0, -0.9, 0.0, 0.05, 1.3, 5.0])

CASES = {
    np.cumsum: CUMULATIVE,
    np.cumprod: CUMULATIVE + ZEROS,
    np.add.accumulate: ALONG,
    np.multiply.accumulate: ALONG + ZEROS[:1],
    np.diff: [
        *(case(B), case(A, 2), case(C, axis=0), case(C, 1, 1), case(A, 0), case(B, 9)),
        *(case(A, prepend=0.0, append=7.0), case(A, 1, -1, SCALAR), case(A, 1, 0, B[None], A)),
    ],
    np.ediff1d: [case(A), case(B, SCALAR, A[0]), case(B, to_begin=0.0)],
    np.gradient: [
        *(case(B), case(B, 0.5), case(A[0], B.cumsum() * 3), case(A, UNEVEN, axis=1)),
        *(case(B, SCALAR), case(B, UNEVEN, edge_order=2), case(A, axis=-1, edge_order=2)),
        *(via(joined, A), via(joined, A, 0.5, UNEVEN), via(joined, A, 2.0, axis=(1, 0))),
        via(joined, random(3, 3, 4), edge_order=2),
    ],
    np.trapezoid: [
        *(case(B), case(A, dx=0.5), case(A, UNEVEN), case(A, A), case(C, UNEVEN[:3], axis=1)),
        *(case(C, axis=0), case(B, dx=SCALAR)),
    ],
    np.unwrap: [case(5 * A), case(5 * A, axis=0), case(A, period=1.0)],
    np.interp: [
        *(case(X, KNOTS, B), case(SCALAR, KNOTS, B), case(X, KNOTS, B, 0.5, 7.0)),
        *(case(C, [-1, 0, 2], B[:3], left=0.0), case(0.3, KNOTS, B), case(X, [0], B[:1])),
    ],
    np.polyval: [case(B, A), case(B, 2.0), case([1, 2, 3], A), case(B, SCALAR)],
    np.vander: [case(B), case(B, 3), case(B, 5, increasing=True), case(B, N=0)],
    np.linspace: [
        *(case(SCALAR, 3.0), case(0, B, 5), case(COLUMN, B, 4, False), case(B, 1, 3, axis=-1)),
        *(via(joined, SCALAR, B, 4, retstep=True), case(B, B + 1, 1), case(B, 2.0, num=0)),
    ],
    np.logspace: [case(SCALAR, 2, 5), case(B, 2, 4, False, SCALAR), case(B, A, 3, base=2.0)],
}
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    CASES |= dict.fromkeys(
        (np.cumulative_sum, np.cumulative_prod),
        [case(B), case(C, axis=1), case(C, axis=-1, include_initial=True), case(B, axis=0)],
    )
