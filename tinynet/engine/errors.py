"""What the engine says when something is wrong: what happened, and one way to fix it.

Each function makes an exception for `raise`; the texts stand here so that tensor.py reads as the
algorithm alone.
"""

from __future__ import annotations

import itertools
import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def unknown_function(function: Callable) -> TypeError:
    if function is np.copyto:
        return TypeError(
            "numpy.copyto, by which np.full_like and others fill an array, takes the numbers of a"
            " Tensor without its gradient: use x * np.ones_like(array), or np.broadcast_to(x,"
            " shape), or pass .data to leave the graph"
        )
    module = getattr(function, "__module__", None) or "numpy"
    if hasattr(function, "__self__"):  # np.add, of np.add.outer
        module = f"numpy.{function.__self__.__name__}"
    return TypeError(
        f"tinynet knows no derivative for {module}.{function.__name__}: write it with the"
        " functions that tn.ops.coverage() lists, give it rules with tn.defvjp, or pass .data to"
        " leave the graph"
    )


def no_rule(name: str) -> TypeError:
    return TypeError(
        f"{name} has no derivative with respect to this argument: pass its .data, or .detach() it"
    )


def not_found_by_name(what: str, place: str) -> pickle.PicklingError:
    return pickle.PicklingError(
        f"{what} is pickled by its name, and {place} is not it: define it at the top of a module,"
        " under its own name; of a Tensor that it made, pickle .detach()"
    )


def no_option(name: str, option: str) -> TypeError:
    hint = {
        "out": "a Tensor cannot be written in place; use the value that is returned",
        "dtype": "call .astype(dtype) on the Tensor first",
    }.get(option, "leave it out, or pass .data where no gradient is needed")
    return TypeError(f"{name}: there is no derivative with {option}=; {hint}")


def no_gradient_of_option(name: str, option: str) -> TypeError:
    return TypeError(
        f"{name}: {option}= gets no gradient, but this Tensor asks for one: pass its .data, or"
        f" compute with it outside of {name}"
    )


def failed(name: str, error: Exception, values: Sequence, options: dict) -> Exception:
    """What NumPy refused, in terms of the shapes that met, with the axis where they differ."""
    shapes = [value.shape for value in values if hasattr(value, "shape")]
    explain = {
        "matmul": _unequal_inner_axes,
        "linear": _unequal_linear,
        "reshape": lambda shapes: _another_size(shapes[0], options["shape"]),
        "concatenate": lambda shapes: _unequal_parts(shapes, options.get("axis", 0)),
        "getitem": lambda shapes: _wrong_index(shapes[0], error),
        "einsum": lambda shapes: _unequal_letters(values[0], shapes),
        "broadcast_to": lambda shapes: _do_not_broadcast([*shapes, options["shape"]]),
    }.get(name, _do_not_broadcast if "broadcast" in str(error) else lambda shapes: None)
    message = explain(shapes)
    if message is None:
        message = f"{str(error).removeprefix(f'{name}: ')} [shapes: {', '.join(map(str, shapes))}]"
    return type(error)(f"{name}: {message}")


def _unequal_inner_axes(shapes: list[tuple]) -> str | None:
    if len(shapes) < 2 or () in shapes[:2]:
        return "@ multiplies matrices and vectors, but one of these is a single number: use *"
    a, b = shapes[:2]
    if a[-1] == b[-2:][0]:
        batches = _do_not_broadcast([a[:-2], b[:-2]])
        return batches and f"{a} @ {b}: in front of the matrices, {batches}"
    return (
        f"{a} @ {b} does not fit: the last axis of the first has length {a[-1]}, the"
        f" {'second-last' if b[1:] else 'only'} axis of the second {b[-2:][0]}; they must be equal:"
        f" {_which_to_transpose(a, b)}"
    )


def _which_to_transpose(a: tuple, b: tuple) -> str:
    """What makes a @ b fit; of a batch of matrices, .mT transposes each."""
    if len(b) > 1 and a[-1] == b[-1]:
        return f"transpose the second with .{'T' if len(b) == 2 else 'mT'}"
    if len(a) > 1 and a[-2] == b[-2:][0]:
        return f"transpose the first with .{'T' if len(a) == 2 else 'mT'}"
    return "change one of the two, since no transposing makes them fit"


def _unequal_linear(shapes: list[tuple]) -> str | None:
    x, weight, bias = shapes
    return _unequal_inner_axes(shapes) or _do_not_broadcast([x[:-1] + weight[-1:], bias])


def _unequal_letters(subscripts: str, shapes: list[tuple]) -> str | None:
    """In einsum, a letter stands for one length."""
    length_of: dict[str, int] = {}
    for term, shape in zip(subscripts.partition("->")[0].split(","), shapes, strict=False):
        if len(term) != len(shape):
            return f"{term!r} names {len(term)} axes, but that array has shape {shape}"
        for letter, n in zip(term, shape, strict=True):
            if length_of.setdefault(letter, n) not in (n, 1) and n != 1:
                return (
                    f"in {subscripts!r} the letter {letter} stands for axes of length"
                    f" {length_of[letter]} and {n} (shapes {', '.join(map(str, shapes))}): use"
                    " another letter, or change the order of the letters"
                )
            length_of[letter] = max(length_of[letter], n)
    return None


def _wrong_index(shape: tuple, error: Exception) -> str:
    hint = ", and counting begins at 0" if "out of bounds" in str(error) else ""
    return f"{error}; its shape is {shape}{hint}"


def _do_not_broadcast(shapes: list[tuple]) -> str | None:
    for a, b in itertools.combinations(shapes, 2):
        pairs = zip(reversed(a), reversed(b), strict=False)
        for axis, (n, m) in enumerate(pairs, 1):
            if n != m and 1 not in (n, m):
                return (
                    f"the shapes {a} and {b} do not fit: axis -{axis} has length {n} in one and {m}"
                    f" in the other; they must be equal, or one of them 1{_column_hint(a, b)}"
                )
    return None


def _column_hint(a: tuple, b: tuple) -> str:
    """Often a vector was meant as a column."""
    short, long = sorted((a, b), key=len)
    column = len(short) == 1 and len(long) > 1 and short[0] == long[-2]
    return f": for one number per row, use .reshape({short[0]}, 1)" if column else ""


def _another_size(shape: tuple, new: Any) -> str | None:
    numbers = [int(n) for n in np.atleast_1d(new)]
    elements, known = math.prod(shape), math.prod(n for n in numbers if n != -1)
    if numbers.count(-1) > 1:
        return f"only one number of {new} can be -1: write out the others"
    if -1 in numbers:
        return f"{shape} has {elements} elements, not a multiple of {known}: {new} does not fit"
    return (
        f"{shape} has {elements} elements, which do not fit in {new} ({known}): the numbers must"
        " multiply to the same; write -1 for one of them to have it computed"
    )


def _unequal_parts(shapes: list[tuple], axis: int) -> str | None:
    first = shapes[0]
    for i, shape in enumerate(shapes):
        if len(shape) != len(first):
            return (
                f"array 0 has shape {first} and array {i} {shape}: all need the same number of"
                " axes; add one with np.expand_dims, or use np.stack for a new axis"
            )
        for k, (n, m) in enumerate(zip(first, shape, strict=True)):
            if n != m and k != axis % len(first):
                return (
                    f"array 0 has shape {first} and array {i} {shape}: joined along axis {axis},"
                    f" they must be equal along axis {k}, but have {n} and {m}; is axis={k} meant?"
                )
    return None


class NotKept:
    """What stands in `.grad` of a Tensor that was computed: a note, and useless as a number."""

    def __repr__(self) -> str:
        return "(not kept: this was computed, and only leaves keep .grad; use loss.gradient(this))"

    def _refuse(self, *args: Any, error: type = TypeError, **options: Any) -> Any:
        raise error(
            ".grad was not kept, since this Tensor was computed: use loss.gradient(this); a step by"
            " hand is w.data -= lr * w.grad, because w -= lr * w.grad makes a computed w"
        )

    def __getattr__(self, name: str) -> Any:
        self._refuse(error=AttributeError)

    __array__ = __array_ufunc__ = __float__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __neg__ = _refuse


def not_one_value(shape: tuple) -> ValueError:
    return ValueError(
        f"only an array of one element is a number, but this one has shape {shape}: reduce it with"
        " .mean() or .sum(); for a choice per element use np.where(x > 0, a, b)"
    )


def wrong_gradient(name: str, shape: tuple, expected: tuple) -> ValueError:
    return ValueError(
        f"a rule of {name} returned a gradient of shape {shape} for an argument of shape"
        f" {expected}: the two must be equal"
    )


def no_history() -> RuntimeError:
    return RuntimeError(
        "nothing here asks for a gradient: make a parameter with Tensor(data, requires_grad=True),"
        " and compute with it outside no_grad(); a step by hand is w.data -= lr * w.grad"
    )


def not_one_number(shape: tuple) -> RuntimeError:
    return RuntimeError(
        f"backward starts from one number, but this tensor has shape {shape}: reduce it with"
        " .mean() or .sum(), or pass gradient="
    )


def not_an_array() -> TypeError:
    return TypeError(
        "a Tensor does not become an array by itself, since its gradient would be lost: use .data"
        " to leave the graph, np.stack([...]) to join Tensors in a list; beside pandas or a masked"
        " array, make that one a plain array, as in df.to_numpy() @ x"
    )


def not_an_element() -> TypeError:
    return TypeError(
        "a Tensor does not become an element of an array, since its gradient would be lost: collect"
        " Tensors in a list and join them with np.stack, or assign the number, array[i] = x.item()"
    )


def not_a_number(kind: type) -> TypeError:
    return TypeError(
        "this function takes Python numbers, so the gradient of a Tensor would end here without a"
        " word: use NumPy's in its place (np.sqrt for math.sqrt, np.full for array.fill), or give"
        f" it the number, x.item() or {kind.__name__}(x), where no gradient is needed"
    )


def not_in_place() -> TypeError:
    return TypeError(
        "a Tensor cannot be changed in place, because the graph still needs its old values: make a"
        " new one, x = np.where(mask, value, x), or change x.data before using it"
    )


def not_data(data: Any) -> TypeError:
    if data is None:  # which NumPy would take for NaN
        return TypeError("a Tensor holds numbers, not None: did a function forget its return?")
    return TypeError("this is a Tensor already: use it as it is, or .detach() it")


def check_kind(dtype: Any, requires_grad: bool) -> None:
    if dtype.kind == "c":
        raise complex_numbers()
    if dtype.kind in "OSUTMm":
        raise TypeError(
            f"a Tensor holds numbers, not {dtype} (words, dates or None): convert with"
            " .astype(float)"
        )
    if requires_grad:
        raise TypeError(f"only floats have gradients, not {dtype}: convert with .astype(float)")


def complex_numbers() -> TypeError:
    return TypeError(
        "derivatives in complex numbers are not known here: compute with the real and the imaginary"
        " part, x.real and x.imag, one by one"
    )


def masked() -> TypeError:
    return TypeError(
        "a masked array would be computed with as if nothing were masked: fill the gaps in with"
        " x.filled(value), or leave them out with x.compressed(), or of a loss with where=~x.mask"
    )


def of_another_library(kind: type) -> TypeError:
    return TypeError(
        f"a {kind.__module__}.{kind.__qualname__} is an array of another library, and no gradient"
        " passes between the two: make it NumPy's with np.from_dlpack(x), or for PyTorch"
        " x.detach().numpy()"
    )


def no_tensors(xs: Sequence) -> TypeError | RuntimeError:
    if xs and all(hasattr(x, "requires_grad") for x in xs):
        return no_history()
    return TypeError(
        "gradient takes Tensors, one by one: loss.gradient(w, b), or"
        " loss.gradient(*model.parameters())"
    )
