"""Optimizers: how a gradient becomes a step.

The one idea: all parameters live in one contiguous vector w, each parameter being a view into it,
and so do their gradients, g. An update rule is a few lines of vector arithmetic on w and g, as it
stands in the paper, and one call updates the whole model. The options of an optimizer are the
fields of a dataclass. Where papers and PyTorch disagree on a detail, PyTorch's convention is
followed and the docstring says so.
"""

from __future__ import annotations

import copy
import numbers
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
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
        The learning rate, above 0. It can be changed at any time.
    weight_decay : float
        λ: adds λ w to the gradient, so weights that do not help shrink.
    clip_norm, clip_value : float, optional
        Before the update, scale the whole gradient to at most this norm, or cut each of its
        elements to at most this size.

    A parameter's `.grad` is a view into the gradient vector, so the next backward() overwrites it:
    copy what you want to keep.
    """

    parameters: list[Tensor]
    lr: float
    _: KW_ONLY
    weight_decay: float = 0.0
    clip_norm: float | None = None
    clip_value: float | None = None

    def __post_init__(self) -> None:
        self.parameters = _checked(self.parameters, type(self).__name__)
        self.lr = _number("lr, the learning rate,", self.lr, positive=True)
        self.weight_decay = _number("weight_decay", self.weight_decay)
        if self.clip_norm is not None:
            self.clip_norm = _number("clip_norm", self.clip_norm, positive=True)
        if self.clip_value is not None:
            self.clip_value = _number("clip_value", self.clip_value, positive=True)
        self.vector = np.concatenate([np.ravel(p.data) for p in self.parameters])  # w
        self.gradient = np.zeros_like(self.vector)  # g
        self.rng = np.random.default_rng(0)  # shuffles the batches of `fit`, from run to run
        views = zip(self.views(self.vector), self.views(self.gradient), strict=True)
        self._views = list(zip(self.parameters, views, strict=True))
        for parameter, (data, buffer) in self._views:
            parameter.data, parameter.grad_buffer, parameter.grad = data, buffer, None

    def views(self, vector: Any) -> list:
        """The vector cut into one view per parameter, in the parameter's shape."""
        ends = np.cumsum([parameter.size for parameter in self.parameters])
        pieces = np.split(vector, ends[:-1])
        return [piece.reshape(p.shape) for piece, p in zip(pieces, self.parameters, strict=True)]

    def zero_grad(self) -> None:
        """Forget the gradients of the last step; call it before each backward()."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Update every parameter from its `.grad`; one that has none counts as 0."""
        self._collect_gradients()
        g = self.gradient
        if self.clip_value is not None:
            g = np.clip(g, -self.clip_value, self.clip_value)
        if self.clip_norm is not None:
            g = clip_by_norm(g, self.clip_norm)
        self.update(self.vector, self.decayed(g))

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

    def _collect_gradients(self) -> None:
        """Copy into the vector each gradient that backward() did not write there."""
        missing = []
        for parameter, (data, buffer) in self._views:
            if parameter.data is not data:
                raise RuntimeError(
                    f"{type(self).__name__}.step(): the data of parameter {parameter.name or ''}"
                    " was replaced after the optimizer was made, perhaps by a second optimizer:"
                    " make one, and make it last; change values in place, parameter.data[...] = new"
                )
            if parameter.grad is None:
                missing.append(parameter)
                buffer[...] = 0
            elif parameter.grad is not buffer:
                buffer[...] = parameter.grad
        if missing and recording.watcher:
            recording.watcher.without_gradient(missing)
        if len(missing) == len(self._views):
            raise RuntimeError(
                f"{type(self).__name__}.step(): no parameter has a gradient: call zero_grad(),"
                " loss.backward() and step() in this order, and compute the loss from these"
                " parameters"
            )


def clip_by_norm(gradient: np.ndarray, largest: float) -> np.ndarray:
    """The gradient, scaled to a norm of at most `largest` (Pascanu et al. 2013).

    >>> clip_by_norm(np.array([3.0, 4.0]), 1.0)
    array([0.6, 0.8])
    """
    norm = float(np.linalg.norm(gradient))
    return gradient * (largest / norm) if norm > largest else gradient


def _checked(parameters: Iterable[Tensor], name: str) -> list[Tensor]:
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


def _number(what: str, value: Any, *, positive: bool = False, below: float = np.inf) -> float:
    """The value as a float, if it is a number from 0 (or above 0) to below `below`."""
    if not isinstance(value, numbers.Real):
        raise TypeError(f"{what} must be a number, not {value!r}")
    number = float(value)
    if not ((number > 0 if positive else number >= 0) and number < below):  # NaN is neither
        low = "above 0" if positive else "at least 0"
        high = "finite" if below == np.inf else f"below {below:g}"
        raise ValueError(f"{what} must be {low} and {high}, not {value}")
    return number


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
        self.momentum = _number("momentum", self.momentum, below=1)
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
        self.epsilon = _number("epsilon", self.epsilon)
        self.sum_of_squares = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        self.sum_of_squares += g * g
        w -= self.lr * g / (np.sqrt(self.sum_of_squares) + self.epsilon)


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
        self.alpha = _number("alpha", self.alpha, below=1)
        self.epsilon = _number("epsilon", self.epsilon)
        self.mean_square = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        self.mean_square += (1 - self.alpha) * (g * g - self.mean_square)
        w -= self.lr * g / (np.sqrt(self.mean_square) + self.epsilon)


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
        if np.shape(self.betas) != (2,):
            raise TypeError(f"betas must be a pair, such as (0.9, 0.999), not {self.betas!r}")
        beta1, beta2 = self.betas
        self.betas = _number("betas[0]", beta1, below=1), _number("betas[1]", beta2, below=1)
        self.epsilon = _number("epsilon", self.epsilon)
        self.steps = 0  # t
        self.first_moment = np.zeros_like(self.vector)  # m
        self.second_moment = np.zeros_like(self.vector)  # s

    def update(self, w: np.ndarray, g: np.ndarray) -> None:
        (beta1, beta2), m, s = self.betas, self.first_moment, self.second_moment
        self.steps += 1
        m += (1 - beta1) * (g - m)
        s += (1 - beta2) * (g * g - s)
        root = np.sqrt(s / (1 - beta2**self.steps))
        w -= self.lr / (1 - beta1**self.steps) * m / (root + self.epsilon)


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
        λ, the weight of the penalty; prox gets lr · λ.
    parameters : list of Tensor, optional
        Where it is applied; if left out, to all of two or more axes, so not to biases.

    >>> w = Tensor([[3.0, 0.1]], requires_grad=True)
    >>> from tinynet.penalties import prox_l1
    >>> optimizer = Proximal(SGD([w], lr=0.5), prox_l1, strength=1.0)
    >>> np.sum(w * 0).backward()
    >>> optimizer.step()
    >>> w.data
    array([[2.5, 0. ]])

    With SGD this minimises loss + λ penalty (ISTA: Daubechies et al. 2004); with optimizers that
    scale each weight by itself it is a good approximation.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        prox: Callable[[np.ndarray, float], np.ndarray],
        strength: float,
        parameters: Iterable[Tensor] | None = None,
    ) -> None:
        if not isinstance(optimizer, Optimizer) or not callable(prox):
            raise TypeError(
                "Proximal takes an optimizer and a function, as in"
                f" Proximal(SGD(parameters), penalties.prox_l1, 0.1), not {optimizer!r}, {prox!r}"
            )
        self.optimizer, self.prox = optimizer, prox
        self.strength = _number("strength", strength)
        self.parameters = optimizer.parameters
        chosen = [p for p in self.parameters if p.ndim > 1] if parameters is None else parameters
        if parameters is None and not chosen:
            raise ValueError("Proximal: no parameter has two axes: name some, parameters=[w]")
        self.chosen = set(_checked(chosen, type(self).__name__))
        if self.chosen - set(self.parameters):
            raise ValueError("Proximal: its parameters must be among those of the optimizer")

    lr = property(
        lambda self: self.optimizer.lr, lambda self, lr: setattr(self.optimizer, "lr", lr)
    )
    vector = property(lambda self: self.optimizer.vector)
    gradient = property(lambda self: self.optimizer.gradient)
    rng = property(lambda self: self.optimizer.rng)

    def step(self) -> None:
        self.optimizer.step()
        if not self.strength:
            return
        for parameter, w in zip(self.parameters, self.views(self.vector), strict=True):
            if parameter in self.chosen:
                w[...] = self.prox(w, self.strength * self.lr)

    def trial(self) -> Proximal:
        copied = copy.copy(self)
        copied.optimizer = self.optimizer.trial()
        return copied


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {  # as one names them in a command or on a page
    optimizer.__name__.lower(): optimizer for optimizer in (SGD, Adagrad, RMSprop, Adam, AdamW)
}
