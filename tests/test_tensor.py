"""The engine: the backward pass, what it leaves in memory, recording, types, own operations."""

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

from tests.numerical import check_derivatives
from tinynet import (
    Tensor,
    defvjp,
    functional,
    initializers,
    layers,
    losses,
    no_grad,
    ops,
    primitive,
)
from tinynet.engine import registry
from tinynet.engine.tensor import Primitive, table


def leaf(data, dtype=np.float64):
    return Tensor(np.array(data, dtype=dtype), requires_grad=True)


@pytest.fixture
def x():
    return leaf([1.0, 2.0, 3.0])


# --- the backward pass ----------------------------------------------------------------------


def test_backward_adds_exactly_one_copy_each_time(x):
    loss = np.sum(x**2)
    for copies in (1, 2, 3):
        loss.backward()
        np.testing.assert_array_equal(x.grad, copies * 2 * x.data)


def test_a_second_loss_adds_to_the_first(x):
    np.sum(x).backward()
    np.sum(10 * x).backward()
    np.testing.assert_array_equal(x.grad, [11, 11, 11])


def test_a_node_used_twice_gets_the_sum_before_it_is_left():
    x, calls = leaf(2.0), []

    @primitive
    def triple(x):
        return 3 * x

    triple.defvjp(lambda g, y, x: calls.append(float(g)) or 3 * g)
    a = triple(x)
    (a * 2 + a * 5).backward()
    assert calls == [7.0]
    assert x.grad == 21.0


def test_diamonds_on_diamonds_are_linear_in_time():
    x = leaf(1.0)
    y = x
    for _ in range(200):  # 2²⁰⁰ paths
        y = (y + y) * 0.5
    assert y.gradient(x) == 1.0


def test_a_leaf_used_twice_in_one_operation(x):
    np.testing.assert_array_equal(np.sum(x * x).gradient(x), 2 * x.data)
    np.testing.assert_array_equal(np.sum(x @ x).gradient(x), 2 * x.data)
    np.testing.assert_array_equal(np.sum(np.stack([x, x, x])).gradient(x), [3, 3, 3])


def test_only_leaves_that_ask_for_it_keep_a_gradient(x):
    constant = Tensor([1.0, 1.0, 1.0])
    y = x * constant
    np.sum(y).backward()
    assert "only leaves keep .grad" in repr(y.grad)
    assert constant.grad is None
    assert x.grad is not None


def test_the_gradient_of_a_value_in_itself_is_one(x):
    total = np.sum(x)
    assert total.gradient(total) == 1.0
    x.backward(gradient=[1.0, 2.0, 3.0])
    np.testing.assert_array_equal(x.grad, [1, 2, 3])


def test_the_gradient_of_a_step_in_between(x):
    y = x**2
    loss = np.sum(3 * y)
    by_y, by_x = loss.gradient(y, x)
    np.testing.assert_array_equal(by_y, [3, 3, 3])
    np.testing.assert_array_equal(by_x, 6 * x.data)


def test_what_the_value_does_not_depend_on_gets_zeros(x):
    other = leaf([[1.0, 2.0]])
    for create_graph in (False, True):
        found = np.sum(x).gradient(other, create_graph=create_graph)
        assert isinstance(found, Tensor) == create_graph
        np.testing.assert_array_equal(found if not create_graph else found.data, [[0, 0]])


def test_asking_for_the_gradient_of_a_constant_is_an_error_not_a_zero(x):
    constant = Tensor([1.0, 1.0, 1.0])
    with pytest.raises(RuntimeError, match="requires_grad"):
        np.sum(x * constant).gradient(constant)


def test_gradient_leaves_grad_alone(x):
    np.sum(x).gradient(x)
    assert x.grad is None


def test_a_gradient_that_comes_from_outside_is_multiplied_in(x):
    y = x**2
    np.testing.assert_array_equal(y.gradient(x, gradient=[1, 0, -1]), [2, 0, -6])
    np.testing.assert_array_equal(y.gradient(x, gradient=Tensor([1.0, 0, -1])), [2, 0, -6])


def test_third_order():
    x = leaf(0.7)
    first = (np.exp(2 * x) * np.sin(x)).gradient(x, create_graph=True)
    second = first.gradient(x, create_graph=True)
    third = second.gradient(x)
    expected = np.exp(1.4) * (2 * np.sin(0.7) + 11 * np.cos(0.7))  # by the product rule
    np.testing.assert_allclose(third, expected, rtol=1e-12)


def test_the_gradient_that_is_passed_in_can_be_differentiated_too(x):
    """The way from vector-Jacobian to Jacobian-vector products: d(2xu)/du = 2x."""
    u = leaf([1.0, 1.0, 1.0])
    product = (x**2).gradient(x, gradient=u, create_graph=True)
    np.testing.assert_array_equal(np.sum(product).gradient(u), 2 * x.data)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_hessian_vector_product_mixes_graphs(order):
    a = np.arange(1.0, 10).reshape(3, 3, order="F")
    check_derivatives(lambda x: np.tanh(x @ a @ x / 50) ** order, np.array([0.5, -1.0, 0.3]))


def test_gradients_are_arrays_of_their_own():
    """Whoever scales one in place changes nothing else."""
    a, b, upstream = leaf([1.0, 2.0]), leaf([3.0, 4.0]), np.ones(2)
    by_a, by_b = (a + b).gradient(a, b, gradient=upstream)
    total = np.sum(a).gradient(a)
    for g in (by_a, by_b, total):
        g *= 5
    assert (by_a[0], by_b[0], upstream[0], total[0]) == (5, 5, 1, 5)


def test_the_grads_of_two_leaves_share_no_memory():
    a, b, upstream = leaf([1.0, 2.0]), leaf([3.0, 4.0]), np.ones(2)
    (a + b).backward(upstream)
    a.grad *= 5
    upstream *= 7
    np.testing.assert_array_equal(b.grad, [1, 1])


@pytest.mark.parametrize("passes", [1, 2])
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3)])
def test_grad_is_an_array_of_the_leafs_shape(shape, passes):
    x = leaf(np.ones(shape))
    for _ in range(passes):
        np.sum(x * 2).backward()
    assert isinstance(x.grad, np.ndarray)
    assert x.grad.shape == shape


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda a: a[::-1], lambda a: a.T])
def test_the_layout_in_memory_does_not_matter(layout):
    a = layout(np.arange(12.0).reshape(3, 4))
    x = Tensor(a, requires_grad=True)
    np.sum(x * x).backward()
    np.testing.assert_array_equal(x.grad, 2 * a)


def test_two_leaves_may_look_at_the_same_memory():
    a = np.arange(4.0)
    left, right = Tensor(a[:3], requires_grad=True), Tensor(a[1:], requires_grad=True)
    np.sum(left * right).backward()
    np.testing.assert_array_equal(left.grad, a[1:])
    np.testing.assert_array_equal(right.grad, a[:3])


@pytest.mark.parametrize(
    ("dead", "at"),
    [
        (np.sqrt, 0.0),
        (np.log, 0.0),
        (np.log, -1.0),
        (np.reciprocal, 0.0),
        (lambda x: x / x, 0.0),
        (lambda x: x**0.5, 0.0),
        (lambda x: x**-1.0, 0.0),
        (np.arccosh, 1.0),
        (np.arcsin, 1.0),
    ],
)
def test_where_leaks_nothing_from_the_branch_not_taken(dead, at):
    x = leaf([at, 0.5])
    with np.errstate(all="ignore"):
        y = np.where(np.array([False, False]), dead(x), 3 * x * x)
        slope = np.sum(y).gradient(x, create_graph=True)
        np.testing.assert_array_equal(slope.data, 6 * x.data)
        np.testing.assert_array_equal(np.sum(slope).gradient(x), [6, 6])


# --- what is left in memory -----------------------------------------------------------------


def test_a_chain_of_100_000_operations():
    x = leaf(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.backward()
    assert x.grad == 1.0
    middle = weakref.ref(y.node.args[0])
    del y  # freed without recursion, and at once
    assert middle() is None


def test_training_leaves_no_reference_cycles(x):
    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            loss = np.mean(np.tanh(x @ np.ones((3, 2)))[[0, 0]] ** 2)
            slope = loss.gradient(x, create_graph=True)
            np.sum(slope**2).backward()
            x.data -= 0.1 * x.grad
            x.grad = None
        del loss, slope
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_hashing_is_by_identity():
    a, b = Tensor([1.0]), Tensor([1.0])
    assert len({a, b, a}) == 2


# --- recording on and off -------------------------------------------------------------------


def test_no_grad_records_nothing_and_ends_also_after_an_error(x):
    with pytest.raises(ZeroDivisionError), no_grad():
        assert not (x * 2).requires_grad
        with no_grad():
            pass
        assert not (x * 2).requires_grad
        raise ZeroDivisionError
    assert (x * 2).requires_grad


def test_no_grad_decorates_a_function(x):
    @no_grad()
    def predict(x):
        return x * 2

    assert not predict(x).requires_grad
    assert not predict(x).requires_grad


def test_recording_is_per_thread(x):
    entered, checked, found = threading.Event(), threading.Event(), []

    def silent():
        with no_grad():
            entered.set()
            checked.wait(10)
            found.append((x * 2).requires_grad)

    thread = threading.Thread(target=silent)
    thread.start()
    entered.wait(10)
    found.append((x * 2).requires_grad)
    checked.set()
    thread.join()
    assert found == [True, False]


def test_constants_record_nothing():
    assert (Tensor([1.0]) * 2).node is None


def test_detach_cuts_the_graph_and_keeps_the_data(x):
    y = (x * 2).detach()
    assert not y.requires_grad
    assert np.sum(x * y).gradient(x).tolist() == [2, 4, 6]


# --- types ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "dtype"),
    [
        *((1, "f8"), ([1, 2], "f8"), (True, "f8"), ([[1.5]], "f8"), ((), "f8"), (range(3), "f8")),
        *((np.float32(1), "f4"), (np.zeros(2, "f4"), "f4"), (np.arange(3), "i8")),
    ],
)
def test_numbers_become_float64_and_arrays_stay(data, dtype):
    assert Tensor(data).dtype == np.dtype(dtype)


def test_an_array_is_kept_not_copied():
    a = np.ones(3)
    assert Tensor(a).data is a


@pytest.mark.parametrize(
    "f",
    [
        *(lambda x: x + 1, lambda x: 2.0 * x, lambda x: x / 3, lambda x: 1 - x, lambda x: x**2),
        *(lambda x: x**0.5, lambda x: 2.0**x, lambda x: np.maximum(x, 0), lambda x: x.mean()),
        *(lambda x: x.var(), lambda x: x.std(ddof=1), lambda x: np.clip(x, 0, 1), np.max),
        *(lambda x: np.where(x > 1, x, 0.0), lambda x: np.log2(x), lambda x: np.prod(x)),
        *(lambda x: x[[0, 0]], lambda x: np.hypot(x, 1.0), lambda x: np.float32(2) * x),
    ],
)
def test_python_scalars_never_widen_float32(f):
    x = leaf([1.0, 2.0, 3.0], np.float32)
    slope = np.sum(f(x)).gradient(x, create_graph=True)
    np.sum(f(x)).backward()
    assert (f(x).dtype, slope.dtype, x.grad.dtype) == (np.float32,) * 3


@pytest.mark.parametrize("create_graph", [False, True])
def test_astype_stays_in_the_graph_and_gives_the_gradient_its_own_dtype(create_graph):
    x = leaf([1.0, 2.0], np.float32)
    y = np.sum(x.astype(np.float64) ** 2)
    slope = y.gradient(x, create_graph=create_graph)
    assert (y.dtype, slope.dtype) == (np.float64, np.float32)


def test_a_single_number_has_astype_too():
    x = leaf([1.0, 2.0], np.float32)
    y = np.sum(x).astype(np.float64) ** 2
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y.gradient(x, create_graph=True).data, [6, 6])


def test_astype_to_whole_numbers_leaves_the_graph(x):
    assert type(x.astype(int)) is np.ndarray


def test_float32_and_float64_meet_in_one_graph():
    x = leaf([1.0, 2.0], np.float32)
    slope = np.sum((x * np.array([0.1, 0.2])) ** 2).gradient(x, create_graph=True)
    assert slope.dtype == np.float32
    np.testing.assert_allclose(np.sum(slope).gradient(x), [0.02, 0.08], rtol=1e-6)


@pytest.mark.parametrize(
    "f",
    [
        *(lambda x, v: x @ v, lambda x, v: v @ x, lambda x, v: x * v, lambda x, v: x / v),
        *(lambda x, v: x**v, lambda x, v: np.arctan2(x, v), lambda x, v: np.maximum(v, x)),
    ],
)
def test_a_list_beside_a_tensor_is_an_array(f, x):
    np.testing.assert_array_equal(f(x, [3.0, 1.0, 2.0]).data, f(x.data, [3.0, 1.0, 2.0]))
    check_derivatives(lambda x: f(x, [3.0, 1.0, 2.0]), x.data)


# --- operations of your own -----------------------------------------------------------------


def test_a_rule_with_the_wrong_shape_is_named(x):
    @primitive
    def half(x):
        return x / 2

    half.defvjp(lambda g, y, x: np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"half.*\(2, 2\).*\(3,\)"):
        np.sum(half(x)).backward()


def test_a_rule_that_gives_a_matrix_does_not_hang(x):
    copied = primitive(lambda x: x * np.ones((2, 1)))
    copied.defvjp(lambda g, y, x: g.view(np.matrix))
    np.testing.assert_array_equal(np.sum(copied(x)).gradient(x), [2.0, 2.0, 2.0])


def test_defvjp_teaches_the_engine_a_function_of_numpy():
    defvjp(np.fft.fftshift, lambda g, y, x: np.fft.ifftshift(g))
    defvjp(np.fft.ifftshift, lambda g, y, x: np.fft.fftshift(g))
    try:
        check_derivatives(np.fft.fftshift, np.array([0.3, -1.2, 2.0]))
    finally:
        del table[np.fft.fftshift], table[np.fft.ifftshift]


def test_a_primitive_on_plain_arrays_is_the_function_itself():
    square = primitive(lambda x: x * x).defvjp(lambda g, y, x: g * 2 * x)
    assert type(square(np.array([2.0]))) is np.ndarray


def test_a_primitive_takes_its_tensors_by_keyword_and_its_options():
    @primitive
    def blend(a, b, share=0.5):
        return share * a + (1 - share) * b

    blend.defvjp(
        lambda g, y, a, b, share=0.5: g * share, lambda g, y, a, b, share=0.5: g * (1 - share)
    )
    a, b = leaf(2.0), leaf(3.0)
    assert [float(g) for g in blend(b=b, a=a, share=0.25).gradient(a, b)] == [0.25, 0.75]
    with pytest.raises(TypeError, match="blend.*'weight'"):
        blend(a, b, weight=2)


# --- copies ---------------------------------------------------------------------------------


class Keeping(layers.Module):
    """A module that holds a loss and a function, and keeps what it computed."""

    def __init__(self):
        self.layer, self.loss = layers.Linear(3, 2, rng=0), losses.huber
        self.function = functional.tanh

    def forward(self, x):
        self.output = self.function(np.tanh(self.layer(x)) @ np.ones((2, 1)) * 2)
        self.value = self.loss(np.ones((len(x), 1)), self.output)
        return self.output


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_module_with_all_it_holds_can_be_copied(copied):
    model = Keeping()
    model(np.ones((4, 3)))
    other = copied(model)
    assert (other.loss, other.function) == (model.loss, model.function)
    other.value.backward()
    model.value.backward()
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(q.grad, p.grad)
        assert q.grad is not p.grad


NAMED = [
    *losses.names().values(),
    *(getattr(functional, name) for name in functional.__all__),
    *(getattr(initializers, f"{f}_{k}") for f in ("lecun", "he") for k in ("normal", "uniform")),
    *(initializers.glorot_normal, initializers.glorot_uniform, initializers.zeros),
    *(value for value in vars(ops.indexing).values() if isinstance(value, Primitive)),
]


@pytest.mark.parametrize("named", NAMED, ids=lambda named: named.__name__)
def test_what_has_a_name_is_pickled_by_it_and_copied_as_itself(named):
    assert pickle.loads(pickle.dumps(named)) is named
    assert copy.copy(named) is copy.deepcopy(named) is named


def test_every_operation_of_numpy_can_be_pickled():
    for operation in registry.operations.values():
        assert pickle.loads(pickle.dumps(operation)) is operation


def test_an_operation_without_a_place_says_so_in_a_pickle_and_is_copied_as_itself(x):
    square = primitive(lambda x: x * x).defvjp(lambda g, y, x: g * 2 * x)
    with pytest.raises(pickle.PicklingError, match=r"<lambda> is not it: .*top of a module"):
        pickle.dumps(square(x))
    assert copy.deepcopy(square(x)).node.operation is square
