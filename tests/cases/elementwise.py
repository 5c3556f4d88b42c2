"""Cases of the elementwise functions."""

import numpy as np

from tests.cases.inputs import (
    ABOVE_1,
    COLUMN,
    MASK,
    POSITIVE,
    SCALAR,
    UNIT,
    A,
    B,
    C,
    case,
    joined,
    via,
)

BINARY = [case(A, B), case(A, 2.0), case(3.0, A), case(COLUMN, B), case(SCALAR, C), case(A, COLUMN)]

CASES = {
    **dict.fromkeys(
        (
            *(np.real, np.conjugate, np.real_if_close, np.sinc, np.nan_to_num),
            *(np.negative, np.positive, np.copy, np.absolute, np.fabs, np.square, np.cbrt),
            *(np.exp, np.exp2, np.expm1, np.reciprocal, np.sin, np.cos, np.sinh, np.cosh),
            *(np.tanh, np.arctan, np.arcsinh, np.degrees, np.rad2deg, np.radians, np.deg2rad),
        ),
        [case(A), case(SCALAR), case(A.T), case(A[::2, ::-1]), case(np.zeros((0, 3)))],
    ),
    **dict.fromkeys((np.sqrt, np.log, np.log2, np.log10, np.log1p), [case(POSITIVE)]),
    **dict.fromkeys((np.arcsin, np.arccos, np.arctanh, np.tan), [case(UNIT)]),
    np.arccosh: [case(ABOVE_1)],
    **dict.fromkeys(
        (np.add, np.subtract, np.multiply, np.divide, np.maximum, np.minimum, np.hypot), BINARY
    ),
    **dict.fromkeys((np.arctan2, np.logaddexp, np.logaddexp2), BINARY),
    **dict.fromkeys((np.fmax, np.fmin, np.copysign, np.nextafter), BINARY),
    np.ldexp: [case(A, 3), case(A, np.array([-1, 0, 1, 2])), case(SCALAR, np.array([1, -1]))],
    **dict.fromkeys((np.modf, np.frexp), [via(joined, 2 * A), via(joined, SCALAR)]),
    np.divmod: [via(joined, A, 0.9), via(joined, 2.1, A), via(joined, COLUMN, B)],
    **dict.fromkeys((np.remainder, np.fmod), [case(A, 0.9), case(2.1, A), case(COLUMN, B)]),
    **dict.fromkeys(
        (np.power, np.float_power),
        [
            *(case(POSITIVE, B), case(abs(COLUMN), B), case(2.0, A), case(POSITIVE, 0.5)),
            *(case(A, 2), case(A, 3.0), case(A, -1.0), case(A, np.array([0, 1, 2, 3]))),
            *(case(np.array([0.0, 2.0]), p) for p in (0, 1, 2, 3, 0.0)),  # x⁰ is flat at 0
            case(0.0, POSITIVE),  # 0ᵖ is flat
        ],
    ),
    np.where: [
        *(case(MASK, A, 2.0), case(MASK, 0.0, B), case(MASK, COLUMN, B), case(True, A, B)),
        *(case(MASK[:, :1], SCALAR, B), case(B > 0, A, C)),
    ],
    np.clip: [
        *(case(A, -0.5, 1.0), case(A, None, 0.5), case(A, a_min=-1, a_max=0.5)),
        *(case(A, B - 1, B + 1), case(B, COLUMN - 1, COLUMN), case(A, -0.5, np.array(0.5))),
    ],
}
if hasattr(np, "unstack"):  # NumPy 2.1
    CASES[np.clip].append(case(A, min=-0.5))
