"""Assignments 6 and 7: the solutions are right, and open answers are judged by what must hold."""

import runpy
import sys
import types

import numpy as np
import pytest

import tinynet as tn
from tinynet.classroom import (
    Alike,
    Assignment,
    Check,
    Grows,
    Rises,
    Scores,
    Slope,
    Task,
    load,
)
from tinynet.classroom.judging.judge import _standing_in, judged
from tinynet.classroom.judging.key import Entry, Key

H = 1e-6


def solution(name):
    """The names of an assignment's solution."""
    return types.SimpleNamespace(**runpy.run_path(str(load(name).folder / "solution.py")))


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setitem(sys.modules, "losses", solution("03_losses"))
    return solution("06_layers_and_training")


@pytest.fixture(scope="module")
def robust():
    return solution("07_robust_loss")


def slopes(f, array):
    """The central differences of f(), one for each number of an array that f uses."""
    found = np.empty(array.shape)
    for place in np.ndindex(array.shape):
        middle, around = array[place], []
        for array[place] in (middle - H, middle + H):
            around.append(f())
        array[place] = middle
        found[place] = (around[1] - around[0]) / (2 * H)
    return found


# --- assignment 6 ---------------------------------------------------------------------------


def test_a_layer_hands_back_the_slopes_of_its_output(network):
    rng = np.random.default_rng(0)
    x, weight, bias, g = (rng.normal(size=s) for s in ((4, 3), (3, 2), (2,), (4, 2)))
    found = network.linear_backward(g, x, weight)
    for array, gradient in zip((x, weight, bias), found, strict=True):
        due = slopes(lambda: np.sum(g * network.linear(x, weight, bias)), array)
        np.testing.assert_allclose(gradient, due, atol=1e-8)
    h = rng.normal(size=(4, 2))
    due = slopes(lambda: np.sum(g * network.relu(h)), h)
    np.testing.assert_allclose(network.relu_backward(g, h), due, atol=1e-8)


@pytest.mark.parametrize("sizes", [[3, 2], [3, 5, 2], [3, 4, 5, 3]])
def test_the_gradients_are_those_of_the_loss(network, sizes):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(6, 3)), rng.integers(0, sizes[-1], 6)
    parameters = network.initial_parameters(sizes, seed=2)
    found = network.gradients(parameters, x, y)
    losses = sys.modules["losses"]
    for parameter, gradient in zip(parameters, found, strict=True):
        due = slopes(lambda: losses.cross_entropy(y, network.logits(parameters, x)), parameter)
        np.testing.assert_allclose(gradient, due, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "more"), [("SGD", {"momentum": 0.8}), ("SGD", {"momentum": 0.0}), ("Adam", {})]
)
def test_the_optimizers_step_as_those_of_tinynet(network, name, more):
    rng = np.random.default_rng(3)
    start = [rng.normal(size=(2, 3)), rng.normal(size=3)]
    ours = [a.copy() for a in start]
    theirs = [tn.Tensor(a.copy(), requires_grad=True) for a in start]
    optimizer = getattr(network, name)(ours, 0.1, **more)
    other = getattr(tn.optimizers, name)(theirs, lr=0.1, **more)
    for _ in range(5):
        gradients = [rng.normal(size=a.shape) for a in start]
        optimizer.step(gradients)
        for tensor, gradient in zip(theirs, gradients, strict=True):
            tensor.grad = gradient
        other.step()
    for mine, tensor in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, tensor.data, rtol=1e-12)


def test_an_epoch_shows_each_row_once(network):
    rows = network.minibatches(10, 4, seed=0)
    assert sorted(np.concatenate(rows)) == list(range(10))


# --- assignment 7 ---------------------------------------------------------------------------


def test_the_derivatives_are_slopes(robust):
    e = np.linspace(-5.03, 4.97, 40)
    due = (robust.huber(e + H, 1.3) - robust.huber(e - H, 1.3)) / (2 * H)
    np.testing.assert_allclose(robust.huber_derivative(e, 1.3), due, atol=1e-8)
    np.testing.assert_allclose(robust.huber_weight(e, 1.3) * e, due, atol=1e-8)
    due = (robust.my_loss(e + H)[0] - robust.my_loss(e - H)[0]) / (2 * H)
    np.testing.assert_allclose(robust.my_loss(e)[1], due, atol=1e-8)


def test_no_other_coefficients_have_a_smaller_weighted_sum(robust):
    rng = np.random.default_rng(4)
    x, y, weight = rng.normal(size=(9, 2)), rng.normal(size=9), rng.uniform(0.1, 2, 9)
    w = robust.weighted_least_squares(x, y, weight)
    np.testing.assert_allclose(slopes(lambda: np.sum(weight * (x @ w - y) ** 2), w), 0, atol=1e-8)


def test_the_bound_parts_least_squares_from_robust_fits(robust):
    """As the README says: 2 and more, 0.3 and less; the bound is 0.4."""
    fit = next(t for t in load("07_robust_loss").assignment.tasks if t.name == "fit_robust")
    checks = [check for check in fit.checks if isinstance(check.judgement, Scores)]
    assert len(checks) == 3
    for check in checks:
        x, y, new = (check.inputs[name] for name in ("x", "y", "x_new"))

        def error(w, new=new, truth=check.judgement.truth):
            return np.sqrt(np.mean((new @ w - truth) ** 2))

        assert error(np.linalg.lstsq(x, y, rcond=None)[0]) > 2
        assert error(robust.fit_robust(x, y)) < 0.3


# --- judgements of open answers -------------------------------------------------------------

E = np.array([-2.0, 0.5, 3.0])
FAR = {"inputs": {"e": np.array([10.0, 1000.0])}}


@pytest.mark.parametrize(
    ("judgement", "result", "came"),
    [
        (Alike(), [E, E, E + 1e-12], None),
        (Alike(), [E, E, -E], "in value 3: at index 0: 2 instead of -2, and 2 more"),
        (Alike(), [E, E[:2]], "[[-2, 0.5, 3], [-2, 0.5]]"),
        (Rises(), [0.0, 0.0, 1.0], None),
        (Rises(), [0.0, 2.0, 1.0], "1 after 2"),
        (Rises(), np.zeros(3), "always 0"),
        (Rises(), "up", "'up'"),
        (Rises(), np.array([]), "an empty array of shape (0,)"),
        (Slope(H), [(E - H) ** 2, 2 * E, (E + H) ** 2], None),
        (Slope(H), [(E - H) ** 2, E**2, (E + H) ** 2], "at index 0: 4 instead of -4, and 2 more"),
        (Slope(H), [E, E], "[[-2, 0.5, 3], [-2, 0.5, 3]]"),
        (Grows(0.0), [3.0, -3.0], None),
        (Grows(0.0), [0.0, 0.0], None),
        (Grows(0.0), [3.0, 3.2], "3.2, from 3"),
        (Grows(1.0), [1.0, 100.0], None),
        (Grows(1.0), [1.0, -1e4], "10000, from 1"),
        (Grows(0.0), None, "None"),
    ],
)
def test_open_answers_are_judged_by_what_must_hold(judgement, result, came):
    fault = judgement({"result": result}, FAR)
    assert (fault and fault.came) == came


@pytest.mark.parametrize("judgement", [Alike(), Rises(), Slope(H), Grows(1.0)])
@pytest.mark.parametrize("strange", [np.nan, np.inf])
def test_no_open_answer_holds_without_finite_numbers(judgement, strange):
    """NaN is neither above nor below anything, and inf − inf is NaN."""
    fault = judgement({"result": [[strange] * 2] * 3}, FAR)
    assert fault.misconception == "not_finite"


@pytest.mark.parametrize("judgement", [Alike(), Rises(), Slope(H), Grows(1.0)])
def test_an_error_is_no_open_answer(judgement):
    error = {"kind": "TypeError", "kinds": ["TypeError"], "text": "no", "places": []}
    assert judgement({"error": error}, FAR).came == "TypeError: no"


@pytest.mark.parametrize(("factor", "name"), [(-1, "sign"), (0.5, "factor")])
def test_a_slope_that_is_off_by_a_factor_is_told_so(factor, name):
    fault = Slope(H)({"result": [(E - H) ** 2, factor * 2 * E, (E + H) ** 2]}, FAR)
    assert fault.misconception == name


def test_predictions_may_be_a_list():
    judgement = Scores("accuracy", np.array([1, 0, 2]), 0.6)
    assert judgement({"result": [1, 0, 1]}, {}) is None
    assert judgement({"result": [1, 1, 1]}, {}).came == "accuracy 0.333333"
    assert judgement({"result": [1, [0], 1]}, {}).came == "[1, [0], 1]"


# --- the judge ------------------------------------------------------------------------------


class Answers:
    """A runner that has its answers ready, one for each source."""

    def __init__(self, answers):
        self.answers = answers

    def ask(self, question, reference=None):
        return {"result": self.answers[question["source"]], "printed": ""}


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"rise": [0.0, 1.0], "same": 1.0}, ()),
        ({"rise": [0.0, -1.0], "same": 1.0}, ("sign",)),
        ({"rise": [0.0, -1.0], "same": 2.0}, ()),  # it may be anything
    ],
)
def test_a_gate_that_compares_no_numbers_names_what_it_blames(answers, named):
    checks = [Check("it rises", "rise", judgement=Rises(), blames="sign"), Check("one", "same")]
    task = Task("f", checks)
    entries = tuple(Entry(check, {"result": 1.0, "inputs": {}}) for check in checks)
    key = Key("open", Assignment("open", "open.py", [task]), {"f": entries})
    (result,) = judged(key, Answers(answers))
    assert result.misconceptions == named
    assert result.earned == (0 if named or answers["same"] == 2.0 else 2)


def test_what_calls_failed_work_is_stood_in_for_by_one_call():
    checks = [Check("a check", "1")]
    tasks = [
        Task("layer", checks),
        Task("other", checks),
        Task("gradients", checks, needs=("layer",)),
        Task("train", checks, needs=("gradients", "other")),
        Task("unneeded", checks, needs=("layer",)),
    ]
    assignment = Assignment("a network", "network.py", tasks)
    assert _standing_in(assignment, tasks[3], ["layer"]) == ["gradients", "layer"]
    assert _standing_in(assignment, tasks[3], ["other"]) == ["other"]
    assert _standing_in(assignment, tasks[3], []) == []
