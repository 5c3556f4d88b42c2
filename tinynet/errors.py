"""What the engine says when something is wrong: what happened, and one way to mend it.

Each function makes an exception for `raise`; the texts stand here so that tensor.py reads as the
algorithm alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def unknown_function(function: Callable) -> TypeError:
    module = getattr(function, "__module__", None) or "numpy"
    if hasattr(function, "__self__"):  # np.add, of np.add.outer
        module = f"numpy.{function.__self__.__name__}"
    return TypeError(
        f"tinynet knows no derivative for {module}.{function.__name__}: write it with the"
        " functions listed in help(tn.ops), give it rules with tn.defvjp, or pass .data to leave"
        " the graph"
    )


def no_rule(name: str) -> TypeError:
    return TypeError(
        f"{name} has no derivative with respect to this argument: pass its .data, or .detach() it"
    )


def no_option(name: str, option: str) -> TypeError:
    hint = {
        "out": "a Tensor cannot be written in place; use the value that is returned",
        "dtype": "call .astype(dtype) on the Tensor first",
    }.get(option, "leave it out, or pass .data where no gradient is needed")
    return TypeError(f"{name}: there is no derivative with {option}=; {hint}")


def failed(name: str, error: ValueError, values: Sequence) -> ValueError:
    """NumPy's message with the operation's name, once, and the shapes that met."""
    message = str(error).removeprefix(f"{name}: ")
    shapes = ", ".join(str(value.shape) for value in values if hasattr(value, "shape"))
    return ValueError(f"{name}: {message} [shapes: {shapes}]")


def wrong_gradient(name: str, shape: tuple, expected: tuple) -> ValueError:
    return ValueError(
        f"a rule of {name} returned a gradient of shape {shape} for an argument of shape"
        f" {expected}: the two must be equal"
    )


def no_history() -> RuntimeError:
    return RuntimeError(
        "nothing here asks for a gradient: make a parameter with Tensor(data, requires_grad=True),"
        " and compute with it outside no_grad()"
    )


def not_one_number(shape: tuple) -> RuntimeError:
    return RuntimeError(
        f"backward starts from one number, but this tensor has shape {shape}: reduce it with"
        " .mean() or .sum(), or pass gradient="
    )


def not_an_array() -> TypeError:
    return TypeError(
        "a Tensor does not become an array by itself, since its gradient would be lost: use .data"
        " to leave the graph, np.stack([...]) to join Tensors in a list"
    )


def not_in_place() -> TypeError:
    return TypeError(
        "a Tensor cannot be changed in place, because the graph still needs its old values: make a"
        " new one, x = np.where(mask, value, x), or change x.data before using it"
    )


def not_floats(dtype: Any) -> TypeError:
    return TypeError(f"only floats have gradients, not {dtype}: convert with .astype(float)")
