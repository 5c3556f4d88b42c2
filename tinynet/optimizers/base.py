"""What all optimizers share: the vectors, clipping, weight decay, and parameters left alone.

The options of an optimizer are the fields of a dataclass, checked whenever they are set.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from itertools import pairwise
from typing import Any

import numpy as np

from ..engine.grad_mode import recording
from ..engine.tensor import Tensor
from .checks import CHECKS, no_gradient, replaced
from .clipping import clip_by_norm
from .parts import Group, flattened, referred, update_parts
from .state import load, state_of


@dataclass(eq=False, repr=False)
class Optimizer:
    """What all optimizers share: the vectors, clipping and weight decay.

    Parameters
    ----------
    parameters : iterable of Tensor
        What to optimize, usually ``model.parameters()``; all of one dtype. Or a list of groups
        with options of their own, ``[{"params": [w], "lr": 0.01}, {"params": [b]}]``.
    lr : float or callable
        The learning rate, above 0; or a schedule, ``tn.schedules.cosine(0.1, steps=1000)`` or any
        function of the updates that it has seen. It can be set at any time. A schedule is kept as
        `schedule`, counts in `updates`, and sets `lr`, which is always a number, before each one.
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
    schedule: Callable[[int], float] | None = field(default=None, init=False)
    updates: int = field(default=0, init=False)
    groups: tuple[Group, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        if self.lr == 0 and not self.schedule:
            raise ValueError(
                f"{type(self).__name__}: lr, the learning rate, must be above 0 at the start, not 0"
            )
        self.groups = referred(self)
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
        """What deepcopy, pickle and joblib made are arrays of their own: make them views again."""
        vars(self).update(state)
        same = all(np.array_equal(p.data, data, equal_nan=True) for p, (data, _) in self._views)
        if same and all(data.base is not self.vector for _, (data, _) in self._views):
            self._attach()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in CHECKS:
            value = self._checked(name, value)
        object.__setattr__(self, name, value)

    def _checked(self, name: str, value: Any) -> Any:
        """The value, if it is allowed; a schedule is kept and gives its first, as groups do."""
        if name == "parameters":
            value, self.groups = flattened(type(self), value)
        schedule = name == "lr" and callable(value) and not isinstance(value, type)
        checked = CHECKS[name](type(self).__name__, value(0) if schedule else value)
        if name == "lr":
            self.schedule, self.updates = value if schedule else None, 0
        return checked

    def __repr__(self) -> str:
        options = {f.name: getattr(self, f.name) for f in fields(self)[1:] if f.init}
        options["lr"] = self.schedule or self.lr
        used = [f"{name}={value}" for name, value in options.items() if value or name == "lr"]
        groups = "; ".join(map(str, self.groups))
        used += [f"{len(self.groups)} groups ({groups})"] if groups else []
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
        if self.schedule is not None:
            self._follow(self.schedule)
        if complete and not self.groups:
            self.update(self.vector, self.decayed(g))
        else:
            update_parts(self, g)

    def _follow(self, schedule: Callable[[int], float]) -> None:
        """Set the rate of this update."""
        lr = CHECKS["lr"](type(self).__name__, schedule(self.updates))
        vars(self).update(lr=lr, updates=self.updates + 1)

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

    def moved(self, places: Mapping[Tensor, Tensor]) -> Optimizer:
        """A copy, with all that it remembers, for other tensors in the places of its own."""
        other = copy.deepcopy(self, {id(own): tensor for own, tensor in places.items()})
        other.vector[...] = np.concatenate([np.ravel(p.data) for p in other.parameters])
        other._attach()
        return other

    def state_dict(self) -> dict[str, Any]:
        """A copy of its numbers and arrays, without the parameters, which are the model's."""
        return state_of(self)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on, to the bit and with all options, as the optimizer whose `state_dict()` this is.

        Set `lr` to its schedule before. ValueError lists what does not fit; nothing is changed.
        """
        load(self, state)

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
                raise replaced(type(self).__name__, parameter)
            grad = parameter.grad
            if grad is None:
                missing.append(parameter)
                buffer[...] = 0
            elif grad is not buffer:
                buffer[...] = grad
        if not missing:
            return True
        if recording.watcher:
            recording.watcher.without_gradient(missing)
        if len(missing) == len(self._views):
            raise no_gradient(type(self).__name__)
        return False
