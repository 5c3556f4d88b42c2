"""The graph as an object: names, gradients, the chain rule step by step, open and closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinynet as tn
from tinynet import Tensor
from tinynet.views.graph import Backward, Forward, Graph, Update


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
        (lambda x, w: np.log(x), "g · 1 / x", "1 / x"),
        (lambda x, w: x / w, "g · 1 / w", "1 / w"),
        (lambda x, w: np.sqrt(x), "g · 0.5 / y", "0.5 / y"),
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
    said = step.sentence.replace("-", "−")
    assert f"{local} = " in said or f"by {local} per" in said
    slope = tn.grad(lambda x: function(x, 3.0))(2.0)
    assert step.local.item() == pytest.approx(slope)


def test_the_chain_rule_in_words():
    x, w = Tensor(3.0, requires_grad=True), Tensor(0.5)
    h = x * w
    loss = np.square(h)
    assert backward(Graph(loss))[1].sentence == (
        "loss changes by 3 per unit of h; h changes by w = 0.5 per unit of x;"
        " so loss changes by 3 · 0.5 = 1.5 per unit of x."
    )


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: np.sum(x + np.ones((3, 2))), "was repeated to (3, 2)"),
        (lambda x: np.sum(x * 3 + x * 5), "is used 2 times: its gradients add"),
        (lambda x: np.sum(tn.functional.relu(x - 1.5)), "at 1 of 2 elements: the slope is 0"),
        (lambda x: np.sum(np.tanh(5 * x)), "nearly vanishes"),
        (lambda x: np.sum(np.tanh(2 * x)), "tanh at 1 of 2 elements: it is saturated"),
    ],
)
def test_what_one_should_see_is_said_where_it_happens(function, said):
    x = Tensor([1.0, 2.0], requires_grad=True)
    assert any(said in step.sentence for step in backward(Graph(function(x))))


UNARY = [np.tanh, np.sin, np.exp, np.square, np.negative]
BINARY = [np.add, np.multiply, np.subtract, np.maximum]


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
    for node, found in sums.items():
        np.testing.assert_array_equal(found, node.gradient)
        np.testing.assert_allclose(found, total.gradient(node.tensor), rtol=1e-12)
    for step in backward(graph):
        before = 0 if step.before is None else step.before
        np.testing.assert_array_equal(before + step.contribution, step.after)


@pytest.mark.parametrize("kind", [tn.optimizers.SGD, tn.optimizers.Adam])
def test_the_step_of_an_optimizer_follows_and_is_not_taken(kind):
    model = tn.layers.Linear(1, 1, rng=0)
    optimizer = kind(model.parameters(), lr=0.1)
    loss = tn.losses.mse(np.ones((4, 1)), model(np.arange(4.0)[:, None]))
    for _ in range(2):  # the same twice
        updates = [step for step in Graph(loss).steps(optimizer) if isinstance(step, Update)]
        assert [step.node.name for step in updates] == ["weight", "bias"]
        assert [step.before.item() for step in updates] == [p.item() for p in model.parameters()]
    loss.backward()
    optimizer.step()
    for step, parameter in zip(updates, model.parameters(), strict=True):
        np.testing.assert_array_equal(step.after, parameter.data)
        assert step.sentence.startswith(f"{kind.__name__} moves {step.node.name} from")


# --- open and closed ------------------------------------------------------------------------


def test_an_opened_loss_has_the_same_values_and_gradients(mlp):
    opened = mlp.open("loss")
    assert len(opened) > len(mlp) + 5
    assert mlp.find("loss").label == "cross_entropy"
    assert opened.find("loss").label == "sum"
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


def test_what_is_a_single_operation_cannot_be_opened():
    with pytest.raises(ValueError, match="n cannot be opened: add is a single operation"):
        neuron().open("n")
    with pytest.raises(ValueError, match="x1 is a parameter: only operations"):
        neuron().open("x1")


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
