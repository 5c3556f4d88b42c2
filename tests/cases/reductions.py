"""Cases of the reductions."""

import numpy as np

from tests.cases.inputs import SCALAR, A, C, case

AXES = [
    *({}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": (-1, 0)}, {"axis": ()}),
    *({"keepdims": True}, {"axis": 1, "keepdims": True}, {"axis": (0, -1), "keepdims": True}),
]
REDUCTION = [case(SCALAR), case(np.asfortranarray(A)), *(case(C, **options) for options in AXES)]
REDUCE = [case(C), case(C, axis=None), case(C, axis=(0, 2)), case(C, axis=-1, keepdims=True)]
SPREAD = [{"ddof": 1}, {"axis": 0, "ddof": 1}, {"axis": (1, 2), "ddof": 2, "keepdims": True}]


CASES = {
    np.sum: REDUCTION,
    np.mean: REDUCTION,
    **dict.fromkeys((np.max, np.amax, np.min, np.amin), REDUCTION),
    np.var: REDUCTION + [case(C, **options) for options in SPREAD],
    np.std: REDUCTION + [case(C, **options) for options in SPREAD],
    np.prod: REDUCTION
    + [case(np.array(x)) for x in ([0.0, 2, 3], [0.0, 0, 3], [0.0, 0, 0], [[2.0]])]
    + [case(np.zeros(0)), case(np.zeros((0, 3)), axis=0)],
    **dict.fromkeys((np.add.reduce, np.multiply.reduce), REDUCE),
    **dict.fromkeys((np.maximum.reduce, np.minimum.reduce), REDUCE),
}
