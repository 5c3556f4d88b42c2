"""A graph computed again: the bits of the script with the same values, and with others."""

import copy

import numpy as np
import pytest

import tinynet as tn
from tests.cases.losses import ALL
from tinynet import Graph, Tensor, functional, losses
from tinynet.views.experiment import alternatives, nudged, recomputed
from tinynet.views.experiment.questions import QUESTIONS, Experiment
from tinynet.views.graph import demos, page
from tinynet.views.graph.script import graph_of

CASES = [case for family in ALL for case in family.CASES]
UNCHANGED = {"values": [], "operations": {}}


def bits(graph):
    """All that a graph knows in numbers."""
    return [
        (node.name, node.value.tobytes(), None if g is None else np.asarray(g).tobytes())
        for node in graph.flat()
        for g in [node.gradient]
    ]


def of_script(code):
    """The graph of a script as text, and its variables."""
    variables = demos._variables(code)
    result = variables.get("loss", variables.get("o"))
    return Graph(result, variables=variables), variables


def of_case(case, *arrays):
    """The graph of a loss of these arrays; all but the targets ask for a gradient."""
    labelled = case.loss.arrays[0] == "y_true"
    given = [a if i == 0 and labelled else Tensor(a, True) for i, a in enumerate(arrays)]
    loss = case.loss(*given, **case.options)
    return Graph(loss, variables=dict(zip(case.loss.arrays, given, strict=True)))


# --- the same bits --------------------------------------------------------------------------


@pytest.mark.parametrize("name", demos.CODE)
@pytest.mark.parametrize("closed", [False, True])
def test_the_same_values_give_the_same_bits(name, closed):
    graph = of_script(demos.CODE[name])[0]
    graph = graph.collapse() if closed else graph
    again = recomputed(graph, {node.name: node.value for node in graph.flat() if not node.inputs})
    assert bits(again) == bits(graph)
    assert repr(again) == repr(graph)
    assert again.output.tensor is not graph.output.tensor
    assert page.content(again) == page.content(graph)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_loss_with_other_predictions_is_the_loss_called_anew(case):
    graph = of_case(case, *case.arrays)
    assert bits(recomputed(graph, {})) == bits(graph)
    kept = {"y_true", *case.loss.shared}  # of the others the order of the rows is turned
    given = dict(zip(case.loss.arrays, case.arrays, strict=True))
    changed = {n: a if n in kept else a[::-1].copy() for n, a in given.items()}
    leaves = {node.name for node in graph.flat() if node.kind == "parameter"}
    again = recomputed(graph, {name: changed[name] for name in leaves})
    assert bits(again) == bits(of_case(case, *changed.values()))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_model_with_other_weights_and_rows_is_the_model_run_anew(dtype):
    data = tn.datasets.make_moons(rng=0)
    model = tn.layers.MLP([2, 5, 2], rng=0, dtype=dtype)
    x, other = (data.x[rows].astype(dtype) for rows in (slice(8), slice(8, 16)))
    graph = Graph(losses.cross_entropy(data.y[:8], model(x)), variables={"x": x, "model": model})
    weight = 2 * model.layers[2].weight.data
    again = recomputed(graph.collapse(), {"x": other, "layers.2.weight": weight})
    twin = copy.deepcopy(model)
    twin.layers[2].weight.data[...] = weight
    loss = losses.cross_entropy(data.y[:8], twin(other))
    assert bits(again) == bits(Graph(loss, variables={"x": other, "model": twin}))
    assert again.output.dtype == dtype


def test_what_the_caller_holds_is_left_alone():
    graph, variables = of_script(demos.UPDATE)
    before = bits(graph)
    recomputed(graph, {"slope": 7.0, "x": [1.0, 1.0, 1.0]})
    assert bits(graph) == before
    assert variables["slope"].data == 0.5
    assert variables["slope"].grad is None


def test_a_number_in_a_box_is_a_value_too():
    x = Tensor([1.0, 2.0], requires_grad=True)
    loss = np.sum((3 * x) ** 2)
    graph = Graph(loss)
    again = recomputed(graph, {("multiply_1", 0): 5, ("power_1", 1): 3})
    anew = np.sum((5 * x) ** 3)
    assert again.output.value == anew.data
    np.testing.assert_array_equal(again.find("x").gradient, anew.gradient(x))


# --- other operations -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tanh", "gelu", "softplus", "leaky_relu"])
def test_another_activation_is_the_script_with_that_name(name):
    graph = of_script(demos.NETWORK)[0]
    anew = of_script(demos.NETWORK.replace("functional.relu", f"functional.{name}"))[0]
    assert bits(recomputed(graph, {}, {"hidden": name})) == bits(anew)


@pytest.mark.parametrize("name", [n for n in losses.names() if n != "mse"])
def test_another_loss_is_the_script_with_that_name_where_it_is_offered(name):
    graph = of_script(demos.NETWORK)[0]
    code = demos.NETWORK.replace("losses.mse", f"losses.{name}")
    if name in alternatives(graph.output):
        assert bits(recomputed(graph, {}, {"loss": name})) == bits(of_script(code)[0])
    elif name not in losses.names() or losses.names()[name].arrays != losses.mse.arrays:
        with pytest.raises(ValueError, match=f"{name} cannot take the place of mse"):
            recomputed(graph, {}, {"loss": name})


def test_what_is_offered_are_operations_of_the_same_arguments():
    graph = of_script(demos.NETWORK)[0]
    assert alternatives(graph.find("hidden"))[:2] == ["relu", "leaky_relu"]
    assert "huber" in alternatives(graph.output)
    assert "cross_entropy" not in alternatives(graph.output)
    assert alternatives(graph.find("x")) == []
    x = Tensor([-1.0, 4.0], requires_grad=True)
    assert alternatives(Graph(np.sum(x * 2)).find("multiply_1"))[1:] == [
        *("add", "subtract", "divide", "maximum", "minimum")
    ]
    assert "poisson_nll" in alternatives(Graph(losses.mse([2.0, 1.0], x)).output)
    assert "gamma_nll" not in alternatives(Graph(losses.mse([0.0, 1.0], x)).output)  # t > 0


def test_a_loss_keeps_its_weights_when_another_takes_its_place():
    y, w = np.array([0.0, 1.0, 5.0]), [1.0, 2.0, 0.5]
    x = Tensor([0.5, 3.0, 1.0], requires_grad=True)
    graph = Graph(losses.mse(y, x, sample_weight=w), variables={"x": x})
    name = graph.output.name
    again = recomputed(graph, {}, {name: "huber"})
    anew = losses.huber(y, x, sample_weight=w)
    assert again.output.value == anew.data
    np.testing.assert_array_equal(again.find("x").gradient, anew.gradient(x))


def test_a_box_that_is_called_as_its_operation_gets_the_new_name():
    graph = of_script(demos.MLP)[0]
    again = recomputed(graph, {}, {"relu_1": "tanh"})
    assert "tanh_1 = tanh" in repr(again)
    assert again.output.name == "loss"


# --- what does not fit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "operations", "said"),
    [
        ({"w": 1.0}, {}, "unknown node 'w'; "),
        ({"hidden": 1.0}, {}, "hidden is computed"),
        ({("hidden", 0): 1.0}, {}, "hidden holds no number as its argument 0"),
        ({}, {"w1": "tanh"}, "w1 is no operation"),
        ({}, {"hidden": "add"}, "add cannot take the place of relu"),
        ({"w1": [1.0, 2.0]}, {}, "could not broadcast"),
    ],
)
def test_what_is_not_there_is_told(values, operations, said):
    with pytest.raises(ValueError, match=said):
        recomputed(of_script(demos.NETWORK)[0], values, operations)


def test_a_loss_refuses_what_it_refuses_when_it_is_called():
    x = Tensor([[1.0, 0.0], [0.5, 2.0]], requires_grad=True)
    graph = Graph(losses.cross_entropy([0, 1], x), variables={"x": x})
    with pytest.raises(ValueError, match="the rows of y_true must sum to 1, but row 0 sums to 1.5"):
        recomputed(graph, {"y_true": [[1.0, 0.5], [0.0, 1.0]]})
    again = recomputed(graph, {"y_true": [[0.0, 1.0], [0.0, 1.0]]})
    assert again.output.value == losses.cross_entropy([1, 1], x).data


def test_whole_numbers_stay_whole():
    ids, table = np.array([2, 0]), Tensor(np.eye(3), requires_grad=True)
    graph = Graph(np.sum(functional.embedding(ids, table) * [1.0, 2.0, 3.0]))
    assert recomputed(graph, {"ids": [1, 1]}).output.value == 4
    with pytest.raises(ValueError, match=r"ids holds whole numbers \(int64\)"):
        recomputed(graph, {"ids": [0.5, 1]})
    with pytest.raises(ValueError, match="ids must be whole numbers from 0 to 2"):
        recomputed(graph, {"ids": [7, 1]})


# --- nudged ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", demos.CODE)
def test_every_gradient_of_the_demos_is_measured(name):
    graph = of_script(demos.CODE[name])[0]
    for node in graph.flat():
        if node.inputs or node.gradient is None:
            continue
        for place in range(node.value.size):
            found = nudged(graph, node.name, place)
            assert found.gradient == np.ravel(node.gradient)[place]
            assert found.difference < 1e-4
            assert found.sentence.startswith("They agree")


def f(x, function):
    return Graph(np.sum(function(x)), variables={"x": x})


@pytest.mark.parametrize(
    ("at", "function", "quotient", "said"),
    [
        (0.0, functional.relu, 0.5, "kink: on its two sides the slope is 0 and 1"),
        (5e-4, functional.relu, 0.75, "far smaller step the quotient is 1, as backward"),
        (0.0, lambda x: np.sin(1000 * x), 841.47, "far smaller step the quotient is 1000"),
        (5e-4, np.sqrt, np.nan, "no finite number"),
        (0.5, lambda x: np.remainder(x, 0.5), -249.0, "itself jumps"),
    ],
)
def test_where_the_quotient_must_differ_it_says_why(at, function, quotient, said):
    found = nudged(f(Tensor(at, requires_grad=True), function), "x")
    np.testing.assert_allclose(found.quotient, quotient, rtol=1e-4)
    assert said in found.sentence


def test_in_float32_it_speaks_of_rounding():
    x = Tensor(np.array([1.0, 300.0], np.float32), requires_grad=True)
    found = nudged(f(x, np.square), "x", 0)
    assert found.sentence.startswith("Rounding: near 9e+04 the output is known to about 0.01")
    assert found.gradient == 2


def test_a_wrong_rule_is_found_out():
    cube = tn.primitive(lambda x: x * x * x).defvjp(lambda g, y, x: g * 2 * x * x)
    found = nudged(f(Tensor(2.0, requires_grad=True), cube), "x")
    assert found.gradient == 8
    assert abs(found.quotient - 12) < 1e-5
    assert "a rule may be wrong" in found.sentence


def test_only_what_has_a_gradient_is_nudged():
    graph = of_script(demos.NETWORK)[0]
    for name, place, said in [("x", 0, "has no gradient"), ("w1", 6, "has 6 numbers")]:
        with pytest.raises(ValueError, match=said):
            nudged(graph, name, place)


# --- what a page asks -----------------------------------------------------------------------


def experiment(code):
    graph, variables = of_script(code)
    return Experiment(graph.collapse(), variables.get("optimizer"))


def test_unchanged_it_is_the_page_as_it_was():
    for code in demos.CODE.values():
        made = experiment(code)
        content = QUESTIONS["recompute"](made, UNCHANGED)
        changeable = content.pop("changeable")
        assert content == page.content(made.graph, made.optimizer)
        assert changeable.keys() == {node.name for node in made.graph.flat()}


def test_changes_name_one_number_each():
    made, graph = experiment(demos.NETWORK), of_script(demos.NETWORK)[0]
    payload = {"values": [["w1", None, 1, 9.0], ["w1", None, 5, -2.0]], "operations": {}}
    found = made._changed(payload)
    w1 = graph.find("w1").value.copy()
    w1.flat[[1, 5]] = 9.0, -2.0
    assert bits(found) == bits(recomputed(graph, {"w1": w1}))


def test_the_last_steps_are_those_of_an_optimizer_that_stands_there():
    for kind in (tn.optimizers.Adam, tn.optimizers.SGD):
        code = demos.UPDATE.replace("SGD", kind.__name__) + "loss.backward()\n"
        made = experiment(code)
        payload = {"values": [["slope", None, 0, 2.0]], "operations": {}}
        graph = made._changed(payload)
        last = list(graph.steps(made._optimizer_of(graph)))[-2:]
        variables = demos._variables(code.replace("Tensor(0.5", "Tensor(2.0"))
        variables["optimizer"].step()
        for step, name in zip(last, ("slope", "intercept"), strict=True):
            assert step.node.name == name
            assert step.after == variables[name].data
        assert made.optimizer.parameters[0].data == 0.5  # the script's own


def test_targets_with_a_class_in_each_row_are_told():
    changeable = QUESTIONS["recompute"](experiment(demos.MLP), UNCHANGED)["changeable"]
    assert [name for name, can in changeable.items() if can.get("classes")] == ["y_true"]
    assert changeable["relu_1"]["name"] == "relu_1"
    payload = {"values": [], "operations": {"relu_1": "tanh"}}
    changeable = QUESTIONS["recompute"](experiment(demos.MLP), payload)["changeable"]
    assert changeable["tanh_1"]["name"] == "relu_1"
    assert changeable["tanh_1"]["operations"][0] == "tanh"


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({}, "needs values, as JSON's list"),
        ({"values": []}, "needs operations, as JSON's dict"),
        ({"values": [["w1", None, 6, 1.0]], "operations": {}}, "w1 has no number 6"),
        ({"values": [["W", None, 0, 1.0]], "operations": {}}, "unknown leaf 'W'"),
    ],
)
def test_a_question_that_does_not_fit_is_a_sentence(payload, said):
    with pytest.raises(ValueError, match=said):
        QUESTIONS["recompute"](experiment(demos.NETWORK), payload)


# --- of a script ----------------------------------------------------------------------------

BY_HAND = """\
import numpy as np
from tinynet import Tensor

x, w = np.array([1.0, -2.0, 0.3]), Tensor([0.5, 0.5, 0.5], requires_grad=True)
h = x * w
relu = h * (h > 0)
e = relu - 1
loss = np.sum(np.where(np.abs(e) < 0.8, e ** 2 / 2, 0.8 * (np.abs(e) - 0.4)))
"""


def test_what_a_script_compares_is_compared_again(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(BY_HAND)
    graph, _ = graph_of(str(path))
    made = Experiment(graph)
    path.write_text(BY_HAND.replace("[0.5, 0.5, 0.5]", "[0.05, -3.0, 0.5]"))
    anew, _ = graph_of(str(path))
    payload = {"values": [["w", None, 0, 0.05], ["w", None, 1, -3.0]], "operations": {}}
    changed = made._changed(payload)
    assert bits(changed) == bits(anew)
    assert [n.value.tolist() for n in changed.flat() if n.dtype == bool] != [
        n.value.tolist() for n in graph.flat() if n.dtype == bool
    ]
    assert bits(recomputed(graph, {})) == bits(graph)
    twice = recomputed(recomputed(graph, {"w": [9.0, 9.0, 9.0]}), {"w": [0.05, -3.0, 0.5]})
    assert bits(twice) == bits(anew)
    found = nudged(recomputed(graph, {"w": [0.0, 0.5, 0.5]}), "w", 0)
    assert "kink: on its two sides the slope is −0.8 and 0" in found.sentence
