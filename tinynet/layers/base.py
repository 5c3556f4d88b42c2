"""A Module: a function that owns the parameters it uses.

The one idea: a Module is plain attributes. A Tensor that requires a gradient is a parameter, one
that does not is a buffer; both are found by walking the attributes in order, through modules,
lists, tuples and dicts. There is nothing to register, and what is kept elsewhere is reported.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..engine.arrays import as_array
from ..engine.frames import stacklevel
from ..engine.grad_mode import recording
from ..engine.held import lost
from ..engine.methods import raw
from ..engine.state import fitting
from ..engine.tables import table
from ..engine.tensor import Tensor
from ..engine.upstairs import Displayed


class Module(Displayed):
    """A function with parameters. Write `forward`; everything else follows from the attributes.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Tensor(2.0, requires_grad=True)
    ...     def forward(self, x):
    ...         return x * self.factor
    >>> [name for name, _ in Scale().named_parameters()]
    ['factor']
    """

    around = False  # of a layer that does something around those inside it, which are listed below
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
        """Switch to training: dropout drops, batch norm sees its batch. Returns the module."""
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
        return table(rows(self), right=()) if _has_layers(self) else self.describe()


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


def rows(module: Module) -> list[tuple[str, str, str, str]]:
    """What the table of a model says: its head, each layer, and the number of all parameters."""
    found = [("path", "layer", "output shape", "parameters")]
    shape: tuple = ("N", "?")
    for path, layer in walk(module):
        if isinstance(layer, Module) and not _has_layers(layer):
            shape = layer.output_shape(shape)
            cell = f"({', '.join(map(str, shape))})"
            found.append((path, layer.describe(), cell, f"{_size(layer):,}"))
        elif isinstance(layer, Module) and layer.around:
            found.append((path, layer.describe(), "", ""))
    return [*found, ("total", "", "", f"{_size(module):,}")]


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


def dtype_of(module: Module) -> np.dtype:
    """What it computes with: the dtype of its first tensor, whether that is trained or not."""
    return next((tensor.dtype for tensor in tensors(module).values()), np.dtype(np.float64))


def check_widths(name: str, *widths: Any) -> None:
    """ValueError unless the widths of a layer are whole numbers of at least 1."""
    if not all(isinstance(width, (int, np.integer)) and width >= 1 for width in widths):
        given = ", ".join(map(repr, widths))
        raise ValueError(f"{name}({given}): widths must be whole numbers of at least 1")


def as_input(x: Any, dtype: Any) -> Any:
    """The input of a layer: arrays and Tensors as they are, lists in the dtype of the layer."""
    return x if hasattr(x, "__array_function__") else as_array(x, dtype)


def _has_layers(module: Module) -> bool:
    return len(modules(module)) > 1


def _size(module: Module) -> int:
    """The number of parameters, each element counted."""
    return sum(parameter.size for _, parameter in module.named_parameters())
