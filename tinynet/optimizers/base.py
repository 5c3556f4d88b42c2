"""What all optimizers share: the vectors, clipping, weight decay, and parameters left alone.

The options of an optimizer are the fields of a dataclass, checked whenever they are set.
"""

from __future__ import annotations

import copy
import math
from dataclasses import KW_ONLY, dataclass, fields
from itertools import compress, pairwise
from typing import Any

import numpy as np

from ..engine.grad_mode import recording
from ..engine.tensor import Tensor
from .checks import CHECKS


@dataclass(eq=False, repr=False)
class Optimizer:
    """What all optimizers share: the vectors, clipping and weight decay.

    Parameters
    ----------
    parameters : iterable of Tensor
        What to optimize, usually ``model.parameters()``; all of one dtype.
    lr : float
        The learning rate, above 0. It can be changed at any time; a schedule may also set 0.
    weight_decay : float
        λ: adds λ w to the gradient, so weights that do not help shrink.
    clip_norm, clip_value : float, optional
        Before the update, scale the whole gradient to at most this norm, or cut each of its
        elements to at most this size.

    A parameter's `.grad` is a view into the gradient vector, so the next backward() overwrites it:
    copy what you want to keep. A model and its optimizer are copied together, with
    ``copy.deepcopy((model, optimizer))`` or pickle.
    """

    parameters: list[Tensor]
    lr: float
    _: KW_ONLY
    weight_decay: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None

    def __post_init__(self) -> None:
        if self.lr == 0:
            raise ValueError(
                f"{type(self).__name__}: lr, the learning rate, must be above 0 at the start, not 0"
            )
        self.vector = np.concatenate([np.ravel(p.data) for p in self.parameters])  # w
        self.gradient = np.zeros_like(self.vector)  # g
        self.rng = np.random.default_rng(0)  # shuffles the batches of `fit`, from run to run
        self._attach()
        self.zero_grad()

    def _attach(self) -> None:
        """Make every parameter a view into w, and the place of its gradient one into g."""
        views = zip(self.views(self.vector), self.views(self.gradient), strict=True)
        self._views = list(zip(self.parameters, views, strict=True))
        for parameter, (data, buffer) in self._views:
            parameter.data, parameter.grad_buffer = data, buffer

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What deepcopy and pickle made are arrays of their own: make them views again."""
        vars(self).update(state)
        if all(p.data is data and data.base is not self.vector for p, (data, _) in self._views):
            self._attach()

    def __setattr__(self, name: str, value: Any) -> None:
        check = CHECKS.get(name)
        super().__setattr__(name, value if check is None else check(type(self).__name__, value))

    def __repr__(self) -> str:
        options = {field.name: getattr(self, field.name) for field in fields(self)[1:]}
        used = [f"{name}={value}" for name, value in options.items() if value or name == "lr"]
        count = f"{len(self.parameters)} parameter{'s' * (len(self.parameters) > 1)}"
        return f"{type(self).__name__}({', '.join(used)}, {count}, {self.vector.size:,} elements)"

    def views(self, vector: Any) -> list:
        """The vector cut into one view per parameter, in the parameter's shape."""
        parts = zip(self.parameters, self._places(), strict=True)
        return [vector[place].reshape(parameter.shape) for parameter, place in parts]

    def _places(self) -> list[slice]:
        """Where in the vector each parameter is."""
        ends = np.cumsum([parameter.size for parameter in self.parameters]).tolist()
        return [slice(start, end) for start, end in pairwise([0, *ends])]

    def zero_grad(self) -> None:
        """Forget the gradients of the last step; call it before each backward()."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Update every parameter from its `.grad`; without one it is left alone (as in PyTorch)."""
        complete = self._collect_gradients()
        g = self.gradient
        if self.clip_value is not None:
            g = np.clip(g, -self.clip_value, self.clip_value)
        if self.clip_norm is not None:
            g = clip_by_norm(g, self.clip_norm)
        if complete:
            self.update(self.vector, self.decayed(g))
        else:
            self._update_some(g)

    def _update_some(self, g: np.ndarray) -> None:
        """Update all, then put back what belongs to parameters without gradient, memory and all.

        A count, such as the steps of Adam, becomes an array then: one for each parameter.
        """
        absent = [parameter.grad is None for parameter in self.parameters]
        places, state = list(compress(self._places(), absent)), vars(self)
        kept = {k: v for k, v in state.items() if isinstance(v, (int, np.ndarray))}
        before: dict[str, Any] = copy.deepcopy(kept)
        self.update(self.vector, self.decayed(g))
        for name, old in before.items():
            if np.shape(old) == self.vector.shape:
                for place in places:
                    state[name][place] = old[place]
            elif np.size(old) in (1, len(absent)) and np.any(state[name] != old):  # a count
                state[name] = np.where(absent, old, state[name])

    def per_weight(self, values: Any) -> Any:
        """A number as it is; an array with one for each parameter becomes one for each weight."""
        if not isinstance(values, np.ndarray):
            return values
        sizes = [parameter.size for parameter in self.parameters]
        return np.repeat(values.astype(self.vector.dtype), sizes)

    def trial(self) -> Optimizer:
        """A copy whose steps change its own vector only, to see what a step would do."""
        copied = copy.copy(self)
        arrays = {k: v.copy() for k, v in vars(self).items() if isinstance(v, np.ndarray)}
        vars(copied).update(arrays, gradient=self.gradient)
        return copied

    def decayed(self, g: np.ndarray) -> np.ndarray:
        """The gradient with weight decay, g + λ w: that of the loss with ½ λ |w|² added."""
        return g + self.weight_decay * self.vector if self.weight_decay else g

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        """Change w in place, and leave g as it is; every kind of optimizer writes its own."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update(self, w, g)")

    def _visible(self, epsilon: float) -> float:
        """ε, but not so small that the dtype takes it for 0: a step of 0 / 0 would be NaN."""
        return max(epsilon, float(np.finfo(self.vector.dtype).tiny))

    def denominator(self) -> Any:
        """What lr is divided by for each weight: a number or a vector; `Proximal` asks for it."""
        raise NotImplementedError(f"{type(self).__name__} needs a method denominator(self)")

    def _collect_gradients(self) -> bool:
        """Copy into the vector each gradient that backward() did not write there.

        Does every parameter have one?
        """
        missing = []
        for parameter, (data, buffer) in self._views:
            if parameter.data is not data:
                raise RuntimeError(
                    f"{type(self).__name__}.step(): the data of parameter {parameter.name or ''}"
                    " was replaced after the optimizer was made, perhaps by a second optimizer:"
                    " make one, and make it last; change values in place, parameter.data[...] = new"
                )
            grad = parameter.grad
            if grad is None:
                missing.append(parameter)
                buffer[...] = 0
            elif grad is not buffer:
                buffer[...] = grad
        if missing and recording.watcher:
            recording.watcher.without_gradient(missing)
        if len(missing) == len(self._views):
            raise RuntimeError(
                f"{type(self).__name__}.step(): no parameter has a gradient: call zero_grad(),"
                " loss.backward() and step() in this order, and compute the loss from these"
                " parameters. A copy of an optimizer has parameters of its own: copy the model with"
                " it, model, optimizer = copy.deepcopy((model, optimizer))"
            )
        return not missing


def clip_by_norm(gradient: np.ndarray, largest: float) -> np.ndarray:
    """The gradient, scaled to a norm of at most `largest` (Pascanu et al. 2013).

    Raises FloatingPointError for a gradient with inf or NaN, which has no direction.

    >>> clip_by_norm(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    wide = gradient.astype(np.promote_types(gradient.dtype, np.float64), copy=False)
    with np.errstate(over="ignore", under="ignore"):
        unit, norm = 1.0, float(np.linalg.norm(wide))
    if not 1e-140 < norm < 1e140:  # squares overflow or vanish, or there is nothing to scale
        unit = _unit(wide)
        wide = wide / unit
        norm = float(np.linalg.norm(wide))
    if norm * unit <= largest:
        return gradient
    return (wide * (largest / norm)).astype(gradient.dtype, copy=False)


def _unit(gradient: np.ndarray) -> float:
    """The power of 2 just below the largest element, so that dividing by it is exact."""
    peak = float(np.max(np.abs(gradient)))
    if not math.isfinite(peak):
        count = gradient.size - np.count_nonzero(np.isfinite(gradient))
        raise FloatingPointError(
            f"the gradient holds inf or NaN in {count} of {gradient.size} places, so it has no"
            " norm to clip: look for the first step with large values, with tn.debug()"
        )
    return 2.0 ** max(math.frexp(peak)[1] - 1, -1022)
