"""What the options of optimizers may be: checked at the start, and whenever they are set."""

from __future__ import annotations

import numbers
import reprlib
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from ..engine.tensor import Tensor


def check_parameters(name: str, parameters: Iterable[Tensor]) -> list[Tensor]:
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


def replaced(name: str, parameter: Tensor) -> RuntimeError:
    return RuntimeError(
        f"{name}.step(): the data of parameter {parameter.name or ''} was replaced after the"
        " optimizer was made, perhaps by a second optimizer: make one, and make it last; change"
        " values in place, parameter.data[...] = new"
    )


def no_gradient(name: str) -> RuntimeError:
    return RuntimeError(
        f"{name}.step(): no parameter has a gradient: call zero_grad(), loss.backward() and step()"
        " in this order, and compute the loss from these parameters. A copy of an optimizer has"
        " parameters of its own: copy the model with it, model, optimizer ="
        " copy.deepcopy((model, optimizer))"
    )


def number(
    what: str, name: str, value: Any, *, positive: bool = False, below: float = np.inf
) -> float:
    """The value as a float, if it is a number from 0 (or above 0) to below `below`."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: {what} must be a number, not {reprlib.repr(value)}")
    checked = float(value)
    if not ((checked > 0 if positive else checked >= 0) and checked < below):  # NaN is neither
        low = "above 0" if positive else "at least 0"
        high = "finite" if below == np.inf else f"below {below:g}"
        raise ValueError(f"{name}: {what} must be {low} and {high}, not {value}")
    return checked


def _limit(what: str, name: str, value: Any) -> float | None:
    return None if value is None else number(what, name, value, positive=True)


def _betas(name: str, value: Any) -> tuple[float, float]:
    if np.shape(value) != (2,):
        raise TypeError(f"{name}: betas must be a pair, such as (0.9, 0.999), not {value!r}")
    first, second = (number(f"betas[{i}]", name, beta, below=1) for i, beta in enumerate(value))
    return first, second


def _whole(what: str, name: str, value: Any) -> int:
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: {what} must be a whole number of at least 1, not {value!r}")
    return int(value)


CHECKS: dict[str, Callable[[str, Any], Any]] = {  # option → its value, if it is allowed
    "parameters": check_parameters,
    "lr": partial(number, "lr, the learning rate,"),
    "weight_decay": partial(number, "weight_decay"),
    "clip_norm": partial(_limit, "clip_norm"),
    "clip_value": partial(_limit, "clip_value"),
    "momentum_decay": partial(number, "momentum_decay"),
    "momentum": partial(number, "momentum", below=1),
    "alpha": partial(number, "alpha", below=1),
    "epsilon": partial(number, "epsilon"),
    "betas": _betas,
    "memory": partial(_whole, "memory"),
    "strength": partial(number, "strength"),
}
