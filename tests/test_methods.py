"""A Tensor where NumPy expects an array: operators, methods, lists and keywords."""

import array
import math
import operator
import struct

import numpy as np
import pytest

from tinynet import Tensor, no_grad


@pytest.fixture
def x():
    return Tensor([1.0, 2.0, 3.0], requires_grad=True)


@pytest.mark.parametrize(
    "f",
    [
        *(lambda a, t: a + t, lambda a, t: a - t, lambda a, t: a * t, lambda a, t: a / t),
        *(lambda a, t: a**t, lambda a, t: a @ t, lambda a, t: a % t, lambda a, t: a[0] * t),
        *(lambda a, t: [1.0, 2.0, 3.0] + t, lambda a, t: np.float32(2) - t, lambda a, t: 2**t),
    ],
)
def test_an_array_meets_a_tensor_and_gives_a_tensor(f, x):
    a = np.array([3.0, 4.0, 5.0])
    found = f(a, x)
    assert isinstance(found, Tensor)
    assert found.data.dtype == np.float64
    np.testing.assert_array_equal(found.data, f(a, x.data))


@pytest.mark.parametrize(
    ("f", "same"),
    [
        (lambda x: np.concatenate([x, x.data]), lambda x: np.concatenate([x, x])),
        (lambda x: np.concatenate((x[None], [[1, 2, 3]])), lambda x: np.stack([x, [1, 2, 3]])),
        (lambda x: np.stack(arrays=[x, x], axis=1), lambda x: np.stack([x, x], 1)),
        (lambda x: np.stack(list(x)), lambda x: x),
        (lambda x: np.sum(a=x), np.sum),
        (lambda x: np.sum(a=x, axis=0, keepdims=True), lambda x: np.sum(x, keepdims=True)),
        (lambda x: np.transpose(a=x[None], axes=(1, 0)), lambda x: x[:, None]),
        (lambda x: np.clip(a=x, a_min=1.5, a_max=2.5), lambda x: np.clip(x, 1.5, 2.5)),
        (lambda x: np.clip(np.ones(3), a_min=x, a_max=None), lambda x: np.maximum(x, 1)),
        (lambda x: np.dot(a=np.ones(3), b=x), np.sum),
        (lambda x: np.mean(x, axis=None, dtype=None, out=None), np.mean),
        (lambda x: np.tile(A=x, reps=2), lambda x: np.concatenate([x, x])),
        (lambda x: np.take(indices=[0], a=x), lambda x: x[:1]),
        (lambda x: np.average(np.arange(3.0), weights=x), lambda x: np.sum(x * [0, 1, 2]) / 6),
        (lambda x: np.interp(0.5, xp=[0, 1, 2], fp=x), lambda x: np.float64(1.5)),
        (lambda x: np.interp(x, x, x, left=x[0], right=x[1]), np.copy),
        (lambda x: np.quantile(q=0.5, a=x), np.median),
        (lambda x: np.select([x.data > 1], [x], default=x[0]), np.copy),
        (lambda x: np.vstack(tup=(x, [1, 2, 3])), lambda x: np.stack([x, [1, 2, 3]])),
        (lambda x: np.append(arr=np.ones(1), values=x), lambda x: np.concatenate([[1], x])),
        (lambda x: np.trapezoid(np.ones(3), x=x), lambda x: x[2] - x[0]),
        (lambda x: np.diff(np.ones(1), prepend=x), lambda x: np.diff(x, append=1)),
    ],
)
def test_tensors_in_lists_and_in_keywords(f, same, x):
    found = f(x)
    np.testing.assert_array_equal(found.data, same(x.data))
    assert np.sum(found * found).gradient(x).any()


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda x: x.sum(0), lambda a: a.sum(0)),
        (lambda x: x.mean(axis=1, keepdims=True), lambda a: a.mean(axis=1, keepdims=True)),
        (lambda x: x.max() - x.min(), lambda a: a.max() - a.min()),
        (lambda x: x.var(ddof=1) / x.std(), lambda a: a.var(ddof=1) / a.std()),
        (lambda x: x.prod(axis=-1), lambda a: a.prod(axis=-1)),
        (lambda x: x.reshape(3, 2) @ x, lambda a: a.reshape(3, 2) @ a),
        (lambda x: x.reshape((6,)), lambda a: a.reshape(6)),
        (lambda x: x.reshape(-1, 1).squeeze(), np.ravel),
        (lambda x: x.transpose(), np.transpose),
        (lambda x: x.transpose(1, 0) + x.transpose((1, 0)) + x.T, lambda a: 3 * a.T),
        (lambda x: x.swapaxes(0, 1), np.transpose),
        (lambda x: x.ravel() + x.flatten() + x.copy().ravel(), lambda a: 3 * a.ravel()),
        (lambda x: x.clip(2, 4) + x.clip(max=3), lambda a: a.clip(2, 4) + a.clip(max=3)),
        (lambda x: x.dot(x.T), lambda a: a @ a.T),
        (lambda x: +x - -x + abs(x) + pow(x, 2), lambda a: 3 * a + a**2),
        (lambda x: np.stack(list(x)), np.copy),
        (lambda x: x[..., None][:, 0], lambda a: a[:, :1]),
        (lambda x: x.cumsum() * x.cumprod(), lambda a: a.cumsum() * a.cumprod()),
        (lambda x: x.cumsum(axis=1) + x.conj(), lambda a: a.cumsum(1) + a),
        (lambda x: x.trace() + x.diagonal(1), lambda a: a.trace() + a.diagonal(1)),
        (lambda x: x.repeat(2, axis=0), lambda a: a.repeat(2, axis=0)),
        (lambda x: x.take([0, 5]) * x.take([1], axis=0).sum(), lambda a: a.take([0, 5]) * 15),
        (lambda x: x.compress([True, False, True], axis=1), lambda a: a[:, [0, 2]]),
        (lambda x: x.real + x.imag, lambda a: a),
        (lambda x: np.choose([0, 1, 0], x), lambda a: np.array([1.0, 5.0, 3.0])),
        (lambda x: x.ravel("F"), lambda a: a.ravel("F")),
        (lambda x: x[Tensor(np.array([1, 0, 1]))], lambda a: a[[1, 0, 1]]),
        (lambda x: x[Tensor(np.array([0])), [2]], lambda a: a[[0], [2]]),
        (lambda x: x[x > 2], lambda a: a[a > 2]),
    ],
)
def test_a_tensor_has_the_methods_of_an_array(method, function):
    x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    found = method(x)
    np.testing.assert_allclose(found.data, function(x.data), rtol=1e-15)
    assert found.requires_grad


@pytest.mark.parametrize(
    "method",
    [
        *(lambda x: x.nonzero(), lambda x: x.argpartition(1), lambda x: x.searchsorted([2.5])),
        *(lambda x: x.tolist(), lambda x: x.imag),
    ],
)
def test_methods_without_a_gradient_give_what_numpy_gives(method, x):
    found, expected = method(x), method(x.data)
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", ["sort", "partition"])
def test_sorting_in_place_is_refused_and_names_the_function(name, x):
    with pytest.raises(TypeError, match=rf"np\.{name}\(x\)"):
        getattr(x, name)(0)


def test_a_tensor_knows_its_shape_and_its_only_element(x):
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((3,), 1, 3, 3, np.dtype(float))
    assert x[1].item() == float(x[1]) == 2.0
    assert x.numpy() is x.data
    assert bool(x[0] < x[1])
    assert repr(x) == "Tensor([1., 2., 3.], requires_grad=True)"
    assert repr(Tensor(2.0, True, name="slope") * 1) == "Tensor(2., made by multiply)"


# --- one number -----------------------------------------------------------------------------

ASKED_FOR = {
    "float": lambda t: float(t) == 5.5,
    "int": lambda t: int(t) == 5,
    "round": lambda t: (round(t), round(t / 3, 2)) == (6, 1.83),
    "format": lambda t: f"{t:.2f} {t:g}" == "5.50 5.5",
    "percent": lambda t, spec="%.2f %d": spec % (t, t) == "5.50 5",
    "map": lambda t: [*map(float, [t, t])] == [5.5, 5.5],
    "sum": lambda t: math.fsum(map(float, [t, t])) == 11.0,
    "key": lambda t: max([t, t + 1], key=float).item() == 6.5,
    "history": lambda t: [losses := [], losses.append(float(t))][0] == [5.5],
    "item": lambda t: math.sqrt(t.item()) == math.sqrt(5.5),
    "detached": lambda t: math.sqrt(t.detach()) == math.sqrt(5.5),
    "no_grad": no_grad()(lambda t: math.sqrt(t) == math.sqrt(5.5)),
    "divmod": lambda t: [float(x) for x in divmod(t, 2)] == [2.0, 1.5],
    "rdivmod": lambda t: [float(x) for x in divmod(7, t)] == [1.0, 1.5],
}


@pytest.mark.parametrize("ask", ASKED_FOR.values(), ids=ASKED_FOR)
def test_a_number_where_somebody_asks_for_one(ask):
    assert ask(Tensor(5.5, requires_grad=True))


UNASKED = {
    "math": lambda t, a: math.sqrt(t),
    "fill": lambda t, a: a.fill(t),
    "setitem": lambda t, a: operator.setitem(a, 0, t),
    "setitem of whole numbers": lambda t, a: operator.setitem(a.astype(np.int64), 0, t),
    "assignment": lambda t, a: a.__setitem__(0, t),
    "interp": lambda t, a: np.interp([-1.0], [0, 1], [0, 1], left=t),
    "interp again and again": lambda t, a: [  # Python has another instruction for it then
        np.interp([-1.0], [0, 1], [0, 1], left=left) for left in [1.0] * 100 + [t]
    ],
    "initial": lambda t, a: np.sum(a, initial=t),
    "array.array": lambda t, a: array.array("d", [t]),
    "pack": lambda t, a: struct.pack("d", t),
}


@pytest.mark.parametrize("lose", UNASKED.values(), ids=UNASKED)
def test_no_number_where_the_gradient_would_be_lost_without_a_word(lose):
    with pytest.raises((TypeError, ValueError, struct.error)) as error:
        lose(Tensor(5.5, requires_grad=True), np.ones(3))
    reasons = [str(error.value), str(error.value.__cause__), str(error.value.__context__)]
    said = any("x.item()" in reason for reason in reasons)
    assert said or "not a float" in reasons[0]  # struct hides the reason


@pytest.mark.parametrize("function", [np.sum, np.prod, np.max, np.min])
def test_an_option_that_is_a_tensor_has_its_gradient_or_is_refused(function):
    x, t = Tensor([1.0, 2.0], requires_grad=True), Tensor(5.5, requires_grad=True)
    try:
        y = function(x, initial=t)
    except TypeError as error:
        assert "initial= gets no gradient" in str(error)
    else:
        h = 1e-6
        slope = (function(x.data, initial=5.5 + h) - function(x.data, initial=5.5 - h)) / (2 * h)
        np.testing.assert_allclose(y.gradient(t), slope, rtol=1e-6)


def test_an_option_that_is_a_tensor_without_gradient_is_its_array(x):
    mask = np.array([True, False, True])
    found = np.sum(x, where=Tensor(mask))
    assert found.item() == 4.0
    np.testing.assert_array_equal(found.gradient(x), mask)


@pytest.mark.parametrize(
    ("f", "same"),
    [
        (lambda x: np.median(x, overwrite_input=False), np.median),
        (lambda x: np.sum(x, dtype=np.float64), np.sum),
        (lambda x: np.sum(x, None, "f8"), np.sum),
        (lambda x: np.mean(x, dtype=float), np.mean),
        (lambda x: np.cumsum(x, dtype=float), np.cumsum),
        (lambda x: np.concatenate([x, x], casting="same_kind"), lambda x: np.concatenate([x, x])),
        (lambda x: np.add(x, 1, where=True, order="K", subok=True), lambda x: x + 1),
        (lambda x: np.broadcast_to(x, (2, 3), subok=False), lambda x: np.stack([x, x])),
        (lambda x: x.astype(np.float32, copy=False), lambda x: x.astype(np.float32)),
        (lambda x: np.astype(x, np.float32, copy=False), lambda x: x.astype(np.float32)),
    ],
)
def test_an_option_that_changes_nothing_is_accepted(f, same, x):
    found = f(x)
    np.testing.assert_array_equal(found.data, same(x.data))
    assert found.dtype == same(x.data).dtype
    assert np.sum(found * found).gradient(x).any()
