"""Assignments 4 and 5: their solutions against slopes that are measured, and against the engine."""

import runpy
import subprocess
import sys
import types

import numpy as np
import pytest

import tinynet as tn
from tinynet.classroom import Assignment, Check, Equal, Source, Task, load
from tinynet.classroom.judging.grading import graded
from tinynet.classroom.judging.key import answer_key

SCALARS, TENSORS = load("04_scalar_autograd"), load("05_tensor_operations")


def names_of(source):
    return types.SimpleNamespace(**runpy.run_path(str(source.folder / "solution.py")))


SCALAR, TENSOR = names_of(SCALARS), names_of(TENSORS)


def measured(function, arguments, place, g, h=1e-6):
    """How fast Σ g · function grows with one of its arguments, by central differences."""
    x = np.asarray(arguments[place], float)
    slopes = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        up, down = (
            np.sum(g * function(*arguments[:place], x + sign * step, *arguments[place + 1 :]))
            for sign in (1, -1)
        )
        slopes[index] = (up - down) / (2 * h)
    return slopes


def check_rule(rule, function, arguments, g):
    y = function(*arguments)
    found = rule(g, y, *arguments)
    assert isinstance(found, list)
    assert len(found) == len(arguments)
    for place, gradient in enumerate(found):
        assert np.shape(gradient) == np.shape(arguments[place])
        np.testing.assert_allclose(gradient, measured(function, arguments, place, g), 1e-6, 1e-8)


# --- scalar autograd ---------------------------------------------------------------------------

ARGUMENTS = {"log": (1.7,), "exp": (-0.4,), "tanh": (0.8,), "relu": (0.6,), "power": (1.6, -2.3)}


@pytest.mark.parametrize("name", SCALAR.FUNCTIONS)
def test_a_rule_of_numbers_is_the_slope_that_is_measured(name):
    function = np.vectorize(SCALAR.FUNCTIONS[name], otypes=[float])
    check_rule(SCALAR.RULES[name], function, ARGUMENTS.get(name, (-1.3, 2.4)), -0.7)


def test_a_negative_base_has_a_slope_and_its_exponent_counts_as_having_none():
    assert SCALAR.power_rule(2.0, -8.0, -2.0, 3.0) == [24.0, 0.0]


def formula(a, b):
    c = (a * b - 2 / a).tanh() if hasattr(a, "tanh") else np.tanh(a * b - 2 / a)
    return (3 - c) ** a / (-b + 5) + c * c - 2**b + 1


def test_values_have_the_gradients_of_the_engine():
    a, b = SCALAR.Value(1.3), SCALAR.Value(0.4)
    result = formula(a, b)
    result.backward()
    expected = tn.grad(lambda x: formula(x[0], x[1]))(np.array([1.3, 0.4]))
    assert result.data == pytest.approx(formula(1.3, 0.4))
    np.testing.assert_allclose([a.grad, b.grad], expected)


def test_ten_thousand_steps_back():
    x = value = SCALAR.Value(1.0)
    for _ in range(10_000):
        value = value * 1.0001
    value.backward()
    assert x.grad == pytest.approx(1.0001**10_000)


def test_the_neuron_learns():
    shown = subprocess.check_output([sys.executable, SCALARS.folder / "solution.py"], text=True)
    before, after = (float(word) for word in shown.split() if word[0].isdigit())
    assert after < 0.01 < before


# --- tensor operations -------------------------------------------------------------------------


def draw(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def broadcast(name, function, *shapes):
    arrays = [draw(*shape, seed=i) + 3 * (name == "divide") for i, shape in enumerate(shapes)]
    return pytest.param(name, {}, function, arrays, id=f"{name}-{shapes}")


def reduction(name, function, x, **settings):
    return pytest.param(
        name, settings, lambda x: function(x, **settings), [x], id=f"{name}-{settings}"
    )


WHICH = draw(3, 4) > 0
INDEX = np.array([[2, 0], [2, 2]])
TIED = np.array([[1.0, 4.0, 2.0], [0.5, -1.0, 0.0]])
RULES = [
    broadcast("add", np.add, (3, 4), (4,)),
    broadcast("multiply", np.multiply, (3, 1), (3, 4)),
    broadcast("multiply", np.multiply, (2, 1, 4), (3, 1)),
    broadcast("divide", np.divide, (3, 4), ()),
    broadcast("divide", np.divide, (3, 1), (1, 4)),
    pytest.param(
        "where", {"condition": WHICH}, lambda a, b: np.where(WHICH, a, b), [draw(3, 4), draw(4)]
    ),
    broadcast("matmul", np.matmul, (3, 2), (2, 4)),
    broadcast("matmul", np.matmul, (2, 1, 3, 2), (5, 2, 4)),
    *(
        reduction(name, function, draw(2, 3, 4), axis=axis, keepdims=keepdims)
        for name, function in (("sum", np.sum), ("mean", np.mean), ("max", np.max))
        for axis in (None, 1, -1, (0, 2))
        for keepdims in (False, True)
    ),
    pytest.param("reshape", {}, lambda x: x.reshape(4, -1), [draw(2, 3, 2)]),
    reduction("transpose", np.transpose, draw(2, 3, 4), axes=(2, 0, 1)),
    pytest.param("take", {"index": INDEX}, lambda x: x[INDEX], [draw(4, 3)]),
    pytest.param(
        "concatenate",
        {"axis": 1},
        lambda *parts: np.concatenate(parts, axis=1),
        [draw(2, 3), draw(2, 1), draw(2, 2)],
    ),
    pytest.param("softmax", {}, TENSOR.softmax, [draw(2, 3, 4)]),
    pytest.param("logsumexp", {}, lambda x: np.log(np.exp(x).sum(-1)), [draw(2, 3)]),
]


@pytest.mark.parametrize(("name", "settings", "function", "arrays"), RULES)
def test_a_rule_of_arrays_is_the_slope_that_is_measured(name, settings, function, arrays):
    rule = getattr(TENSOR, f"{name}_rule")
    g = draw(*np.shape(function(*arrays)), seed=9)
    check_rule(lambda *given: rule(*given, **settings), function, arrays, g)


def test_the_largest_share_g():
    x = np.array([[2.0, 5.0, 5.0], [5.0, 5.0, 5.0]])
    (rows,) = TENSOR.max_rule(np.array([6.0, 9.0]), x.max(1), x, axis=1)
    (both,) = TENSOR.max_rule(np.float64(5.0), x.max(), x)
    np.testing.assert_array_equal(rows, [[0, 3, 3], [3, 3, 3]])
    np.testing.assert_array_equal(both, [[0, 1, 1], [1, 1, 1]])


def test_both_assignments_together_are_an_engine():
    """The sweep of the one, with the rules of the other, finds the gradients of a network."""
    rules = {name: getattr(TENSOR, f"{name}_rule") for name in ("add", "matmul", "multiply")}
    rules |= {"tanh": lambda g, y, x: [g * (1 - y**2)], "mean": TENSOR.mean_rule}
    functions = {"add": np.add, "matmul": np.matmul, "multiply": np.multiply, "tanh": np.tanh}
    functions["mean"] = np.mean
    x, w, b, v = arrays = draw(5, 3), draw(3, 4), draw(4), draw(4, 1)

    def node(operation, *parents):
        data = functions[operation](*(parent.data for parent in parents))
        return SCALAR.Value(data, operation, parents)

    leaves = [SCALAR.Value(array) for array in arrays]
    hidden = node("tanh", node("add", node("matmul", leaves[0], leaves[1]), leaves[2]))
    output = node("matmul", hidden, leaves[3])
    loss = node("mean", node("multiply", output, output))
    SCALAR.backward(SCALAR.topological_order(loss), rules)

    for place, leaf in enumerate(leaves):

        def of(array, place=place):
            x, w, b, v = (*arrays[:place], array, *arrays[place + 1 :])
            return np.mean((np.tanh(x @ w + b) @ v) ** 2)

        np.testing.assert_allclose(leaf.grad, tn.grad(of)(arrays[place]))


# --- what the judge makes of them --------------------------------------------------------------

QUOTIENT = """
def rule(g, y, a, b):
    ### BEGIN SOLUTION
    return [g / b, -g * a / b**2]
    ### END SOLUTION


def both(x):
    ### BEGIN SOLUTION
    return [x, "text", [x, x]]
    ### END SOLUTION
"""
NUMBERS = {
    "a": np.array([1.0, -2.0, 3.0]),
    "b": np.array([2.0, 4.0, -0.5]),
    "g": np.array([0.3, -1.0, 2.0]),
    "y": np.array([0.5, -0.5, -6.0]),
}
TASKS = [
    Task(
        "rule",
        [
            Check("by a", "rule(g, y, a, b)[0]", NUMBERS, public=True),
            Check("by b", "rule(g, y, a, b)[1]", NUMBERS, by="b"),
        ],
        derivative_of="a / b",
        by="a",
    ),
    Task("both", [Check("a list", "both(x)", {"x": 1.5}, public=True)]),
]


@pytest.fixture(scope="module")
def quotient(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quotient")
    (folder / "solution.py").write_text(QUOTIENT)
    with answer_key(Source(folder, Assignment("Quotient", "quotient.py", TASKS))) as key:
        yield key


def results(key, text):
    return graded(key, "ann", {"quotient.py": f"{QUOTIENT}\n{text}".encode()}).tasks


def test_a_check_says_by_what_it_asks(quotient):
    """Only the second gradient has the wrong sign; as the slope by a, it would be nonsense."""
    wrong = "def rule(g, y, a, b): return [g / b, g * a / b**2]"
    assert results(quotient, wrong)[0].misconceptions == ("sign",)


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        ([1.5, "text", [1.5, 2.0]], "in value 3: at index 1: 2 instead of 1.5"),
        ([1.5, "word", [1.5, 1.5]], "in value 2: 'word' instead of 'text'"),
        ([1.5, "text"], "2 values instead of 3"),
        (1.5, "1.5 instead of 3 values"),
    ],
)
def test_a_list_of_anything_is_compared_value_by_value(answer, came):
    right = {"result": [1.5, "text", [1.5, 1.5]]}
    assert Equal()({"result": answer}, right).came == came


def test_an_error_where_a_list_of_anything_was_expected_has_no_name(quotient):
    result = results(quotient, "def both(x): return x[0]")[1]
    assert (result.earned, result.misconceptions) == (0, ())


@pytest.mark.parametrize(
    ("returned", "misconception"),
    [("None", "missing_return"), ("[None, None]", "missing_return"), ("1.0", "")],
)
def test_a_question_that_goes_on_with_a_none_says_that_nothing_was_returned(
    quotient, returned, misconception
):
    (result, _) = results(quotient, f"def rule(g, y, a, b): return {returned}")
    assert "".join(result.misconceptions) == misconception
