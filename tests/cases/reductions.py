"""Cases of the reductions."""

import numpy as np

from tests.cases.inputs import SCALAR, A, B, C, case, joined, via

AXES = [
    *({}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": (-1, 0)}, {"axis": ()}),
    *({"keepdims": True}, {"axis": 1, "keepdims": True}, {"axis": (0, -1), "keepdims": True}),
]
REDUCTION = [case(SCALAR), case(np.asfortranarray(A)), *(case(C, **options) for options in AXES)]
REDUCE = [case(C), case(C, axis=None), case(C, axis=(0, 2)), case(C, axis=-1, keepdims=True)]
SPREAD = [
    *(case(C, ddof=1), case(C, axis=0, ddof=1), case(C, axis=(1, 2), ddof=2, keepdims=True)),
]
UNEVEN = np.array([[1.0, 2.0], [3.0, 5.0]])
EVERY = C > -1.4  # in each row there are several
MASKED = [
    *(case(C, where=EVERY), case(C, axis=2, where=EVERY), case(C, axis=0, where=EVERY[:1, :1])),
    case(C, axis=(0, 1), where=EVERY, keepdims=True),
]
INITIAL = [case(C, axis=1, initial=2.0), case(np.zeros((0, 3)), axis=0, initial=2.0)]
EXTREMUM = [
    *REDUCTION,
    *(case(C, axis=1, initial=0.5), case(C, axis=1, initial=0.5, where=C > 0)),
]


CASES = {
    **dict.fromkeys((np.sum, np.nansum), REDUCTION + MASKED + INITIAL),
    **dict.fromkeys((np.mean, np.nanmean), REDUCTION + MASKED),
    **dict.fromkeys((np.max, np.amax, np.min, np.amin, np.nanmax, np.nanmin), EXTREMUM),
    **dict.fromkeys((np.var, np.nanvar, np.std, np.nanstd), REDUCTION + SPREAD + MASKED),
    np.nanprod: REDUCTION,
    **dict.fromkeys((np.nancumsum, np.nancumprod), [case(A), case(C, axis=1), case(C, axis=-1)]),
    np.ptp: REDUCTION[1:4] + [case(C, axis=1, keepdims=True)],
    np.prod: REDUCTION
    + [case(np.array(x)) for x in ([0.0, 2, 3], [0.0, 0, 3], [0.0, 0, 0], [[2.0]])]
    + [case(np.zeros(0)), case(np.zeros((0, 3)), axis=0)]
    + MASKED
    + INITIAL,
    **dict.fromkeys((np.add.reduce, np.multiply.reduce), REDUCE),
    **dict.fromkeys((np.maximum.reduce, np.minimum.reduce), REDUCE),
    np.logaddexp.reduce: REDUCE,
    np.average: [
        *(case(C), case(C, 1), case(C, axis=(0, 2), keepdims=True), case(A, None, abs(A))),
        *(case(A, 1, abs(B)), case(C, 1, abs(C[0, :, 0])), case(A, axis=0, weights=[1, 2, 3])),
        *(case(C, (2, 0), abs(C[:, 0].T)), case(np.ones((2, 2, 2)), (0, 1), UNEVEN)),
        *(via(joined, A, 1, abs(B), True), via(joined, A, returned=True)),
    ],
    np.cov: [
        *(case(A), case(B), case(B, A[0]), case(A, B), case(A, B[:3], False)),
        *(case(A, bias=True), case(A, ddof=0), case(B[:, None], rowvar=False)),
    ],
    np.corrcoef: [case(A), case(B, A[0]), case(A, rowvar=False), case(B)],
}
