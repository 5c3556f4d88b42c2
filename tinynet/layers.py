"""Layers: functions that own the parameters they use.

The one idea: a Module is plain attributes. A Tensor that requires a gradient is a parameter, one
that does not is a buffer; both are found by walking the attributes in order, through modules,
lists, tuples and dicts. There is nothing to register, and what is kept elsewhere is reported.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import functional, initializers
from .engine.arrays import as_array
from .engine.frames import stacklevel
from .engine.grad_mode import recording
from .engine.held import lost
from .engine.methods import raw
from .engine.state import fitting
from .engine.tables import table
from .engine.tensor import Tensor

__all__ = [
    "Module",
    "Linear",
    "ReLU",
    "LeakyReLU",
    "Sigmoid",
    "Tanh",
    "Softmax",
    "Dropout",
    "Flatten",
    "Sequential",
    "MLP",
]


class Module:
    """A function with parameters. Write `forward`; everything else follows from the attributes.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Tensor(2.0, requires_grad=True)
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> [name for name, _ in Scale().named_parameters()]
    ['factor']
    """

    _training = True
    feature_names: tuple[str, ...] | None = None  # of the Dataset it was trained on, if it was one
    target_names: tuple[str, ...] | None = None

    @property
    def training(self) -> bool:
        """Is this the time to drop and to estimate? Never while this thread is `evaluating`."""
        return self._training and not recording.evaluating

    @training.setter
    def training(self, mode: bool) -> None:
        self._training = mode

    def forward(self, x: Any) -> Any:
        """What the module does with its input; every kind of module writes its own."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward(self, x)")

    def __call__(self, x: Any) -> Any:
        return self.forward(x)

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Every parameter with its path, such as ("layers.0.weight", tensor); each one once."""
        seen: set[Tensor] = set()
        for path, value in walk(self):
            if isinstance(value, Tensor) and value.requires_grad and value not in seen:
                seen.add(value)
                yield path, value

    def parameters(self) -> list[Tensor]:
        """Every parameter, in order: what an optimizer takes.

        ValueError where two tensors share a path; a warning for each that nothing would train.
        """
        tensors(self)
        parameters = [parameter for _, parameter in self.named_parameters()]
        for place, problem in lost(self, modules(self), parameters, Module):
            warnings.warn(f"{type(self).__name__}.{place} {problem}", stacklevel=stacklevel())
        return parameters

    def train(self, mode: bool = True) -> Module:
        """Switch to training: dropout drops. Returns the module."""
        for part in modules(self):
            part.training = mode
        return self

    def eval(self) -> Module:
        """Switch to evaluation: the same input gives the same output. Returns the module."""
        return self.train(False)

    def state_dict(self) -> dict[str, np.ndarray]:
        """A copy of every parameter and buffer by its path; ValueError where two share a path."""
        return {path: np.copy(tensor.data) for path, tensor in tensors(self).items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Copy values in; ValueError lists every name that is missing, extra or does not fit."""
        if not isinstance(state, Mapping):
            raise TypeError(
                f"load_state_dict takes what state_dict() gave, not {type(state).__name__}; a file"
                " is read with tn.checkpoints.load(model, path)"
            )
        own = tensors(self)
        values = fitting(own, {name: as_array(raw(value)) for name, value in state.items()})
        for name, tensor in own.items():
            tensor.data[...] = values[name]

    def output_shape(self, shape: tuple) -> tuple:
        """The shape of the output for an input of `shape`; here the same."""
        return shape

    def describe(self) -> str:
        """The layer in a few words, such as Linear(4, 16)."""
        return type(self).__name__

    def __repr__(self) -> str:
        """A table of the layers, for N samples, with the number of parameters of each."""
        if not _has_layers(self):
            return self.describe()
        rows = [("path", "layer", "output shape", "parameters")]
        shape: tuple = ("N", "?")
        for path, layer in walk(self):
            if isinstance(layer, Module) and not _has_layers(layer):
                shape = layer.output_shape(shape)
                cell = f"({', '.join(map(str, shape))})"
                rows.append((path, layer.describe(), cell, f"{_size(layer):,}"))
        return table([*rows, ("total", "", "", f"{_size(self):,}")], right=())


def walk(value: Any, path: str = "", inside: tuple = ()) -> Iterator[tuple[str, Any]]:
    """Every Module and leaf Tensor in `value`, itself first, with its path; a cycle is cut."""
    if isinstance(value, Tensor) and value.node is None:
        yield path, value
    if not isinstance(value, (Module, list, tuple, dict)) or any(value is v for v in inside):
        return
    if isinstance(value, Module):
        yield path, value
    named = vars(value) if isinstance(value, Module) else value
    for name, inner in named.items() if isinstance(named, dict) else enumerate(named):
        yield from walk(inner, f"{path}.{name}" if path else str(name), (*inside, value))


def modules(module: Module) -> list[Module]:
    """The module and all those inside it."""
    return [part for _, part in walk(module) if isinstance(part, Module)]


def tensors(module: Module) -> dict[str, Tensor]:
    """Every parameter and buffer by its path; ValueError where two different ones share a path."""
    found: dict[str, Tensor] = {}
    for path, value in walk(module):
        if isinstance(value, Tensor) and found.setdefault(path, value) is not value:
            raise ValueError(
                f"two tensors of this model have the path {path!r}, so that one of them would be"
                " lost: rename one; keys of a dict such as 1 and '1', or 'a.b', lead to this"
            )
    return found


def _has_layers(module: Module) -> bool:
    return len(modules(module)) > 1


def _size(module: Module) -> int:
    """The number of parameters, each element counted."""
    return sum(parameter.size for _, parameter in module.named_parameters())


# --- layers with parameters -----------------------------------------------------------------


class Linear(Module):
    """x @ weight + bias: (N, in_features) → (N, out_features).

    Parameters
    ----------
    in_features, out_features : int
        Number of columns that go in and come out.
    bias : bool
        Whether to add a bias, which starts at 0.
    rng : numpy.random.Generator or int, optional
        Where the weights come from; without it they differ from run to run.
    dtype : dtype
        float64 for exactness, float32 for speed.
    initializer : callable
        See `tinynet.initializers`.

    >>> layer = Linear(3, 2, rng=0)
    >>> layer(np.ones((5, 3))).shape
    (5, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        rng: Any = None,
        dtype: Any = np.float64,
        *,
        initializer: initializers.Initializer = initializers.he_uniform,
    ) -> None:
        for width in (in_features, out_features):
            if not isinstance(width, (int, np.integer)) or width < 1:
                raise ValueError(
                    f"Linear({in_features!r}, {out_features!r}): widths must be whole numbers of at"
                    " least 1"
                )
        if not isinstance(bias, (bool, np.bool_)):
            raise ValueError(f"Linear: bias must be True or False, not {bias!r}; a seed is rng=0")
        weight = initializer((in_features, out_features), rng, dtype)
        self.weight = Tensor(weight, requires_grad=True, name="weight")  # (in, out)
        self.bias = Tensor(np.zeros(out_features, dtype), requires_grad=bias, name="bias")  # (out,)

    def forward(self, x: Any) -> Any:
        try:
            x = x if hasattr(x, "__array_function__") else as_array(x, self.weight.dtype)
            return functional.linear(x, self.weight, self.bias)
        except (TypeError, ValueError) as error:  # asked only now, since a layer runs often
            problem = _misfit(x, *self.weight.shape)
            if problem is None:
                raise
            raise ValueError(f"{self.describe()} {problem}") from error

    def output_shape(self, shape: tuple) -> tuple:
        return (*shape[:-1], self.weight.shape[1])

    def describe(self) -> str:
        return "Linear({}, {})".format(*self.weight.shape)


def linear_layers(module: Module) -> list[Linear]:
    """Every Linear in the module, in order."""
    return [part for part in modules(module) if isinstance(part, Linear)]


def _misfit(x: Any, width: int, out: int) -> str | None:
    """What is wrong with the input of a Linear, and one way to fix it."""
    if not isinstance(getattr(x, "dtype", None), np.dtype):  # it is no array, and this was said
        return None
    if x.dtype.kind not in "fiub":
        return f"takes numbers, but its input holds {x.dtype}"
    shape, fix = x.shape, f"give it {width} columns"
    if shape[-1:] == (width,):
        return None
    if shape == ():
        fix = "does the layer before it return its result?"
    elif len(shape) == 1 and shape[0] % width == 0:
        fix = f"one row per sample is x.reshape(-1, {width})"
    elif len(shape) > 2 and math.prod(shape[1:]) == width:
        fix = "put layers.Flatten() in front"
    elif len(shape) == 2:
        fix += " (x.T has)" if shape[0] == width else f", or make it Linear({shape[1]}, {out})"
    return f"takes {width} columns, but its input has shape {shape}: {fix}"


# --- layers without parameters --------------------------------------------------------------


class ReLU(Module):
    """max(x, 0), elementwise; see `functional.relu`."""

    def forward(self, x: Any) -> Any:
        return functional.relu(x)


class LeakyReLU(Module):
    """x, or slope · x where x is negative; see `functional.leaky_relu`."""

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope

    def forward(self, x: Any) -> Any:
        return functional.leaky_relu(x, slope=self.slope)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ), elementwise: numbers become probabilities."""

    def forward(self, x: Any) -> Any:
        return functional.sigmoid(x)


class Tanh(Module):
    """tanh(x), elementwise: numbers become −1 … 1."""

    def forward(self, x: Any) -> Any:
        return functional.tanh(x)


class Softmax(Module):
    """Rows become probabilities. Not before `cross_entropy`, which applies it itself."""

    def forward(self, x: Any) -> Any:
        return functional.softmax(x)


class Dropout(Module):
    """In training, zero each element with probability `rate`; see `functional.dropout`.

    Raises ValueError for a rate outside 0 ≤ rate < 1.
    """

    def __init__(self, rate: float = 0.5, rng: Any = None) -> None:
        if not (isinstance(rate, (int, float, np.floating)) and 0 <= rate < 1):
            raise ValueError(f"Dropout: the rate must be at least 0 and below 1, not {rate!r}")
        self.rate, self.rng = rate, np.random.default_rng(rng)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.rate, self.rng) if self.training and self.rate else x

    def describe(self) -> str:
        return f"Dropout({self.rate:g})"


class Flatten(Module):
    """All axes but the first become one: (N, 8, 8) → (N, 64)."""

    def forward(self, x: Any) -> Any:
        return np.reshape(x, (x.shape[0], -1))

    def output_shape(self, shape: tuple) -> tuple:
        return (shape[0], "?" if "?" in shape else math.prod(shape[1:]))


# --- models ---------------------------------------------------------------------------------


class Function(Module):
    """A function without parameters as a layer: `Sequential` makes one of np.tanh."""

    def __init__(self, function: Callable) -> None:
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)

    def output_shape(self, shape: tuple) -> tuple:
        return shape if isinstance(self.function, np.ufunc) else (shape[0], "?")

    def describe(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__)


class Sequential(Module):
    """Layers one after the other; a mistake in one of them is reported with its position.

    A function such as np.tanh is a layer, too.

    >>> Sequential(Linear(4, 8, rng=0), ReLU(), Linear(8, 3, rng=1))
    path      layer         output shape  parameters
    layers.0  Linear(4, 8)  (N, 8)        40
    layers.1  ReLU          (N, 8)        0
    layers.2  Linear(8, 3)  (N, 3)        27
    total                                 67
    """

    def __init__(self, *layers: Callable) -> None:
        for layer in layers:
            if not callable(layer) or isinstance(layer, type):
                raise TypeError(
                    f"Sequential takes layers one by one, Sequential(Linear(2, 8), ReLU()); this is"
                    f" not a layer: {layer!r}"
                )
        self.layers = [x if isinstance(x, Module) else Function(x) for x in layers]

    def forward(self, x: Any) -> Any:
        for i, layer in enumerate(self.layers):
            try:
                x = layer(x)
            except ValueError as error:
                raise ValueError(f"layers.{i}: {error}") from error
        return x


class MLP(Sequential):
    """A multilayer perceptron: Linear and activation in turn, none after the last Linear.

    Parameters
    ----------
    sizes : sequence of int
        Columns in, the width of each hidden layer, columns out; at least two numbers.
    activation : Module class
        A new one is made after each Linear but the last.
    dropout : float
        If above 0, a Dropout of this rate after each activation.
    rng, dtype
        As for `Linear`.

    >>> MLP([64, 64, 32, 10], rng=0).parameters()[-1].shape
    (10,)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: type[Module] = ReLU,
        dropout: float = 0,
        rng: Any = None,
        dtype: Any = np.float64,
    ) -> None:
        if not isinstance(sizes, Sequence) or len(sizes) < 2:
            raise ValueError(
                f"MLP needs a list of sizes, from input to output, as in [2, 16, 1], not {sizes!r}"
            )
        if not (isinstance(activation, type) and issubclass(activation, Module)):
            raise TypeError(
                f"MLP: activation must be a class, such as layers.ReLU, not {activation!r}"
            )
        rng, drops = np.random.default_rng(rng), bool(Dropout(dropout).rate)
        rectified = issubclass(activation, (ReLU, LeakyReLU))
        initializer = initializers.he_uniform if rectified else initializers.glorot_uniform
        layers: list[Module] = []
        for size_in, size_out in itertools.pairwise(sizes):
            if layers:
                layers += [activation()] + ([Dropout(dropout, rng)] if drops else [])
            layers.append(Linear(size_in, size_out, rng=rng, dtype=dtype, initializer=initializer))
        super().__init__(*layers)


ACTIVATIONS: dict[str, type[Module]] = {  # as one names them in a command or on a page
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "tanh": Tanh,
    "sigmoid": Sigmoid,
}
