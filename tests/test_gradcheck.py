"""gradcheck against a bank of wrong rules, whose faults it must name, and a bank of right ones."""

import numpy as np
import pytest

from tests import wrong_rules
from tests.wrong_rules import random, rule
from tinynet import Tensor, functional, layers, losses, no_grad
from tinynet.diagnostics.differences import case_of, measure
from tinynet.diagnostics.gradcheck import gradcheck

X, ZERO_ONE = random(4, 3), np.array([0.0, 1.0, -2.0])
ACTIVATIONS = [getattr(functional, name) for name in functional.__all__[:11]]


def first_fault(result):
    """The kind of the first row that is wrong, and counts."""
    return next(row.kind for row in result.rows if not row.ok and row.kind != "unchecked")


def verdicts():
    """(name, expected kind, kind by gradcheck) of every wrong gradient in the bank."""
    for name, kind, f, inputs in wrong_rules.BANK:
        yield name, kind, first_fault(gradcheck(f, *inputs))
    for name, kind, model, loss, batch in wrong_rules.MODELS:
        yield name, kind, first_fault(gradcheck(model, loss, batch))
    for name, kind, f, inputs in wrong_rules.SECOND:
        assert gradcheck(f, *inputs), name
        yield name, kind, first_fault(gradcheck(f, *inputs, order=2))


@pytest.mark.slow
def test_names_the_fault_of_nearly_every_wrong_rule_and_never_a_wrong_one():
    kinds = list(verdicts())
    misnamed = [one for one in kinds if one[2] not in (one[1], "unknown")]
    named = [one for one in kinds if one[2] == one[1] != "unknown"]
    assert len(kinds) >= 100
    assert not misnamed
    assert len(named) >= 0.9 * len(kinds)


@pytest.mark.parametrize("seed", range(3))
def test_names_no_wrong_fault_for_other_numbers(seed):
    rng = np.random.default_rng(seed)
    for name, kind, f, inputs in wrong_rules.ELEMENTWISE + wrong_rules.PRODUCTS:
        if kind not in ("mask", "stale", "not_finite", "saturated"):  # those need their inputs
            moved = [x * rng.uniform(0.8, 1.2, np.shape(x)) for x in inputs]
            assert first_fault(gradcheck(f, *moved, rng=seed)) in (kind, "unknown"), name


def cut_off(bound):
    """Softplus, with a rule that gives 0 for larger inputs."""
    slope = wrong_rules.sigmoid
    return rule(wrong_rules.softplus, lambda g, y, x: g * slope(x) * (abs(x) < bound))


SMOOTH = [
    *((f, [x]) for f in ACTIVATIONS for x in (X, X * 1000, X * 1e-6, random(40, 5))),
    (lambda x: x * 0, [X]),
    (lambda x: x, [X]),
    (lambda x: Tensor(3.0), [X]),
    (lambda a, b: np.sum(a), [X, X]),
    (lambda x, b: np.mean(x + b), [X, X[0]]),
    (lambda a, b: a * b, [X.astype(np.float32), np.float32(2)]),
    (lambda x: np.tanh(x.astype(np.float32)).astype(float) * 2, [X]),
    (np.exp, [[1.0, 50.0, 300.0]]),
    (np.log, [[1e-6, 1e-3, 1.0, 1e6]]),
    (lambda x: 1 / x, [[1e-5, 1e5, -1.0]]),
    (lambda x: np.sin(100 * x), [X]),
    (np.sin, [X * 1e5]),
    (lambda x: np.exp(-x * x * 1e4), [X]),
    (lambda x: np.sum(x**2) + 1e8, [X]),
    (lambda x: np.sum(x**2) * 1e-20, [X]),
    (lambda x: x @ x.T, [X]),
    (lambda x: np.sum(x), [np.zeros((0, 3))]),
    (lambda x: np.concatenate([x, np.tanh(x)]), [random(30, 40)]),
    (lambda p: losses.cross_entropy(np.array([0, 1, 2, 0]), p), [X * 100]),
]

KINKS = [
    (np.abs, [ZERO_ONE]),
    (functional.relu, [np.zeros(3)]),
    (np.max, [[1.0, 1.0, 0.0]]),
    (np.sqrt, [[0.0, 1e-9, 4.0]]),
    (lambda x: functional.relu(x) - functional.relu(-x), [ZERO_ONE]),
    (lambda x: np.where(x > 0, np.sqrt(x), 0.0), [ZERO_ONE]),
    (lambda x: np.clip(x, -1, 1), [[-1.0, 0.0, 1.0, 2.0]]),
    (lambda x: np.sum(functional.relu(x)), [np.arange(3000.0) % 2]),
    (lambda p: losses.mae(ZERO_ONE, p), [ZERO_ONE]),
    (lambda p: losses.log_loss([0, 1, 0], p), [[0.0, 1.0, 0.3]]),
    (lambda x: np.floor(x.data) * x, [[1.0, 2.5]]),
]


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "inputs"), SMOOTH)
def test_finds_nothing_wrong_with_right_gradients(f, inputs, order):
    assert {row.kind for row in gradcheck(f, *inputs, order=order).rows} == {"right"}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(("f", "inputs"), KINKS)
def test_a_kink_is_not_a_fault(f, inputs, order):
    assert gradcheck(f, *inputs, order=order)


FIVE = rule(np.log, lambda g, y, x: 5 * g)


@pytest.mark.parametrize(
    ("f", "x", "kind"),
    [
        *((np.log, 1e-12, "right"), (np.sqrt, 1e-15, "right"), (lambda x: 1 / x, 1e-9, "right")),
        *((FIVE, 1e-12, "unknown"), (np.sqrt, 0.0, "unchecked"), (np.arcsin, 1.0, "unchecked")),
        (lambda x: np.floor(x.data) * x, 1.0, "unchecked"),
        (rule(np.sqrt, lambda g, y, x: 7 * g), 0.0, "unchecked"),
    ],
)
def test_what_was_not_checked_is_not_called_right(f, x, kind):
    result = gradcheck(f, [x])
    assert (bool(result), result.rows[0].kind) == (kind == "right", kind)
    if kind == "unchecked":
        assert str(result).startswith("gradcheck: not checked")
        assert f"at index (0,), where the input is {x:g}" in result.rows[0].verdict


def test_a_wrong_rule_is_found_next_to_a_kink():
    wrong_abs = rule(np.abs, lambda g, y, x: 2 * g * np.sign(x))
    assert first_fault(gradcheck(wrong_abs, ZERO_ONE)) == "factor"
    wrong_at_zero = rule(lambda x: np.maximum(x, 0), lambda g, y, x: g * np.where(x == 0, 3, x > 0))
    assert not gradcheck(wrong_at_zero, ZERO_ONE)


@pytest.mark.parametrize(
    ("bank", "name", "sentence"),
    [
        (
            wrong_rules.REDUCTIONS,
            "mse: no 1/N",
            "the rule of mse for argument 1 (y) is 12 times too large, and N = 12: the 1/N of a"
            " mean is missing in it",
        ),
        (
            wrong_rules.SHAPES,
            "bias: mean",
            "the rule of <lambda> for argument 2 (b) takes the mean over the 4 copies that"
            " broadcasting made, not their sum: every copy counts in full",
        ),
        (
            wrong_rules.FUNCTIONS,
            "data: all",
            "every rule is right, but a part of the value depends on this without a graph (the"
            " gradient is 0, so all of it is cut off): look for .data, .detach(), float() or a"
            " plain array, also inside a rule",
        ),
    ],
)
def test_says_which_rule_what_and_how_to_fix_it(bank, name, sentence):
    f, inputs = next((f, inputs) for one, _, f, inputs in bank if one == name)
    verdict = next(row.verdict for row in gradcheck(f, *inputs).rows if not row.ok)
    assert verdict == sentence


@pytest.mark.parametrize(
    ("f", "slope", "x"),
    [
        (lambda x: np.sin(100 * x), lambda x: 100 * np.cos(100 * x), 0.3),
        (lambda x: np.exp(40 * x), lambda x: 40 * np.exp(40 * x), 0.5),
    ],
)
def test_extrapolation_from_two_steps_is_more_exact_than_the_smaller_step(f, slope, x):
    """(4 D(h/2) − D(h)) / 3 errs by order h⁴, and D(h/2) alone by order h²."""

    def run(arrays):
        leaf = Tensor(arrays[0], requires_grad=True)
        return [leaf], f(leaf)

    case = case_of(run, [np.array([x])], np.random.default_rng(0))
    measured = measure(case, 0, np.zeros(1)).measured / case.u
    h = np.finfo(float).eps ** (1 / 3) / 2
    plain = (f(x + h) - f(x - h)) / (2 * h)
    assert abs(plain / slope(x) - 1) > 1e-9
    assert abs(measured / slope(x) - 1) < 1e-11


@pytest.mark.parametrize(
    ("kind", "f", "inputs"),
    [
        ("factor", rule(np.exp, lambda g, y, x: -1.05 * g * y), [X]),  # not only the sign
        ("detached", lambda x: np.sum(x + 0.01 * x.data), [X]),
        ("unknown", lambda x: np.sum(x + 1e-4 * x.data), [X]),  # too little to be sure
        ("factor", lambda x: wrong_rules.NO_TWO(1 + functional.relu(x)), [ZERO_ONE]),  # and a kink
        ("saturated", cut_off(10), [[-2.0, 1.0, 3.0, 12.0]]),
        ("unknown", cut_off(3), [[-2.0, 1.0, 2.5, 4.0]]),  # 4 is not large
    ],
)
def test_a_kind_is_named_on_its_side_of_a_mark(kind, f, inputs):
    assert first_fault(gradcheck(f, *inputs)) == kind


def test_second_derivatives_are_checked_only_where_the_first_are_right():
    assert len(gradcheck(wrong_rules.NO_TWO, X, order=2).rows) == 1


def test_prefers_no_pattern_to_a_doubtful_one():
    slightly = rule(np.square, lambda g, y, x: g * 2 * x * (1 + 1e-5))
    assert first_fault(gradcheck(slightly, X)) == "unknown"
    smallest = rule(np.max, lambda g, y, x: g * (x == x.min()))
    assert first_fault(gradcheck(smallest, X)) == "unknown"
    fixed = np.array([1.0, 2.0, 4.0])  # three elements and a factor 3: which is it?
    cube = rule(lambda x: fixed * x**3, lambda g, y, x: g * fixed * x * x)
    row = gradcheck(cube, [0.5, 1.0, 2.0]).rows[0]
    assert (row.kind, "N = 3 too" in row.verdict) == ("factor", True)


def test_a_row_holds_the_worst_index_and_both_numbers():
    wrong = rule(lambda x: 2 * x, lambda g, y, x: g * np.where(np.arange(4) == 2, 3, 2))
    row = gradcheck(wrong, [1.0, 2.0, 3.0, 4.0]).rows[0]
    assert row.index == (2,)
    assert row.analytic / row.numerical == pytest.approx(1.5)
    assert row.error == pytest.approx(1 / 3)
    assert "no known pattern: worst at index (2,), analytic" in row.verdict


def test_prints_a_table_and_the_verdicts():
    text = str(gradcheck(rule(np.exp, lambda g, y, x: -g * y), [0.5, 1.0])).splitlines()
    assert text[0] == "gradcheck: wrong"
    assert text[1].split() == ["name", "worst", "at", "analytic", "numerical", "error", "kind"]
    assert text[2].endswith("sign")
    assert "has its sign flipped" in text[3]


def test_a_model_is_checked_by_parameter_and_left_as_it_was():
    model = layers.MLP([3, 4, 2], activation=layers.Tanh, rng=0, dtype=np.float32)
    parameters = model.parameters()
    for parameter in parameters:
        parameter.grad = np.ones_like(parameter.data)
    before = [(p.data, p.data.copy(), p.grad, p.grad_buffer) for p in parameters]
    batch = X.astype(np.float32), X[:, :2]
    result = gradcheck(model, losses.mse, batch, order=2)
    assert result
    assert [row.name for row in result.rows[:2]] == ["layers.0.weight", "layers.0.bias"]
    with pytest.raises(ZeroDivisionError):
        gradcheck(model, lambda y, p: 1 / 0, batch)
    for parameter, (data, copy, grad, grad_buffer) in zip(parameters, before, strict=True):
        assert parameter.data is data
        assert parameter.grad is grad
        assert parameter.grad_buffer is grad_buffer
        np.testing.assert_array_equal(data, copy)


def test_large_arrays_are_checked_along_directions():
    calls = []

    def f(x):
        calls.append(x)
        return np.tanh(x)

    assert gradcheck(f, random(100, 100)).rows[0].index is None
    assert len(calls) < 100


def test_one_wrong_element_among_many_is_found():
    wrong = rule(lambda x: 2 * x, lambda g, y, x: g * np.where(np.arange(5000) == 77, 0, 2))
    assert not gradcheck(wrong, random(5000))


DROPPING = layers.Sequential(layers.Linear(3, 4, rng=0), layers.Dropout(0.5, rng=0))


@pytest.mark.parametrize(
    ("error", "message", "call"),
    [
        (TypeError, "input 1 holds int64.*astype", lambda: gradcheck(np.exp, np.arange(3))),
        (TypeError, "must be a function", lambda: gradcheck(X, X)),
        (
            TypeError,
            "returned float64, not one Tensor",
            lambda: gradcheck(lambda x: x.data[0], [1.0]),
        ),
        (TypeError, "returned tuple", lambda: gradcheck(lambda x: (x, x), X)),
        (ValueError, "nothing to differentiate; pass", lambda: gradcheck(np.exp)),
        (ValueError, "no parameters", lambda: gradcheck(layers.ReLU(), losses.mse, (X, X))),
        (
            TypeError,
            r"gradcheck\(model, loss, \(x, y\)\)",
            lambda: gradcheck(DROPPING, losses.mse, X),
        ),
        (
            ValueError,
            r"dropout off with model.eval\(\)",
            lambda: gradcheck(DROPPING, losses.mse, (X, random(4, 4))),
        ),
        (ValueError, "order must be 1 or 2", lambda: gradcheck(np.exp, X, order=3)),
        (ValueError, "no_grad", no_grad()(lambda: gradcheck(np.exp, X))),
    ],
)
def test_mistakes_of_the_caller_are_errors_that_teach(error, message, call):
    with pytest.raises(error, match=message):
        call()


def test_says_where_a_number_that_is_not_finite_is_born():
    row = gradcheck(lambda x: np.sum(np.log(x)), [1.0, 0.0]).rows[0]
    assert row.kind == "not_finite"
    assert row.verdict == "nothing to compare: log gives -inf at index (1,), from 0"
