"""Proximal: after each step of another optimizer a penalty takes its own, exactly."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..engine.tensor import Tensor
from .base import Optimizer
from .checks import CHECKS, check_parameters
from .rules import SGD, AdamW, RMSprop
from .second_order import SecondOrder
from .state import KIND, check_kind
from .variants import Lion, Nadam


def _of_optimizer(name: str) -> Any:
    """An option that is the optimizer's inside."""
    return property(lambda self: getattr(self.optimizer, name))


class Proximal(Optimizer):
    """Another optimizer, and after each of its steps a proximal operator: exact zeros, exact rank.

    Parameters
    ----------
    optimizer : Optimizer
        What takes the steps on the loss.
    prox : callable
        ``prox(w, strength)``, for example `tn.penalties.prox_l1`.
    strength : float
        λ, the weight of the penalty.
    parameters : list of Tensor, optional
        Where it is applied; if left out, to all of two or more axes, so not to biases.

    This minimises loss + λ penalty, where the penalty counts as much of a step as the loss does:

    - SGD: prox gets lr · λ (ISTA: Daubechies et al. 2004). The velocity of momentum becomes what
      the weights did move, prox and all (iPiano: Ochs et al. 2014).
    - Adagrad, RMSprop, Adam, AMSGrad, RAdam: prox gets a vector, for each weight lr · λ divided by
      what its step was divided by (ProxGen: Yun, Lozano & Yang 2021). So it must be separable, as
      prox_l1 is: what one weight becomes depends on no other.

    Raises ValueError for what would solve another problem: clipping, nesterov, the decay of AdamW,
    the momentum of RMSprop, Nadam, Lion, L-BFGS, Newton, groups, and optimizers other than SGD with
    group_lasso or nuclear_norm.

    >>> w = Tensor([[3.0, 0.1]], requires_grad=True)
    >>> from tinynet.penalties import prox_l1
    >>> optimizer = Proximal(SGD([w], lr=0.5), prox_l1, strength=1.0)
    >>> np.sum(w * 0).backward()
    >>> optimizer.step()
    >>> w.data
    array([[2.5, 0. ]])
    """

    def __init__(
        self,
        optimizer: Optimizer,
        prox: Callable[[np.ndarray, Any], np.ndarray],
        strength: float,
        parameters: Iterable[Tensor] | None = None,
    ) -> None:
        if not isinstance(optimizer, Optimizer) or not callable(prox):
            raise TypeError(
                "Proximal takes an optimizer and a function, as in"
                f" Proximal(SGD(parameters), penalties.prox_l1, 0.1), not {optimizer!r}, {prox!r}"
            )
        self.optimizer, self.prox, self.strength = optimizer, prox, strength
        chosen = [p for p in self.parameters if p.ndim > 1] if parameters is None else parameters
        if parameters is None and not chosen:
            raise ValueError("Proximal: no parameter has two axes: name some, parameters=[w]")
        self.chosen = set(check_parameters("Proximal", chosen))
        if self.chosen - set(self.parameters):
            raise ValueError("Proximal: its parameters must be among those of the optimizer")
        if isinstance(optimizer, Proximal) and self.chosen & optimizer.penalized:
            raise ValueError(
                "Proximal: a parameter has two penalties; write one prox for their sum, since in"
                " general it is not one prox after the other"
            )
        self.separable = all(_separable(prox, parameter) for parameter in self.chosen)
        self._check_optimizer()
        self._threshold()  # an error, if the optimizer cannot say it

    schedule, updates = _of_optimizer("schedule"), _of_optimizer("updates")
    lr, weight_decay = _of_optimizer("lr"), _of_optimizer("weight_decay")
    clip_norm, clip_value = _of_optimizer("clip_norm"), _of_optimizer("clip_value")
    parameters = property(lambda self: self.optimizer.parameters)
    vector = property(lambda self: self.optimizer.vector)
    gradient = property(lambda self: self.optimizer.gradient)
    rng = property(lambda self: self.optimizer.rng)
    _views = property(lambda self: self.optimizer._views)

    def __setattr__(self, name: str, value: Any) -> None:
        """Options of the optimizer inside are set there, where they are checked."""
        inside = isinstance(getattr(Proximal, name, None), property)
        setattr(self.optimizer, name, value) if inside else super().__setattr__(name, value)

    @property
    def inner(self) -> Optimizer:
        """The optimizer that takes the steps; one Proximal may stand around another."""
        return self.optimizer.inner if isinstance(self.optimizer, Proximal) else self.optimizer

    @property
    def penalized(self) -> set[Tensor]:
        """What this one and those inside are applied to."""
        inside = self.optimizer.penalized if isinstance(self.optimizer, Proximal) else set()
        return self.chosen | inside

    def __repr__(self) -> str:
        name = getattr(self.prox, "__name__", self.prox)
        return f"Proximal({self.optimizer!r}, {name}, strength={self.strength})"

    def step(self) -> None:
        self._check_optimizer()
        inner, before = self.inner, self.vector.copy()
        self.optimizer.step()
        if not self.strength * self.lr:
            return
        self._shrink(self._threshold())
        if isinstance(inner, SGD) and inner.momentum:
            moved = self._chosen((before - self.vector) / self.lr)
            for v, new in zip(self._chosen(inner.velocity), moved, strict=True):
                v[...] = new

    def trial(self) -> Proximal:
        copied = copy.copy(self)
        copied.optimizer = self.optimizer.trial()
        return copied

    def state_dict(self) -> dict[str, Any]:
        """The strength, and the optimizer's own state under names like ``optimizer.lr``."""
        inner = {f"optimizer.{name}": value for name, value in self.optimizer.state_dict().items()}
        return {KIND: "Proximal", "strength": self.strength} | inner

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        check_kind("Proximal", state)
        prefix = "optimizer."
        inner = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
        if others := state.keys() - {prefix + name for name in inner} ^ {KIND, "strength"}:
            raise ValueError(
                f"the state does not fit this Proximal: look at {', '.join(sorted(others))}"
            )
        strength = CHECKS["strength"]("Proximal", np.asarray(state["strength"]).item())
        self.optimizer.load_state_dict(inner)
        self.strength = strength

    def _threshold(self) -> Any:
        """λ · lr, divided by what the step on each weight was divided by: a number or a vector."""
        with np.errstate(invalid="ignore"):  # 0 / 0 for weights that took no step yet
            return self.strength * self.lr / self.inner.denominator()

    def _shrink(self, threshold: Any) -> None:
        """Apply prox to every chosen parameter that took a step."""
        parts = self._chosen(self.vector)
        thresholds = self._chosen(threshold) if np.ndim(threshold) else [threshold] * len(parts)
        for w, limit in zip(parts, thresholds, strict=True):
            w[...] = self.prox(w, limit)

    def _chosen(self, vector: np.ndarray) -> list[np.ndarray]:
        """The parts of a vector that belong to chosen parameters with a gradient."""
        parts = zip(self.parameters, self.views(vector), strict=True)
        return [part for p, part in parts if p in self.chosen and p.grad is not None]

    def _check_optimizer(self) -> None:
        """Refuse, where there is a penalty, steps that its threshold cannot follow."""
        inner = self.inner
        why = next((why for refused, why in _REFUSED if refused(inner)), "")
        if not (why or self.separable or isinstance(inner, SGD)):
            why = (
                "takes a step of another length for each weight, but this penalty ties weights"
                " together: use SGD, also with momentum"
            )
        if why and self.strength:
            raise ValueError(f"Proximal would solve another problem, since {inner!r} {why}")


_REFUSED: list[tuple[Callable[[Any], bool], str]] = [
    (
        lambda o: o.clip_norm is not None or o.clip_value is not None,
        "clips the gradient, but not the penalty: leave out clip_norm and clip_value",
    ),
    (
        lambda o: bool(o.groups),
        "has groups of parameters: make an optimizer for each, and a Proximal around it",
    ),
    (
        lambda o: isinstance(o, SGD) and o.nesterov,
        "looks ahead of its weights: use momentum without nesterov",
    ),
    (
        lambda o: isinstance(o, Nadam),
        "looks ahead of its weights, further at each step: use Adam",
    ),
    (
        lambda o: isinstance(o, AdamW) and o.weight_decay > 0,
        "decays weights beside the loss: use Adam, or weight_decay=0",
    ),
    (
        lambda o: isinstance(o, RMSprop) and o.momentum > 0,
        "remembers steps, and the penalty's are not among them: use momentum=0, or SGD",
    ),
    (
        lambda o: isinstance(o, Lion),
        "takes steps that are not longer for a longer gradient: use SGD or Adam",
    ),
    (
        lambda o: isinstance(o, SecondOrder),
        "searches along the loss alone, without the penalty: use SGD or Adam",
    ),
]


def _separable(prox: Callable[[np.ndarray, Any], np.ndarray], parameter: Tensor) -> bool:
    """Does what prox makes of a weight depend on it alone? Tried with every second one 0."""
    w = np.linspace(-2, 2, parameter.size).reshape(parameter.shape)
    half = np.arange(parameter.size).reshape(parameter.shape) % 2 == 0
    return np.array_equal(prox(w, 0.1)[half], prox(np.where(half, w, 0), 0.1)[half])
