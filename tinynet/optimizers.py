"""Optimizers: how a gradient becomes a step.

The one idea: all parameters live in one contiguous vector w, each parameter being a view into it,
and so do their gradients, g. An update rule is a few lines of vector arithmetic on w and g, as it
stands in the paper, and one call updates the whole model. The options of an optimizer are the
fields of a dataclass, and are checked whenever they are set. Where papers and PyTorch disagree on
a detail, PyTorch's convention is followed and the docstring says so.
"""

from __future__ import annotations

import copy
import math
import numbers
import reprlib
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass, fields
from functools import partial
from itertools import compress, pairwise
from typing import Any

import numpy as np

from .engine.grad_mode import recording
from .engine.tensor import Tensor

__all__ = ["Optimizer", "SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "Proximal"]


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

    def each(self, values: Any) -> Any:
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


def _checked(name: str, parameters: Iterable[Tensor]) -> list[Tensor]:
    if isinstance(parameters, Tensor):
        raise TypeError(f"{name} takes a list of parameters: pass [parameter]")
    if not isinstance(parameters, Iterable):
        raise TypeError(
            f"{name} takes a list of parameters, not {type(parameters).__name__}: pass"
            " model.parameters()"
        )
    parameters = list(parameters)
    if not parameters:
        raise ValueError(
            f"{name}: the list of parameters is empty; pass model.parameters(), where each weight"
            " is a Tensor(array, requires_grad=True)"
        )
    for parameter in parameters:
        if not isinstance(parameter, Tensor):
            raise TypeError(
                f"{name}: in the list is {type(parameter).__name__}, not a Tensor with"
                " requires_grad=True: pass model.parameters()"
            )
        if not parameter.requires_grad:
            raise TypeError(f"{name}: {parameter!r} is not a Tensor with requires_grad=True")
        if parameter.node is not None:
            raise TypeError(f"{name}: {parameter!r} was computed; pass what it was computed from")
    if len(set(parameters)) < len(parameters):
        raise ValueError(f"{name}: the same parameter stands in the list twice")
    dtypes = {str(parameter.dtype) for parameter in parameters}
    if len(dtypes) > 1:
        raise TypeError(f"{name}: all parameters must have one dtype, not {sorted(dtypes)}")
    return parameters


def _number(
    what: str, name: str, value: Any, *, positive: bool = False, below: float = np.inf
) -> float:
    """The value as a float, if it is a number from 0 (or above 0) to below `below`."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: {what} must be a number, not {reprlib.repr(value)}")
    number = float(value)
    if not ((number > 0 if positive else number >= 0) and number < below):  # NaN is neither
        low = "above 0" if positive else "at least 0"
        high = "finite" if below == np.inf else f"below {below:g}"
        raise ValueError(f"{name}: {what} must be {low} and {high}, not {value}")
    return number


def _limit(what: str, name: str, value: Any) -> float | None:
    return None if value is None else _number(what, name, value, positive=True)


def _betas(name: str, value: Any) -> tuple[float, float]:
    if np.shape(value) != (2,):
        raise TypeError(f"{name}: betas must be a pair, such as (0.9, 0.999), not {value!r}")
    first, second = (_number(f"betas[{i}]", name, beta, below=1) for i, beta in enumerate(value))
    return first, second


CHECKS: dict[str, Callable[[str, Any], Any]] = {  # option → its value, if it is allowed
    "parameters": _checked,
    "lr": partial(_number, "lr, the learning rate,"),
    "weight_decay": partial(_number, "weight_decay"),
    "clip_norm": partial(_limit, "clip_norm"),
    "clip_value": partial(_limit, "clip_value"),
    "momentum": partial(_number, "momentum", below=1),
    "alpha": partial(_number, "alpha", below=1),
    "epsilon": partial(_number, "epsilon"),
    "betas": _betas,
    "strength": partial(_number, "strength"),
}


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    """Stochastic gradient descent: w ← w − lr · g.

    With momentum μ: v ← μ v + g, w ← w − lr · v; with Nesterov's: w ← w − lr · (g + μ v).
    PyTorch's convention: lr multiplies the whole velocity (Sutskever et al. 2013 keep it inside v).

    Source: Robbins & Monro 1951; Polyak 1964; Nesterov 1983.
    """

    lr: float = 0.01
    momentum: float = 0.0  # μ
    nesterov: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not self.momentum:
            raise ValueError("SGD: nesterov=True needs a momentum above 0, for example 0.9")
        self.velocity = np.zeros_like(self.vector)  # v

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        if self.momentum:
            v = self.velocity
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        w -= self.lr * g

    def denominator(self) -> float:
        return 1.0


@dataclass(eq=False, repr=False)
class Adagrad(Optimizer):
    """Each weight has its own rate, which falls with the gradients it has seen.

    s ← s + g², w ← w − lr · g / (√s + ε).

    Source: Duchi, Hazan & Singer 2011. ε is added outside the root, as in PyTorch.
    """

    lr: float = 0.01
    epsilon: float = 1e-10  # ε

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.sum_of_squares = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        s = self.sum_of_squares
        s += g * g
        w -= self.lr * g / self.denominator()

    def denominator(self) -> np.ndarray:
        return np.sqrt(self.sum_of_squares) + self.epsilon


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    """As Adagrad, but the squares are a running mean, so the rate does not die out.

    s ← α s + (1 − α) g², w ← w − lr · g / (√s + ε).

    Source: Tieleman & Hinton 2012, lecture 6.5; α and ε as in PyTorch.
    """

    lr: float = 0.01
    alpha: float = 0.99  # α
    epsilon: float = 1e-8  # ε

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.mean_square = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        s = self.mean_square
        s *= self.alpha  # in two steps: where g² overflows, s becomes inf and never NaN
        s += (1 - self.alpha) * g * g
        w -= self.lr * g / self.denominator()

    def denominator(self) -> np.ndarray:
        return np.sqrt(self.mean_square) + self.epsilon


@dataclass(eq=False, repr=False)
class Adam(Optimizer):
    """A running mean of the gradient, divided by the root of a running mean of its square.

    m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g²; both start at 0, so step t divides them by
    1 − β₁ᵗ and 1 − β₂ᵗ. Then w ← w − lr · m̂ / (√ŝ + ε). Weight decay is added to g.

    Source: Kingma & Ba 2015, algorithm 1.
    """

    lr: float = 0.001
    betas: tuple[float, float] = (0.9, 0.999)  # β₁, β₂
    epsilon: float = 1e-8  # ε

    def __post_init__(self) -> None:
        super().__post_init__()
        self.epsilon = self._visible(self.epsilon)
        self.steps: Any = 0  # t; one for each parameter as soon as one missed a step
        self.first_moment = np.zeros_like(self.vector)  # m
        self.second_moment = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        (beta1, beta2), m, s = self.betas, self.first_moment, self.second_moment
        self.steps += 1
        m += (1 - beta1) * (g - m)
        s *= beta2  # in two steps: where g² overflows, s becomes inf and never NaN
        s += (1 - beta2) * g * g
        w -= self.each(self.lr / (1 - beta1**self.steps)) * m / self.denominator()

    def denominator(self) -> np.ndarray:
        root = np.sqrt(self.second_moment)
        root /= self.each((1 - self.betas[1] ** self.steps) ** 0.5)
        root += self.epsilon
        return root


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    """Adam with decoupled weight decay: w ← w − lr · λ · w next to the step of Adam.

    So a weight decays at the same speed whatever the size of its gradients.

    Source: Loshchilov & Hutter 2019; lr multiplies λ, as in PyTorch.
    """

    _: KW_ONLY
    weight_decay: float = 0.01

    def decayed(self, g: np.ndarray) -> np.ndarray:
        """The weights decay by themselves; the gradient stays as it is."""
        self.vector *= 1 - self.lr * self.weight_decay
        return g


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
    - Adagrad, RMSprop, Adam: prox gets a vector, for each weight lr · λ divided by what its step
      was divided by (ProxGen: Yun, Lozano & Yang 2021). So it must be separable, as prox_l1 is:
      what one weight becomes depends on no other.

    Raises ValueError for what would solve another problem: clipping, nesterov, the decay of AdamW,
    and optimizers other than SGD with group_lasso or nuclear_norm.

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
        self.chosen = set(_checked("Proximal", chosen))
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

    lr = property(
        lambda self: self.optimizer.lr, lambda self, lr: setattr(self.optimizer, "lr", lr)
    )
    parameters = property(lambda self: self.optimizer.parameters)
    vector = property(lambda self: self.optimizer.vector)
    gradient = property(lambda self: self.optimizer.gradient)
    rng = property(lambda self: self.optimizer.rng)
    _views = property(lambda self: self.optimizer._views)

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
        inner, why = self.inner, ""
        if inner.clip_norm is not None or inner.clip_value is not None:
            why = "clips the gradient, but not the penalty: leave out clip_norm and clip_value"
        elif isinstance(inner, SGD) and inner.nesterov:
            why = "looks ahead of its weights: use momentum without nesterov"
        elif isinstance(inner, AdamW) and inner.weight_decay:
            why = "decays weights beside the loss: use Adam, or weight_decay=0"
        elif not (self.separable or isinstance(inner, SGD)):
            why = (
                "takes a step of another length for each weight, but this penalty ties weights"
                " together: use SGD, also with momentum"
            )
        if why and self.strength:
            raise ValueError(f"Proximal would solve another problem, since {inner!r} {why}")


def _separable(prox: Callable[[np.ndarray, Any], np.ndarray], parameter: Tensor) -> bool:
    """Does what prox makes of a weight depend on it alone? Tried with every second one 0."""
    w = np.linspace(-2, 2, parameter.size).reshape(parameter.shape)
    half = np.arange(parameter.size).reshape(parameter.shape) % 2 == 0
    return np.array_equal(prox(w, 0.1)[half], prox(np.where(half, w, 0), 0.1)[half])


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {  # as one names them in a command or on a page
    optimizer.__name__.lower(): optimizer for optimizer in (SGD, Adagrad, RMSprop, Adam, AdamW)
}
