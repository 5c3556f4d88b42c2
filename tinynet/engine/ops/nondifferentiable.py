"""What has no useful gradient: piecewise constant, or about the array, not its values."""

from __future__ import annotations

import numpy as np

from ..registry import no_gradient

no_gradient(  # comparisons and logic
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isin),
    *(np.isnan, np.isinf, np.isfinite, np.isposinf, np.isneginf, np.signbit),
    *(np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.any, np.all),
    *(np.logical_and.reduce, np.logical_or.reduce, np.logical_xor.reduce),
)
no_gradient(  # steps
    *(np.sign, np.heaviside, np.floor, np.ceil, np.rint, np.trunc, np.fix, np.round, np.around),
    *(np.floor_divide, np.spacing, np.imag, np.angle),
)
no_gradient(  # places and numbers of elements
    *(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort),
    *(np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.unique),
    *(np.searchsorted, np.digitize),
    *(np.tril_indices_from, np.triu_indices_from, np.diag_indices_from),
    *(np.ravel_multi_index, np.unravel_index),
)
no_gradient(  # whole numbers and their bits
    *(np.gcd, np.lcm, np.invert, np.left_shift, np.right_shift),
    *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_count),
)
no_gradient(  # about the array
    *(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.common_type),
    *(np.min_scalar_type, np.shares_memory, np.may_share_memory),
    *(np.zeros_like, np.ones_like, np.empty_like),
    *(np.array_repr, np.array_str, np.array2string),
)
