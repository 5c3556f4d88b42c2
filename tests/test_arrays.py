"""Operands: what only looks like an array becomes one by its values, or is refused."""

import operator

import numpy as np
import pytest

from tinynet import Tensor, functional, layers, losses

MATRIX = np.array([[1.0, 2.0], [3.0, 4.0]])


def leaf(values):
    return Tensor(np.array(values, dtype=float), requires_grad=True)


class Column:
    """As pandas: an array by `__array__` only, and its own arithmetic is by label, not by place."""

    def __init__(self, values):
        self.values = np.array(values)

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)

    def __array_ufunc__(self, *args, **options):
        return NotImplemented

    def __mul__(self, other):
        if getattr(other, "__pandas_priority__", 0) > 3000:
            return NotImplemented
        raise AssertionError("aligned by label")

    __add__ = __sub__ = __truediv__ = __mul__


class FromElsewhere:
    """As a tensor of PyTorch or JAX."""

    def __dlpack__(self):
        raise AssertionError("not asked")

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)


# np.matrix is made as a view: its constructor warns that it is going out of use
LOOKALIKES = [
    Column,
    lambda values: np.array(values).view(np.matrix),
    lambda v: np.array(v).view(np.memmap),
]


@pytest.mark.parametrize("looks_like", LOOKALIKES)
@pytest.mark.parametrize(
    "f",
    [
        *(lambda a, x: a * x, lambda a, x: x * a, lambda a, x: a + x, lambda a, x: x - a),
        *(lambda a, x: a - x, lambda a, x: x @ a, lambda a, x: x**a, lambda a, x: a / x),
        *(lambda a, x: np.square(np.add(a, x)), lambda a, x: np.where(a, x, 0.0)),
        *(lambda a, x: np.concatenate([a, x]), lambda a, x: np.einsum("ij,ij->i", x, a)),
        *(lambda a, x: losses.mse(a, x), lambda a, x: functional.linear(a, x, x[0])),
        lambda a, x: functional.relu(a) * Tensor(a) * x,
    ],
)
def test_what_looks_like_an_array_is_one_by_its_values(looks_like, f):
    x = leaf([[0.5, 1.5], [2.0, 3.0]])
    expected = f(MATRIX, x)
    found = f(looks_like(MATRIX), x)
    assert type(found.data) in (np.ndarray, np.float64)
    np.testing.assert_array_equal(found.data, expected.data)
    first, second = (np.sum(y).gradient(x, create_graph=True) for y in (found, expected))
    np.testing.assert_array_equal(first.data, second.data)
    if first.requires_grad:
        np.testing.assert_array_equal(np.sum(first).gradient(x), np.sum(second).gradient(x))


def test_a_row_of_a_matrix_does_not_hang():
    b = leaf([1.0, 2.0])
    m = MATRIX.view(np.matrix)
    np.testing.assert_array_equal(np.sum(np.square(m + b)).gradient(b), [12.0, 20.0])


@pytest.mark.parametrize("looks_like", LOOKALIKES)
def test_a_tensor_of_what_looks_like_an_array_keeps_its_dtype(looks_like):
    for values in (MATRIX.astype(np.float32), MATRIX.astype(int)):
        tensor = Tensor(looks_like(values))
        assert type(tensor.data) is np.ndarray
        assert tensor.dtype == values.dtype


@pytest.mark.parametrize(
    "use",
    [
        *(Tensor, lambda a: leaf([1.0, 2.0]) * a, lambda a: np.where(a, leaf([1.0, 2.0]), 0.0)),
        *(lambda a: losses.mse(a, leaf([1.0, 2.0])), lambda a: losses.mse([1.0, 2.0], a)),
        *(lambda a: layers.Linear(2, 1, rng=0)(a), lambda a: np.concatenate([leaf([1.0]), a])),
        lambda a: losses.mse([1.0, 2.0], leaf([1.0, 2.0]), sample_weight=a),
    ],
)
@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (np.ma.array([1.0, 2.0], mask=[0, 1]), r"masked.*x\.filled\(value\).*where=~x\.mask"),
        (FromElsewhere(), r"FromElsewhere is an array of another library.*np\.from_dlpack\(x\)"),
    ],
)
def test_what_would_be_computed_wrongly_is_refused(use, refused, said):
    with pytest.raises(TypeError, match=said):
        use(refused)


@pytest.mark.parametrize("number", [1j, np.complex64(1j), np.array(1j), np.array([1j, 2]), [1j, 2]])
@pytest.mark.parametrize(
    "use",
    [
        *(lambda x, z: x * z, lambda x, z: z * x, lambda x, z: np.concatenate([x, np.ravel(z)])),
        lambda x, z: np.where([True, False], x, z) if not isinstance(z, list) else x + z,
    ],
)
def test_complex_operands_are_refused(use, number):
    with pytest.raises(TypeError, match="complex numbers are not known here"):
        use(leaf([1.0, 2.0]), number)
    with pytest.raises(TypeError, match="complex numbers are not known here"):
        Tensor(np.asarray(number))


def test_a_list_among_joined_tensors_is_an_array():
    x = leaf([1.0, 2.0])
    joined = np.concatenate([[3.0], x, [4.0, 5.0]])
    slope = np.sum(joined**2).gradient(x, create_graph=True)
    np.testing.assert_array_equal(slope.data, [2.0, 4.0])


# --- pandas, PyTorch and others, where they are installed -------------------------------------


@pytest.mark.parametrize(
    "f", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]
)
def test_pandas_on_either_side_counts_by_place(f):
    pandas = pytest.importorskip("pandas")
    x = leaf([3.0, 1.0, 2.0])
    series = pandas.Series([1.5, 2.5, 4.0], index=[2, 1, 0])
    frame = pandas.DataFrame({"a": [1.5, 2.5], "b": [1.0, 2.0], "c": [3.0, 0.5]})
    for table in (series, frame):
        for found, expected in (
            (f(table, x), f(table.to_numpy(), x)),
            (f(x, table), f(x, table.to_numpy())),
        ):
            np.testing.assert_array_equal(found.data, expected.data)
            np.testing.assert_array_equal(np.sum(found).gradient(x), np.sum(expected).gradient(x))


def test_rows_of_pandas_are_not_aligned_by_label():
    pandas = pytest.importorskip("pandas")
    s, t = pandas.Series([3.0, 1.0, 2.0], index=[2, 1, 0]), pandas.Series([1.0, 2.0, 4.0])
    x = leaf(np.ones(3))
    assert np.sum(x * s * t).item() == 13.0  # by label, 2 · 1 + 1 · 2 + 3 · 4 = 16


def test_pandas_with_dtypes_of_its_own():
    pandas = pytest.importorskip("pandas")
    assert Tensor(pandas.Series([1.0, 2.0], dtype="Float64")).data.tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="holds numbers, not object"):
        Tensor(pandas.Series(["a", "b"], dtype="category"))
    with pytest.raises(TypeError, match=r"df\.to_numpy\(\) @ x"):
        _ = pandas.DataFrame({"a": [1.0, 2.0]}) @ leaf([1.0])


@pytest.mark.slow  # to import them
@pytest.mark.parametrize("name", ["torch", "jax.numpy", "array_api_strict"])
def test_arrays_of_other_libraries(name):
    library = pytest.importorskip(name)
    a, x = library.ones(3), leaf([1.0, 2.0, 3.0])
    for use in (lambda: x * a, lambda: Tensor(a), lambda: losses.mse(a, x)):
        with pytest.raises(TypeError, match="array of another library"):
            use()
    assert (x * np.from_dlpack(a)).data.tolist() == [1.0, 2.0, 3.0]
