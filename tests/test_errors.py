"""What a Tensor refuses, and what it says then: never is a gradient lost without a word."""

import operator

import numpy as np
import pytest

from tinynet import Tensor, primitive


@pytest.fixture
def x():
    return Tensor([1.0, 2.0, 3.0], requires_grad=True)


def in_place(function):
    def run(x):
        a = np.ones(3)
        function(a, x)

    return run


@pytest.mark.parametrize(
    ("name", "f"),
    [
        ("numpy.sort_complex", np.sort_complex),
        ("numpy.roots", np.roots),
        ("numpy.polyfit", lambda x: np.polyfit(x, x, 1)),
        ("numpy.fft.fft", np.fft.fft),
        ("numpy.histogram", np.histogram),
        ("numpy.fill_diagonal", lambda x: np.fill_diagonal(x[:, None], 0.0)),
        ("numpy.add.reduceat", lambda x: np.add.reduceat(x, [0, 2])),
        ("numpy.subtract.reduce", np.subtract.reduce),
        ("numpy.add.at", lambda x: np.add.at(np.ones(3), [0, 0], x[:2])),
        ("numpy.add.at", lambda x: np.add.at(x, [0, 0], 1.0)),
        ("numpy.put", lambda x: np.put(np.ones(3), 0, x)),
    ],
)
def test_a_function_without_a_rule_is_named_with_the_ways_out(name, f, x):
    with pytest.raises(TypeError, match=f"{name}:") as error:
        f(x)
    assert "defvjp" in str(error.value)
    assert ".data" in str(error.value)


@pytest.mark.parametrize(
    "f",
    [
        in_place(lambda a, x: operator.iadd(a, x)),
        in_place(lambda a, x: operator.imul(a, x)),
        in_place(lambda a, x: np.exp(x, out=a)),
        in_place(lambda a, x: np.sum(a, out=x)),
        in_place(lambda a, x: np.less(x, 1, out=a)),
        in_place(lambda a, x: np.clip(x, 0, 1, out=a)),
        in_place(lambda a, x: np.prod(x, out=a)),
        in_place(lambda a, x: np.concatenate([x], out=a)),
        in_place(lambda a, x: np.stack([x, x], out=a)),
        in_place(lambda a, x: np.dot(x, x, out=a)),
        in_place(lambda a, x: np.einsum("i->i", x, out=a)),
        in_place(lambda a, x: np.outer(x, x, a)),
        in_place(lambda a, x: np.add.outer(x, x, out=a)),
        in_place(lambda a, x: np.add.reduce(x, out=a)),
    ],
)
def test_out_is_refused_by_name(f, x):
    with pytest.raises(TypeError, match=r"\w+: .*out="):
        f(x)


@pytest.mark.parametrize(
    "f",
    [
        *(
            np.asarray,
            np.array,
            lambda x: np.array([x, x]),
            lambda x: Tensor([x, x]),
            np.asanyarray,
        ),
        *(in_place(lambda a, x: operator.setitem(a, slice(None), x)), lambda x: np.sum([x, x])),
        *(lambda x: np.array([1.0, x[0]]), lambda x: np.ones(3)[x]),
    ],
)
def test_a_tensor_never_becomes_an_array_by_itself(f, x):
    with pytest.raises(TypeError, match=r"\.data"):
        f(x)


@pytest.mark.parametrize(
    ("error", "says", "f"),
    [
        (TypeError, r"np\.where\(mask, value, x\)", lambda x: operator.setitem(x, 0, 1.0)),
        (RuntimeError, r"\(3,\).*\.mean\(\).*\.sum\(\).*gradient=", lambda x: (x * 2).backward()),
        (RuntimeError, r"\(3,\).*\.mean\(\)", lambda x: (x * 2).gradient(x)),
        (ValueError, r"\(2,\).*\(3,\)", lambda x: (x * 2).backward([1.0, 2.0])),
        (RuntimeError, "requires_grad=True", lambda x: np.sum(Tensor([1.0])).backward()),
        (RuntimeError, "requires_grad=True", lambda x: np.sum(x.detach()).backward()),
        (TypeError, "Tensor already", lambda x: Tensor(x)),
        (TypeError, "int64.*astype", lambda x: Tensor(np.array([1, 2]), requires_grad=True)),
        (ValueError, r"add.*\(3,\).*\(2,\)", lambda x: x + np.ones(2)),
        (ValueError, r"matmul.*\(3,\).*\(2, 3\)", lambda x: x @ np.ones((2, 3))),
        (ValueError, "concatenate", lambda x: np.concatenate([x, x[None]])),
        (IndexError, "out of bounds", lambda x: x[3]),
        (TypeError, "no derivative", lambda x: float_index(x).backward()),
    ],
)
def test_errors_say_what_happened_and_what_to_do(error, says, f, x):
    with pytest.raises(error, match=says):
        f(x)


def test_what_fills_an_array_is_not_blamed_on_copyto(x):
    for fill in (lambda: np.full_like(np.zeros(3), x[0]), lambda: np.copyto(np.zeros(3), x)):
        with pytest.raises(TypeError, match=r"np\.full_like.*x \* np\.ones_like\(array\)"):
            fill()


def test_an_option_of_a_ufuncs_method_is_refused_under_its_name(x):
    with pytest.raises(TypeError, match=r"^add\.reduce: .*where="):
        np.sum(np.ones(3), where=Tensor(x.data > 1))


@primitive
def float_index(x):
    """Someone's own operation, with its rule forgotten."""
    return np.sum(x)
