"""Normalization: columns, or rows, of mean 0 and variance 1; then a weight and a bias, learned."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import functional
from ..engine.methods import raw
from ..engine.tensor import Tensor
from .base import Module, as_input, check_widths


class _Normalization(Module):
    """What the two have in common: a weight that starts at 1, a bias that starts at 0, and ε."""

    def __init__(self, features: int, eps: float, dtype: Any) -> None:
        check_widths(type(self).__name__, features)
        if not (isinstance(eps, (int, float, np.floating)) and 0 < eps < np.inf):
            raise ValueError(f"{type(self).__name__}: eps must be above 0, not {eps!r}")
        self.eps = eps
        self.weight = Tensor(np.ones(features, dtype), requires_grad=True, name="weight")
        self.bias = Tensor(np.zeros(features, dtype), requires_grad=True, name="bias")

    def _input(self, x: Any, ndim: int | None = None) -> Any:
        """x as an array or Tensor, if its last axis is as long as the weight."""
        x = as_input(x, self.weight.dtype)
        if x.shape[-1:] != self.weight.shape or x.ndim != (ndim or x.ndim):
            rows = "rows of " if ndim else ""
            raise ValueError(
                f"{self.describe()} takes {rows}{self.weight.size} columns, but its input has shape"
                f" {x.shape}"
            )
        return x

    def describe(self) -> str:
        return f"{type(self).__name__}({self.weight.size})"


class LayerNorm(_Normalization):
    """Each row with mean 0 and variance 1, times weight plus bias (Ba et al. 2016).

    See `functional.layer_norm`. Rows know nothing of each other, so training and evaluation are the
    same, and a batch may be one row.

    Parameters
    ----------
    features : int
        The length of the last axis.
    eps : float
        Added to the variance, so that a row of equal numbers becomes zeros.
    dtype
        As for `Linear`.

    >>> LayerNorm(3)([[1.0, 2.0, 3.0], [7.0, 7.0, 7.0]]).data.round(3)
    array([[-1.225,  0.   ,  1.225],
           [ 0.   ,  0.   ,  0.   ]])
    """

    def __init__(self, features: int, eps: float = 1e-5, dtype: Any = np.float64) -> None:
        super().__init__(features, eps, dtype)

    def forward(self, x: Any) -> Any:
        return functional.layer_norm(self._input(x), self.weight, self.bias, self.eps)


class BatchNorm1d(_Normalization):
    """Each column with mean 0 and variance 1, times weight plus bias (Ioffe & Szegedy 2015).

    In training the mean and variance are those of the batch, see `functional.batch_norm`. In
    evaluation they are the running ones, buffers that each training batch moves:

        running = (1 − momentum) · running + momentum · batch

    As in PyTorch, the running variance is the unbiased one (divided by N − 1), and the batch's own,
    by which it is divided, the biased one (by N).

    Parameters
    ----------
    features : int
        The number of columns.
    eps : float
        Added to the variance, so that a column of equal numbers becomes zeros.
    momentum : float
        The share of the latest batch in the running mean and variance, from 0 to 1.
    dtype
        As for `Linear`.

    Raises ValueError for a batch of fewer than two rows in training.

    >>> layer = BatchNorm1d(2)
    >>> layer([[1.0, 5.0], [3.0, 5.0]]).data.round(3)
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> layer.running_mean.data
    array([0.2, 0.5])
    """

    def __init__(
        self, features: int, eps: float = 1e-5, momentum: float = 0.1, dtype: Any = np.float64
    ) -> None:
        super().__init__(features, eps, dtype)
        if not (isinstance(momentum, (int, float, np.floating)) and 0 <= momentum <= 1):
            raise ValueError(f"BatchNorm1d: momentum must be from 0 to 1, not {momentum!r}")
        self.momentum = momentum
        self.running_mean = Tensor(np.zeros(features, dtype), name="running_mean")
        self.running_var = Tensor(np.ones(features, dtype), name="running_var")

    def forward(self, x: Any) -> Any:
        x = self._input(x, ndim=2)
        if not self.training:
            scale = self.weight / np.sqrt(self.running_var + self.eps)
            return (x - self.running_mean) * scale + self.bias
        if len(x) < 2:
            raise ValueError(
                f"{self.describe()} got a batch of shape {x.shape} in training: the variance of one"
                " row is 0, so it would learn nothing from it. Choose a batch_size that leaves no"
                " single row over, or call model.eval() to use the running mean and variance"
            )
        y = functional.batch_norm(x, self.weight, self.bias, self.eps)
        self._keep(raw(x))
        return y

    def _keep(self, x: Any) -> None:
        """Move the running mean and variance towards those of this batch."""
        with np.errstate(over="ignore"):  # a variance beyond the largest float is inf
            mean = np.mean(x, axis=0)
            batch = mean, np.var(x - mean, axis=0, ddof=1)  # of equal numbers exactly 0
        for running, latest in zip((self.running_mean, self.running_var), batch, strict=True):
            running.data[...] = (1 - self.momentum) * running.data + self.momentum * latest
