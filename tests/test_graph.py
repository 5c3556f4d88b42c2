"""The graph as an object: names, gradients, the chain rule step by step, open and closed."""

import copy
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinynet as tn
from tinynet import Tensor, losses
from tinynet.views.graph import Backward, Forward, Graph, Update, drawing, formulas, layout


def neuron():
    """The neuron that micrograd's lecture differentiates by hand."""
    x1, x2 = Tensor(2.0, requires_grad=True), Tensor(0.0, requires_grad=True)
    w1, w2 = Tensor(-3.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    b = Tensor(6.8813735870195432, requires_grad=True)
    n = x1 * w1 + x2 * w2 + b
    o = np.tanh(n)
    return Graph(o)


@pytest.fixture
def mlp():
    """The graph of one batch of moons through an MLP and its loss."""
    model = tn.layers.MLP([2, 16, 16, 2], rng=0)
    data = tn.datasets.make_moons(rng=0)
    loss = tn.losses.cross_entropy(data.y[:32], model(data.x[:32]))
    return Graph(loss)


def backward(graph):
    return [step for step in graph.steps() if isinstance(step, Backward)]


def test_the_gradients_of_the_neuron_are_those_of_the_lecture():
    graph = neuron()
    found = {name: graph.find(name).gradient.item() for name in ("x1", "w1", "x2", "w2", "b", "n")}
    expected = {"x1": -1.5, "w1": 1, "x2": 0.5, "w2": 0, "b": 0.5, "n": 0.5}
    assert found == pytest.approx(expected, abs=1e-9)


def test_the_neuron_agrees_with_torch():
    torch = pytest.importorskip("torch", reason="pip install torch: gradients are held against it")
    values = {"x1": 2.0, "w1": -3.0, "x2": 0.0, "w2": 1.0, "b": 6.8813735870195432}
    t = {
        name: torch.tensor(v, dtype=torch.float64, requires_grad=True) for name, v in values.items()
    }
    torch.tanh(t["x1"] * t["w1"] + t["x2"] * t["w2"] + t["b"]).backward()
    graph = neuron()
    for name, tensor in t.items():
        assert graph.find(name).gradient.item() == pytest.approx(tensor.grad.item(), rel=1e-12)


def test_nodes_are_called_as_the_variables_are():
    names = ["x1", "w1", "multiply_1", "x2", "w2", "multiply_2", "add_1", "b", "n", "o"]
    assert [node.name for node in neuron()] == names


def test_nodes_of_a_model_are_called_by_their_path(mlp):
    x = np.ones((1, 3))
    model = tn.layers.Sequential(tn.layers.Linear(3, 2, rng=0), tn.layers.Tanh())
    output = model(x)
    graph = Graph(output, gradient=np.ones((1, 2)))
    names = ["x", "layers.0.weight", "layers.0.bias", "layers.0.linear", "output"]
    assert [node.name for node in graph] == names
    assert graph.find("layers.0.linear").layer == "layers.0"


def test_an_unknown_name_is_answered_with_a_suggestion():
    with pytest.raises(ValueError, match="multiply_1"):
        neuron().find("multiply1")


# --- steps ----------------------------------------------------------------------------------


def test_every_forward_step_comes_after_its_inputs():
    seen = set()
    for step in neuron().steps():
        if isinstance(step, Forward):
            assert {node for _, node in step.node.inputs} <= seen
            seen.add(step.node)


@pytest.mark.parametrize(
    ("function", "formula", "local"),
    [
        (lambda x, w: x * w, "g · w", "w"),
        (lambda x, w: w - x, "−g", "−1"),
        (lambda x, w: np.tanh(x), "g · (1 − y · y)", "1 − y · y"),
        (lambda x, w: np.log(x), "g / x", "1 / x"),
        (lambda x, w: x / w, "g / w", "1 / w"),
        (lambda x, w: np.sqrt(x), "g / (2 · y)", "1 / (2 · y)"),
        (lambda x, w: tn.functional.relu(x), "g · (x > 0)", "x > 0"),
        (lambda x, w: tn.functional.sigmoid(x), "g · y · (1 − y)", "y · (1 − y)"),
        (lambda x, w: tn.functional.softplus(x), "g · sigmoid(x)", "sigmoid(x)"),
    ],
)
def test_the_formula_is_what_the_rule_says(function, formula, local):
    x, w = Tensor(2.0, requires_grad=True), Tensor(3.0)
    y = function(x, w)
    (step,) = backward(Graph(y))
    assert step.formula == formula
    assert f"{local} = " in step.sentence or f"by {local} per" in step.sentence
    slope = tn.grad(lambda x: function(x, 3.0))(2.0)
    assert step.local.item() == pytest.approx(slope)


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        (lambda a, b: a - (b - a), "a − (b − a)"),
        (lambda a, b: a - b - a, "a − b − a"),
        (lambda a, b: a + (b + a), "a + b + a"),
        (lambda a, b: (a + b) * a, "(a + b) · a"),
        (lambda a, b: a / (b * a), "a / (b · a)"),
        (lambda a, b: a * (b * a), "a · b · a"),
        (lambda a, b: (a * b) ** 2, "(a · b)²"),
        (lambda a, b: a * b**2, "a · b²"),
        (lambda a, b: -(a + b) * a, "−(a + b) · a"),
        (lambda a, b: a @ (b @ a.T), "a @ (b @ aᵀ)"),
        (lambda a, b: (a - b).mT @ a, "(a − b)ᵀ @ a"),
        (lambda a, b: (a + b) @ a[0], "(a + b) @ a[0]"),
        (lambda a, b: (a - b)[..., 1:, :-1:2], "(a − b)[..., 1:, :-1:2]"),
        (lambda a, b: np.abs(a - b), "|a − b|"),
        (lambda a, b: (a >= b) * a, "(a ≥ b) · a"),
        (lambda a, b: (a < b) * (a <= b) * (a == b), "(a < b) · (a ≤ b) · (a = b)"),
        (lambda a, b: (a > b) & (b > 0), "a > b and b > 0"),
        (lambda a, b: ~np.bitwise_and(a > b, b > 0), "logical_not(a > b and b > 0)"),
        (lambda a, b: np.maximum.reduce(a), "maximum.reduce(a)"),
        (lambda a, b: (a @ b.T).T @ (a.T).T, "(a @ bᵀ)ᵀ @ a"),
        (lambda a, b: a**1 + b**1.5, "a + b^1.5"),
        (lambda a, b: a**b, "a^b"),
        (lambda a, b: a * -3.0 * b, "a · (−3) · b"),
        (lambda a, b: -0.5 * a / -b, "−0.5 · a / (−b)"),
        (lambda a, b: 1.0 * a * (1 * b / 1) * 1.0, "a · b"),
        (lambda a, b: (a / 3).astype(np.float32), "a / 3"),
        (lambda a, b: np.broadcast_to(a + b, (2, 2, 2)) * a, "(a + b) · a"),
        (lambda a, b: np.sum(a * b, axis=-1, dtype=None), "sum(a · b, axis=−1)"),
        (lambda a, b: a - np.sum(a * b, axis=-1, keepdims=True), "a − Σ(a · b)"),
        (lambda a, b: np.where(a > b, a, b), "a where a > b, else b"),
        (lambda a, b: b * np.where(a > b, a, 0.0), "b · (a where a > b, else 0)"),
        (lambda a, b: np.where(a > 0, a + b, b) * a, "(a + b) · a"),
        (lambda a, b: np.where(a > 9, a + b, 2.0), "2"),
        (lambda a, b: tn.functional.sigmoid(a - b) * a, "sigmoid(a − b) · a"),
        (lambda a, b: np.concatenate([a, b]).reshape(8), "reshape(concatenate((a, b)), 8)"),
        (lambda a, b: np.reshape(a, (4,)), "reshape(a, (4,))"),
        (lambda a, b: a * np.ones((2, 2)) / np.pi, "a · array of shape (2, 2) / 3.14159"),
        (lambda a, b: a * np.shape(b)[0], "a · 2"),
        (lambda a, b: a.flat[0] * b, ""),  # a symbol has no such attribute
        (lambda a, b: np.array(a) * b, ""),  # and is no plain array
    ],
)
def test_an_expression_is_written_with_the_parentheses_it_needs(rule, formula):
    a, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 1.0], [5.0, 3.0]])
    value, text = formulas.run(rule, ["a", "b"], [a, b])
    assert text == formula
    np.testing.assert_array_equal(value, rule(a, b))


def test_a_product_with_g_in_both_factors_has_no_local_derivative():
    assert formulas.local("g · sum(g · y)") == ""


def test_what_a_rule_saved_and_its_options_are_named_too():
    x = np.ones(2)
    assert formulas.run(lambda y: y[0] * y[1] * y[2], ["y"], [(x, x, x)])[1] == "y · kept · kept1"
    value, text = formulas.run(
        lambda g, shape, weights: np.broadcast_to(g, shape) * weights,
        ["g"], [np.float64(2)], shape=(2,), weights=x,
    )  # fmt: skip
    assert text == "g · weights"


@pytest.mark.parametrize(
    ("name", "text"),
    [("e²", "e² · b"), ("|e|", "|e| · b"), ("‖x‖", "‖x‖ · b"), ("1 − p", "(1 − p) · b")],
)
def test_a_name_that_is_a_formula_is_put_in_parentheses_where_it_needs_them(name, text):
    assert formulas.run(lambda a, b: a * b, [name, "b"], [np.ones(2), np.ones(2)])[1] == text


def test_a_number_stands_for_itself():
    assert (
        formulas.run(lambda g, p: g * p, ["g", ""], [np.ones(2), np.float64(-3)])[1] == "g · (−3)"
    )


@pytest.mark.parametrize(
    ("formula", "local"),
    [
        ("g · (a + b)", "a + b"),
        ("g · (a (1 + b))", "a (1 + b)"),
        ("g · (a + b) / (c)", "(a + b) / (c)"),
        ("0", "0"),
        ("g · sum(g)", ""),
    ],
)
def test_the_local_derivative_is_what_g_is_multiplied_with(formula, local):
    assert formulas.local(formula) == local


def test_the_chain_rule_in_words():
    x, w = Tensor(3.0, requires_grad=True), Tensor(0.5)
    h = x * w
    loss = np.square(h)
    assert backward(Graph(loss))[1].sentence == (
        "loss changes by 3 per unit of h; h changes by w = 0.5 per unit of x;"
        " so loss changes by 3 · 0.5 = 1.5 per unit of x."
    )


@pytest.mark.parametrize(
    ("function", "notes"),
    [
        (lambda x: x + np.ones((3, 2)), ["was repeated to (3, 2)"]),
        (lambda x: x * np.full((3, 2), 1e-4), ["was repeated to (3, 2)"]),
        (lambda x: x * np.zeros((3, 2)), ["was repeated to (3, 2)"]),
        (lambda x: x * 3 + x * 5, ["is used 2 times: its gradients add"]),
        (lambda x: tn.functional.relu(x - 1.5), ["at 1 of 2 elements: the slope is 0"]),
        (lambda x: tn.functional.relu(x - 3), ["at 2 of 2 elements: the slope is 0"]),
        (lambda x: 0.5 * x * [2, 0], ["multiply at 1 of 2 elements: the slope is 0"]),  # once
        (lambda x: x * np.array([0.0099, 1]), ["at 1 of 2 elements: it is saturated"]),
        (lambda x: x * 0.0101, []),
        (lambda x: np.reshape(x, 2) * 0.0011, ["at 2 of 2 elements: it is saturated"]),
        (lambda x: x * 0.0009, ["it is saturated", "vanishes: 1 becomes 0.0009"]),
        (lambda x: x * np.array([0.0009, 1]), ["at 1 of 2 elements: it is saturated"]),
    ],
)
def test_notes_stand_where_they_belong_and_nowhere_else(function, notes):
    x = Tensor([1.0, 2.0], requires_grad=True)
    told = [note for step in backward(Graph(np.sum(function(x)))) for note in step.notes]
    assert len(told) == len(notes)
    assert all(part in note for part, note in zip(notes, told, strict=True))


def at(*values):
    return Tensor(np.array(values), requires_grad=True)


LOWEST, FLAT = "nearly at its lowest point", "it is saturated"
SMALL = {  # computations with a small slope, and what is said of it
    "mse, nearly right": (lambda: losses.mse([1.0, 2.0], at(1.0, 2.000001)), LOWEST),
    "a square, nearly 0": (lambda: np.sum(np.square(at(1e-6))), LOWEST),
    "log cosh, nearly right": (lambda: losses.log_cosh([1.0], at(1.000001)), LOWEST),
    "a log-likelihood, right": (lambda: losses.poisson_nll([3.0], at(np.log(3.0))), LOWEST),
    "cross-entropy, sure and right": (
        lambda: losses.cross_entropy([0], at([20.0, 0.0])),
        LOWEST,
    ),
    "tanh, at its end": (lambda: np.sum(np.tanh(at(9.0))), FLAT),
    "cauchy, far out": (lambda: losses.cauchy([0.0], at(1e6)), "nearly vanishes"),
    "a mean of many": (lambda: np.mean(at(*np.ones(5000))), ""),
    "a loss of many": (lambda: losses.mse(np.zeros(5000), at(*np.ones(5000))), ""),
}


@pytest.mark.parametrize(("compute", "said"), SMALL.values(), ids=SMALL)
def test_a_small_slope_at_a_minimum_is_not_called_flat_nor_a_flat_one_a_minimum(compute, said):
    told = [" ".join(s.notes) for s in Graph(compute()).steps() if isinstance(s, Backward)][-1]
    assert said in told
    others = {LOWEST, FLAT, "nearly vanishes"} - {said}
    if said in (LOWEST, ""):
        assert not any(other in told for other in others)
    else:
        assert LOWEST not in told


UNARY = [np.tanh, np.sin, np.exp, np.square, np.negative]
BINARY = [np.add, np.multiply, np.subtract, np.maximum]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 10**6)), min_size=50, max_size=50))
def test_in_random_graphs_every_sum_is_the_gradient(choices):
    tensors = [Tensor(np.array([0.3, -0.7]), requires_grad=True) for _ in range(2)]
    for operation, place in choices:
        a, b = tensors[place % len(tensors)], tensors[place // 7 % len(tensors)]
        new = UNARY[operation](a) if operation < 5 else BINARY[operation - 5](a, b)
        tensors.append(np.tanh(new))  # keeps the numbers small
    total = np.sum(sum(tensors))
    graph = Graph(total)
    sums = {step.input: step.after for step in backward(graph)}
    gradients = total.gradient(*(node.tensor for node in sums))
    for (node, after), gradient in zip(sums.items(), gradients, strict=True):
        np.testing.assert_array_equal(after, node.gradient)
        np.testing.assert_allclose(after, gradient, rtol=1e-12)
    for step in backward(graph):
        before = 0 if step.before is None else step.before
        np.testing.assert_array_equal(before + step.contribution, step.after)


@pytest.mark.parametrize("kind", [tn.optimizers.SGD, tn.optimizers.Adam])
def test_the_step_of_an_optimizer_follows_and_is_not_taken(kind):
    model = tn.layers.Linear(1, 1, rng=0)
    optimizer = kind(model.parameters(), lr=0.1)

    def state():
        parameters = [(p.data, p.grad) for p in model.parameters()]
        arrays = [value for value in vars(optimizer).values() if isinstance(value, np.ndarray)]
        return copy.deepcopy([parameters, arrays])

    for x in (1.0, 2.0):  # the second time with moments and gradients of the first step
        loss = tn.losses.mse(np.ones((4, 1)), model(np.arange(4.0)[:, None] * x))
        before = state()
        updates = [step for step in Graph(loss).steps(optimizer) if isinstance(step, Update)]
        np.testing.assert_equal(state(), before)
        assert [step.node.name for step in updates] == ["weight", "bias"]
        assert [step.before.item() for step in updates] == [p.item() for p in model.parameters()]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for step, parameter in zip(updates, model.parameters(), strict=True):
        np.testing.assert_array_equal(step.after, parameter.data)
        assert step.sentence.startswith(f"{kind.__name__} moves {step.node.name} from")


# --- open and closed ------------------------------------------------------------------------


def test_an_opened_loss_has_the_same_values_and_gradients(mlp):
    opened = mlp.open("loss")
    assert len(opened) == len(mlp) + 5
    assert mlp.find("loss").label == "cross_entropy"
    assert opened.find("loss").label == "mean"
    for node in (node for node in mlp if node.name != "y_true"):  # what is made of it stands there
        twin = opened.find(node.name)
        np.testing.assert_allclose(twin.value, node.value, rtol=1e-12)
        if node.gradient is not None:
            np.testing.assert_allclose(twin.gradient, node.gradient, atol=1e-15)


def test_a_four_layer_mlp_with_closed_layers_has_few_boxes():
    model = tn.layers.MLP([2, 16, 16, 16, 2], rng=0)
    loss = tn.losses.cross_entropy([0, 1], model(np.ones((2, 2))))
    closed = Graph(loss).collapse()
    assert len(closed) <= 15
    assert [node.name for node in closed if node.kind == "layer"] == [
        f"layers.{i}" for i in (0, 2, 4, 6)
    ]


def test_a_closed_layer_opens_again_with_the_same_gradients(mlp):
    closed = mlp.collapse("layers.2")
    again = closed.open("layers.2")
    assert sorted(node.name for node in again) == sorted(node.name for node in mlp)
    for node in again:
        if node.gradient is not None:
            np.testing.assert_array_equal(node.gradient, mlp.find(node.name).gradient)
    assert "layers.0.linear" in {step.input.name for step in backward(closed)}
    gradient = closed.find("layers.2").gradient
    np.testing.assert_array_equal(gradient, mlp.find("layers.2.linear").gradient)


def test_the_steps_inside_a_closed_layer_are_not_shown(mlp):
    closed = mlp.open("layers.2.linear").collapse("layers.2")
    assert len(closed.find("layers.2").inside) > 1
    assert not any(step.node is step.input for step in backward(closed))


def test_there_is_a_local_derivative_where_the_product_is_elementwise(mlp):
    for step in backward(mlp):
        assert (step.local is None) == ("@" in step.formula)


def test_what_is_a_single_operation_cannot_be_opened():
    with pytest.raises(ValueError, match="n cannot be opened: add is a single operation"):
        neuron().open("n")
    with pytest.raises(ValueError, match="x1 is a parameter: only operations"):
        neuron().open("x1")


# --- the drawing ----------------------------------------------------------------------------


def crossings(columns):
    """How many pairs of arrows between the same two columns cross, by their heights alone."""
    arrows = [(u.level, u.y, a.y) for column in columns for u in column for a in u.arguments]
    pairs = itertools.combinations(arrows, 2)
    return sum(p[0] == q[0] and (p[1] - q[1]) * (p[2] - q[2]) < 0 for p, q in pairs)


def test_a_drawing_loses_its_crossings_by_sweeps_in_both_directions(monkeypatch):
    """Unsorted, 6 pairs of arrows of this graph cross; sweeps in one direction leave 2 or more."""
    a, b = (Tensor(1.0, requires_grad=True) for _ in range(2))
    c = a * b
    graph = Graph(c * (a * (c * a * b)))
    assert crossings(layout(graph)) == 1
    monkeypatch.setattr(drawing, "SWEEPS", 0)
    assert crossings(layout(graph)) == 6


def test_long_arrows_from_one_box_share_their_bends():
    x = Tensor(1.0, requires_grad=True)
    columns = layout(Graph(np.tanh(np.tanh(x) * x) * x))
    assert [[box.kind for box in column].count("bend") for column in columns] == [0, 1, 1, 1, 0]


def test_boxes_that_want_one_height_give_way_by_half_each():
    a, b, c, d = (Tensor(1.0, requires_grad=True) for _ in range(4))
    _, products, leaves = layout(Graph(a * b + c * d))
    assert [box.y for box in products] == [-1, 0]
    assert [box.y for box in leaves] == [-2.5, -1.5, -0.5, 0.5]  # wanted: -2, -1, -1, 0


# --- as text --------------------------------------------------------------------------------


def test_a_tree_of_the_graph_shows_a_node_that_is_used_twice_once():
    x = Tensor(3.0, requires_grad=True)
    y = x * x
    assert str(Graph(y)).splitlines() == [
        "y = multiply: 9, gradient 1",
        "  x (parameter): 3, gradient 6",
        "  x, see above",
    ]


def test_dot_escapes_what_a_name_may_hold():
    x = Tensor(1.0, requires_grad=True, name='a "name"\\')
    text = Graph(np.exp(x)).to_dot()
    assert '\\"name\\"\\\\' in text
    assert text.count("->") == 1


def test_a_graph_needs_something_computed():
    for thing in (3.0, np.ones(2), Tensor([1.0])):
        with pytest.raises(TypeError, match="requires_grad=True"):
            Graph(thing)


def test_a_long_chain_needs_no_recursion():
    x = Tensor(1.0, requires_grad=True)
    for _ in range(3000):
        x = x + 1.0
    assert len(str(Graph(x)).splitlines()) == 3001
