"""The same elements in another shape or order: a rule puts the gradient back in the old one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import defvjp
from ..tensor import primitive, table


def _unpermuted(g: Any, y: Any, x: Any, axes: Any = None) -> Any:
    return np.transpose(g, None if axes is None else np.argsort(np.asarray(axes) % x.ndim))


defvjp(np.reshape, lambda g, y, x, shape: np.reshape(g, x.shape))
defvjp(np.ravel, lambda g, y, x: np.reshape(g, x.shape))
defvjp(np.expand_dims, lambda g, y, x, axis: np.reshape(g, x.shape))
defvjp(np.squeeze, lambda g, y, x, axis=None: np.reshape(g, x.shape))
defvjp(np.transpose, _unpermuted)
defvjp(np.swapaxes, lambda g, y, x, axis1, axis2: np.swapaxes(g, axis1, axis2))
defvjp(np.broadcast_to, lambda g, y, x, shape: g)  # the sweep sums over the repeated axes


@primitive
def astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


astype.defvjp(lambda g, y, x, dtype: g)  # the sweep gives g the dtype of x
table[np.ndarray.astype] = astype
