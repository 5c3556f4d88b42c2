"""Cases of moving elements: repeating, dropping, inserting, padding, splitting."""

import numpy as np

from tests.cases.inputs import COLUMN, MASK, SCALAR, A, B, C, case, joined, via

EMPTY = np.zeros((0, 3))
ORDER = np.argsort(A, axis=0)
PARTS = [via(joined, A, 2), via(joined, A, [1, 3]), via(joined, C, (1, 1))]


CASES = {
    np.diag: [case(A), case(B), case(A, 1), case(B, k=-2), case(np.zeros(0), 1)],
    np.diagflat: [case(B), case(A, 1)],
    np.diagonal: [case(A), case(A, -1), case(C, 0, 1, 2), case(C, axis1=0, axis2=-1)],
    np.repeat: [
        *(case(A, 2), case(A, 2, 0), case(B, [0, 1, 2, 3]), case(SCALAR, 3)),
        *(case(A, np.array([2, 0, 1]), axis=0), case(EMPTY, 2, axis=1)),
    ],
    np.tile: [case(B, 2), case(A, (2, 1, 2)), case(COLUMN, reps=(1, 3)), case(SCALAR, 2)],
    np.resize: [case(A, (2, 3)), case(B, (3, 3)), case(A, 5)],
    np.delete: [case(A, 1), case(A, [0, 2], axis=1), case(A, slice(1), 0), case(B, B > 0)],
    np.rollaxis: [case(C, 2), case(C, 0, 3)],
    np.take: [
        *(case(A, 3), case(A, [0, 0, 5]), case(A, np.array([[1, 0], [1, 1]]), 0)),
        *(case(A, [-1, 9], mode="clip"), case(C, indices=[4], axis=-1, mode="wrap")),
    ],
    np.take_along_axis: [case(A, ORDER, 0), case(A, ORDER[:1], axis=0), case(B, ORDER[0], None)],
    np.insert: [
        *(case(B, 1, 2.0), case(A, [0, 2], B[:2]), case(A, 1, COLUMN[:, 0], axis=1)),
        *(case(A, slice(0, 2), A[:2], 0), case(np.ones(2), 0, SCALAR)),
    ],
    np.choose: [
        *(case([0, 1, 1, 0], [B, A[0]]), case(np.array([[0], [1]]), [B, SCALAR])),
        case(np.array([5, -1]), (B[:2], A[1, :2]), mode="clip"),
    ],
    np.block: [
        *(case([A, COLUMN]), case([[A, COLUMN], [B, np.ones(1)]]), case([[SCALAR, B]]), case(B)),
        case([[[A]], [[A]]]),
    ],
    np.meshgrid: [
        *(via(joined, B, B[:2]), via(joined, B, B[:2], np.ones(2), indexing="ij")),
        *(via(joined, B, SCALAR, sparse=True), via(joined, B)),
    ],
    np.compress: [case([True, False, True], A, 0), case([0, 1, 1], A), case(B > 0, B)],
    np.extract: [case(MASK, A), case(B > 0, B)],
    np.pad: [
        *(case(A, 1), case(B, (0, 2)), case(A, ((1, 0), (0, 2)), "constant"), case(EMPTY, 1)),
        *(case(A, 1, constant_values=7.0), case(B, (1, 2), constant_values=(3, 4))),
        *(case(A, 2, mode) for mode in ("edge", "reflect", "symmetric", "wrap")),
        case(B, 5, mode="reflect", reflect_type="even"),
    ],
    np.split: [via(joined, A[:2], 2), via(joined, A, [1, 3], axis=1), via(joined, B, [1, 1, 9])],
    np.array_split: [*PARTS, via(joined, A, 3, -1), via(joined, B, 5)],
    np.hsplit: [*PARTS[:2], via(joined, B, 2)],
    np.vsplit: [via(joined, A, 3), via(joined, A, [2])],
    np.dsplit: [via(joined, C, 2), via(joined, C, [1])],
}
if hasattr(np, "unstack"):  # NumPy 2.1
    CASES[np.unstack] = [via(joined, A), via(joined, C, axis=-1), via(joined, B)]
