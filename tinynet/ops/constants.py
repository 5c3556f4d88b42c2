"""What has no useful gradient: piecewise constant, or about the array, not its values."""

from __future__ import annotations

import numpy as np

from ..registry import no_gradient

no_gradient(
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
    *(
        np.sign,
        np.heaviside,
        np.floor,
        np.ceil,
        np.rint,
        np.trunc,
        np.round,
        np.around,
        np.floor_divide,
    ),
    *(np.isnan, np.isinf, np.isfinite, np.signbit, np.isclose, np.allclose, np.array_equal),
    *(np.argmax, np.argmin, np.argsort, np.argwhere, np.nonzero, np.flatnonzero),
    *(np.count_nonzero, np.any, np.all, np.unique, np.searchsorted, np.digitize, np.bincount),
    *(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.iscomplexobj, np.isrealobj),
    *(np.zeros_like, np.ones_like, np.empty_like, np.full_like),
    *(np.shares_memory, np.may_share_memory, np.array_repr, np.array_str, np.array2string),
)
