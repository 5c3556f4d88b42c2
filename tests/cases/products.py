"""Cases of the products."""

import numpy as np

from tests.cases.inputs import COLUMN, POSITIVE, SCALAR, A, B, C, case, random


def products(*shapes, **options):
    return [case(random(*a, seed=4), random(*b, seed=5), **options) for a, b in shapes]


def einsum(subscripts, *shapes, **options):
    """A case with random arrays of these shapes; without any, i has length 2, j 3, k 4, l 2."""
    terms = subscripts.split("->")[0].split(",")
    shapes = shapes or [
        [{"i": 2, "j": 3, "k": 4, "l": 2}[label] for label in term] for term in terms
    ]
    arrays = (np.asarray(random(*shape, seed=20 + i)) for i, shape in enumerate(shapes))
    return case(subscripts, *arrays, **options)


EINSUM = """
    ij,jk->ik  ij,jk  ij,kj  ij,ki  ji  kij  i,i  i,j->ji  ij->  ij->j  ijk->ki  ,i  i,  ,->
    ii  ii->i  iij->j  iij->i  iii->  ijij->ij  iji->j  ii,i  ii,jj->ij  ij,jj,jk  iji,ij  ii,->
    i,ij,j->  ij,jk,kl->il  i,j,k,l->ljki  ij,k->k  ij,kl->jk  lij,ljk->lik  ij,ij,ij->i  ijk,ijk->
"""
ELLIPSIS = [
    *(("...ij,...jk", (2, 1, 2, 3), (4, 3, 2)), ("...,...", (2, 3), (3,)), ("... -> ...", (2, 3))),
    *(("i...->...", (2, 3)), ("...i,i", (2, 3), (3,)), ("...ii->...", (2, 3, 3)), ("...", (2, 3))),
    *(("i...j,j...k->k...i", (2, 3, 4), (4, 3, 2)), ("bhid,bhjd->bhij", *[(1, 2, 3, 2)] * 2)),
    *(("...i,...", (3,), (3, 2)), ("...i->i...", (2, 3, 2)), ("...ij,jk", (3,) * 2, (3, 2))),
]
BROADCAST = [
    *(("i,i->i", (1,), (3,)), ("i,i", (3,), (1,)), ("ij,ij->j", (1, 3), (2, 3)), ("", ())),
    *(("ij,jk", (0, 3), (3, 2)), ("ij,jk", (2, 0), (0, 2)), ("i,i,j->", (1,), (2,), (1,))),
]
LIST = [1.0, -2.0, 0.5, 3.0]
OUTER = [case(A, B), case(B, SCALAR), case(2.0, B), case(A, [1, 2]), case(SCALAR, A[:0])]
V, W = random(5, 3, seed=6), random(5, 3, seed=7)
LINES = [
    *products(((5,), (3,)), ((3,), (5,)), ((6,), (4,)), ((4,), (6,)), ((4,), (4,)), ((1,), (3,))),
    *(case(B, LIST[:2]), case(LIST, B[:3])),
]
MODES = [case(*args, mode) for args, _ in LINES for mode in ("full", "same", "valid")]

CASES = {
    np.matmul: products(
        *(((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4))),
        *(((5, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,))),
        *(((0, 3), (3, 2)), ((2, 0), (0, 3))),
    ),
    np.dot: products(
        *(((), (3,)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4))),
        *(((2, 2, 3), (3,)), ((2, 2, 3), (3, 2)), ((2, 3), (5, 3, 4)), ((3,), (5, 3, 4))),
    )
    + [case(A, SCALAR), case(A, LIST)],
    np.inner: products(((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (4, 3)))
    + [case(A, SCALAR), case(A, LIST), case(LIST, A)],
    np.outer: [*OUTER, case(LIST, A)],
    np.linalg.outer: products(((3,), (4,)), ((0,), (2,))) + [case(B, LIST)],
    np.vdot: [case(B, LIST), case(A, A.T), case(A, C[0]), case(SCALAR, 2.0)],
    np.tensordot: [
        *products(((2, 3), (2, 3)), ((3, 2, 3), (2, 3, 4))),
        *products(((2, 3), (4,)), ((), (3,)), axes=0),
        *products(((2, 3), (4, 2)), axes=(0, 1)),
        *products(((2, 3, 4), (4, 5, 2)), axes=([0, 2], [2, 0])),
        *products(((2, 3, 4), (3, 4, 2)), axes=((-1, 0, 1), (1, -1, 0))),
        *products(((0, 3), (3, 2)), ((2, 0), (0, 3)), axes=1),
        *(case(A, B, 1), case(A, LIST, axes=[1, 0]), case(A, B, (1, [0]))),
    ],
    np.linalg.tensordot: products(((2, 3), (4, 2)), axes=(0, 1)) + [case(A, A)],
    np.kron: products(((2,), (3,)), ((2, 3), (2, 2)), ((2,), (3, 2)), ((2, 1, 2), (3, 2)))
    + [case(A, SCALAR), case(A, [1, 2]), case([[0, 1], [1, 0]], A), case(A, np.zeros((0, 2)))],
    np.cross: [
        *(case(V, W), case(V, W, axis=-1), case(V.T, W.T, axis=0), case(V, W.T, -1, 0, 0)),
        *(case(V, B[:3]), case([1, 2, 3], B[1:]), case(B[:3], V[:3].T, axisb=0, axisc=0)),
        case(V[:, None], W),
    ],
    np.linalg.cross: [case(V, W), case(V.T, W.T, axis=0)],
    np.convolve: [*LINES, *MODES],
    np.correlate: [*LINES, *MODES],
    np.einsum: [
        *(einsum(subscripts) for subscripts in EINSUM.split()),
        *(einsum(*one) for one in ELLIPSIS + BROADCAST),
        einsum("ij,jk,kl->il", optimize=True),
        einsum("ij,jk,kl->il", optimize=["einsum_path", (1, 2), (0, 1)]),
        *(case("ij,j->i", A, LIST), case("j,ij", [1, 2, 3, 4], A), case("ij->ji", A.T[::-1])),
        *(case(A, [0, 1], B, [1], [0]), case(A, [1, 0]), case(C, [..., 0], B, [0], [...])),
        case(random(2, 2), [30, 30], B, [2]),
    ],
    np.vecdot: products(((3,), (3,)), ((2, 3), (3,)), ((4, 1, 3), (2, 3)))
    + [case(A, LIST), *products(((3, 2), (3, 2)), axis=0), *products(((2, 3), (2,)), axis=0)],
    np.linalg.vecdot: [case(A, B), case(A, LIST), case(COLUMN, A, axis=0)],
    np.linalg.matmul: [case(A, A.T), case(C, LIST)],
    **{ufunc.outer: OUTER for ufunc in (np.add, np.subtract, np.multiply, np.divide, np.hypot)},
    **{ufunc.outer: OUTER for ufunc in (np.maximum, np.minimum, np.arctan2)},
    **{ufunc.outer: OUTER for ufunc in (np.logaddexp, np.logaddexp2)},
    **{ufunc.outer: [case(A, [0.9]), case(B, B + 0.05)] for ufunc in (np.remainder, np.fmod)},
    **{ufunc.outer: [case(POSITIVE, B), case(A, [2, 3])] for ufunc in (np.power, np.float_power)},
}
if hasattr(np, "matvec"):  # NumPy 2.2
    CASES[np.matvec] = products(((2, 3), (3,)), ((4, 1, 2, 3), (2, 3))) + [case(A, LIST)]
    CASES[np.vecmat] = products(((3,), (3, 2)), ((2, 3), (4, 1, 3, 2))) + [case(LIST, A.T)]
