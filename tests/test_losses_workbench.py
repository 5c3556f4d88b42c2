"""The workbench says of each classic mistake what it is, and of right losses that they are."""

import dataclasses

import numpy as np
import pytest

import tinynet as tn
from tinynet.diagnostics.workbench import calls, check, comparison, curves, tasks
from tinynet.diagnostics.workbench.bench import fitting
from tinynet.diagnostics.workbench.nearest import nearest
from tinynet.diagnostics.workbench.report import quiet
from tinynet.losses import loss

# --- regression, wrong in one way each ----------------------------------------------------------


def wrong_smooth_l1(y_true, y_pred):
    e = y_pred - y_true
    return np.mean(np.maximum(0.5 * e**2, np.abs(e) - 0.5))


def root_of_square(y_true, y_pred):
    return np.mean(np.sqrt((y_pred - y_true) ** 2))


def plain_mse(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2)


def ignores_y_true(y_true, y_pred):
    return np.mean(y_pred**2)


def ignores_y_pred(y_true, y_pred):
    return np.mean(y_true**2)


def by_data(y_true, y_pred):
    return np.mean((getattr(y_pred, "data", y_pred) - y_true) ** 2)


def by_part_of_data(y_true, y_pred):
    fixed = y_pred.data if isinstance(y_pred, tn.Tensor) else y_pred
    return np.mean((y_pred - y_true) * (fixed - y_true))


def by_float(y_true, y_pred):
    return float(np.mean((y_pred - y_true) ** 2))


def noisy(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2) + np.random.normal()


def in_place(y_true, y_pred):
    y_pred -= y_true
    return np.mean(y_pred**2)


def summed(y_true, y_pred):
    return np.sum((y_pred - y_true) ** 2)


def upside_down(y_true, y_pred):
    return -np.mean((y_pred - y_true) ** 2)


def signed(y_true, y_pred):
    return np.mean(y_pred - y_true)


def shifted(y_true, y_pred):
    return np.mean((y_pred - y_true - 0.5) ** 2)


def nan_far_out(y_true, y_pred):
    e2 = (y_pred - y_true) ** 2
    return np.mean(e2 * e2 / (1 + e2 * e2))


def textbook_pseudo_huber(y_true, y_pred):
    return np.mean(np.sqrt(1 + (y_pred - y_true) ** 2) - 1)


def log_of_cosh(y_true, y_pred):
    return np.mean(np.log(np.cosh(y_pred - y_true)))


def rounded(y_true, y_pred):
    return np.mean(np.abs(np.round(y_pred - y_true)))


def counted(y_true, y_pred):
    e = y_pred - y_true
    return np.mean((np.abs(e) > 1) + 0 * e)


def welsch(y_true, y_pred):
    return np.mean(1 - np.exp(-((y_pred - y_true) ** 2)))


def fourth_power(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 4)


def tilted(y_true, y_pred):
    e = y_true - y_pred
    return np.mean(np.maximum(0.9 * e, -0.1 * e))


def neighbours(y_true, y_pred):
    e = y_pred - y_true
    return np.mean((e[1:] - e[:-1]) ** 2) + np.mean(e**2)


def widens(y_true, y_pred):
    return np.mean((y_pred - y_true) ** 2 * np.ones(1))


def forgets_return(y_true, y_pred):
    np.mean((y_pred - y_true) ** 2)


def misspelt(y_true, y_pred):
    return (y_pred - y_true).average()


def outer(y_true, y_pred):
    return (y_pred[:, None] - y_true[None, :]) ** 2


def filled(y_true, y_pred):
    squares = np.zeros(len(y_pred))
    for i in range(len(y_pred)):
        squares[i] = (y_pred[i] - y_true[i]) ** 2
    return np.mean(squares)


def reversed_names(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)


@loss
def wrong_slope(y_true, y_pred):
    return (y_pred - y_true) ** 2


wrong_slope.defslope(lambda y_true, y_pred: y_pred - y_true)

# --- classes ------------------------------------------------------------------------------------


def unclipped(y_true, p):
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def overflowing(y_true, z):
    return np.mean(np.log(1 + np.exp(z)) - y_true * z)


def backwards(y_true, z):
    return np.mean(y_true * z - np.logaddexp(0, z))


def naive_softmax(y_true, z):
    p = np.exp(z) / np.sum(np.exp(z), axis=-1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y_true)), y_true]))


FAULTY = [
    (wrong_smooth_l1, "nearest", "wrong", "0.5 · mse exactly"),
    (root_of_square, "extremes", "wrong", "the gradient is nan at y_true = 0"),
    (plain_mse, "broadcasting", "look", "5 × 5 pairs"),
    (ignores_y_true, "arguments", "wrong", "without effect: y_true;"),
    (ignores_y_true, "perfect", "wrong", "lower at y_pred"),
    (ignores_y_pred, "arguments", "wrong", "without effect: y_pred;"),
    (by_data, "tensors", "wrong", "left the graph"),
    (by_part_of_data, "gradient", "wrong", "without a graph"),
    (by_float, "tensors", "wrong", "left the graph: it is float"),
    (noisy, "repeats", "wrong", "two calls"),
    (in_place, "inputs", "wrong", "changes y_pred in place"),
    (summed, "batch size", "look", "a sum: it doubles"),
    (upside_down, "perfect", "wrong", "falls without bound"),
    (signed, "perfect", "wrong", "falls without bound"),
    (shifted, "perfect", "wrong", "y_pred = 1.4"),
    (nan_far_out, "extremes", "wrong", "nan at y_true = 0, y_pred = 1e+150"),
    (textbook_pseudo_huber, "precision", "look", "digits cancel"),
    (log_of_cosh, "extremes", "wrong", "made by cosh"),
    (rounded, "tensors", "wrong", "left the graph"),
    (counted, "gradient", "wrong", "piecewise constant"),
    (welsch, "convexity", "look", "not convex"),
    (welsch, "growth", "look", "goes back to 0"),
    (fourth_power, "growth", "look", "|error|^4"),
    (tilted, "swapped", "look", "but f("),
    (neighbours, "order", "look", "order of the samples"),
    (widens, "float32", "look", "float64 out"),
    (forgets_return, "runs", "wrong", "is `return` missing?"),
    (misspelt, "runs", "wrong", "`return (y_pred - y_true).average()`"),
    (outer, "runs", "wrong", "(12, 12)"),
    (filled, "tensors", "wrong", "`squares[i] = (y_pred[i] - y_true[i]) ** 2`"),
    (reversed_names, "runs", "wrong", "(y_pred, y_true)"),
    (neighbours, "one sample", "look", "is nan"),
    (wrong_slope, "gradient", "wrong", "1/2 of the right gradient"),
    (unclipped, "extremes", "wrong", "made by log"),
    (overflowing, "extremes", "wrong", "made by exp"),
    (backwards, "perfect", "wrong", "rewards the wrong answer"),
    (naive_softmax, "extremes", "wrong", "made by log"),
]


@pytest.mark.parametrize(
    ("f", "topic", "verdict", "words"), FAULTY, ids=lambda v: getattr(v, "__name__", None)
)
def test_a_fault_is_reported_with_a_fix(f, topic, verdict, words):
    report = check(f, train=False)
    finding = report[topic]
    assert finding.verdict == verdict
    assert words in finding.text
    assert finding.fix
    assert report.ok == all(finding.verdict != "wrong" for finding in report.findings)
    assert len(str(report).splitlines()) <= 45


# --- right ones ---------------------------------------------------------------------------------


def rows_of_squares(y_true, y_pred):
    return np.sum((y_pred - y_true) ** 2, axis=1)


def poisson(y_true, y_pred):
    return np.mean(y_pred - y_true * np.log(y_pred))


def stable_logits(y_true, z):
    return np.mean(np.logaddexp(0, z) - y_true * z)


def hinge_of_signs(y_true, score):
    return np.mean(np.maximum(0, 1 - y_true * score))


def one_hot_entropy(y_true, z):
    return -np.mean(np.sum(y_true * tn.functional.log_softmax(z), axis=-1))


@loss
def own_with_slope(y_true, y_pred):
    return (y_pred - y_true) ** 2


own_with_slope.defslope(lambda y_true, y_pred: 2 * (y_pred - y_true))

SETTINGS = [
    (plain_mse, "regression: numbers (N,)"),
    (own_with_slope, "regression: numbers (N,)"),
    (rows_of_squares, "regression: rows of numbers (N, D)"),
    (poisson, "regression: positive numbers (N,)"),
    (stable_logits, "binary: 0 or 1, and logits (N,)"),
    (hinge_of_signs, "binary: −1 or 1, and scores (N,)"),
    (one_hot_entropy, "classes: rows with a single 1 (N, C) and logits (N, C)"),
    (tn.losses.mse, "regression: numbers (N,)"),
    (tn.losses.mae, "regression: numbers (N,)"),
    (tn.losses.smooth_l1, "regression: numbers (N,)"),
    (tn.losses.smooth_l2, "regression: numbers (N,)"),
    (tn.losses.huber, "regression: numbers (N,)"),
    (tn.losses.pseudo_huber, "regression: numbers (N,)"),
    (tn.losses.cross_entropy, "classes: class ids (N,) and logits (N, C)"),
    (tn.losses.log_loss, "binary: 0 or 1, and probabilities (N,)"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("f", "setting"), SETTINGS, ids=lambda v: getattr(v, "__name__", None))
def test_a_right_loss_is_ok_and_its_kind_is_found(f, setting):
    report = check(f)
    assert report.ok, report
    assert report.setting == setting
    assert report["training"].verdict == "good"


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (plain_mse, "mse exactly"),
        (stable_logits, "log_loss(from_logits=True) exactly"),
        (one_hot_entropy, "cross_entropy exactly"),
        (tilted, "quantile"),
    ],
)
def test_the_built_in_loss_with_the_same_curve_is_found(f, words):
    assert words in check(f, train=False)["nearest"].text


def test_the_first_number_that_is_not_finite_is_traced_to_its_line():
    finding = check(unclipped, train=False)["extremes"]
    assert "`return -np.mean(y_true * np.log(p)" in finding.text
    assert "clip" in finding.fix


def test_a_loss_that_blows_up_in_training_is_reported():
    assert "became NaN" in check(over_the_edge)["training"].text


def over_the_edge(y_true, y_pred):
    return np.mean(np.log(900 - (y_pred - y_true) ** 2))


def test_training_compares_with_the_nearest_built_in_loss():
    text = check(plain_mse)["training"].text
    own, other = text.split("rmse ")[1].split(" on line (")
    assert own == other.split(")")[0]
    assert text.endswith("in brackets, mse")


# --- the marks ----------------------------------------------------------------------------------


def power(p):
    return lambda y_true, y_pred: abs(y_pred - y_true) ** p


def power_of_ratio(ratio):
    """Its gradient, in proportion to |e|^(p − 1), has this ratio from error 100 to 1000."""
    return power(1 + np.log10(ratio))


def rough(digits):
    """The square, with an error of so much of its own size at e = 1e-8."""
    return lambda y_true, y_pred: (
        np.where(abs(y_pred - y_true) < 1e-7, 1 + digits, 1) * (y_pred - y_true) ** 2
    )


def parabola(curvature):
    return lambda y_true, y_pred: curvature / 2 * (y_pred - y_true) ** 2


def steep_at_the_truth(slope):
    return lambda y_true, y_pred: np.where(y_pred > y_true, 1, -slope) * (y_pred - y_true)


def growing_with_the_batch(exponent):
    return lambda y_true, y_pred: len(y_true) ** exponent * np.mean((y_pred - y_true) ** 2)


MARKS = [  # claim, a loss made from a number, the number and the words on either side
    (curves.growth, power, (2.1, "grows with the error"), (2.3, "one outlier decides")),
    (curves.growth, power_of_ratio, (0.93, "stays bounded"), (0.87, "goes back to 0")),
    (curves.growth, power_of_ratio, (1.07, "stays bounded"), (1.13, "grows with the error")),
    (curves.growth, power, (0.01, "it stays bounded"), (0.03, "grows like |error|^0.03")),
    (curves.precision, rough, (0.05, "None"), (0.15, "digits cancel")),
    (curves.scale, parabola, (45, "curvature 45"), (55, "a kink")),
    (curves.perfect, steep_at_the_truth, (1e-9, "with gradient 0"), (1e-7, "and not 0")),
    (calls.batch_size, growing_with_the_batch, (1e-12, "does not change"), (0.01, "it changes")),
]


@pytest.mark.parametrize(("claim", "make", "one", "other"), MARKS)
def test_a_claim_holds_on_one_side_of_its_mark_only(claim, make, one, other):
    for number, words in (one, other):
        with quiet():
            finding = claim(fitting(make(number), "regression", 0))
        assert words in str(finding)


def wavy(height):
    return lambda y_true, y_pred: np.mean(abs(y_pred - y_true) * (1 + height * np.cos(9 * y_pred)))


@pytest.mark.parametrize(("distance", "other"), [(0.01, "mae"), (0.09, "mae"), (0.11, "mse")])
def test_a_loss_is_compared_with_the_nearest_one_within_a_distance_of_a_tenth(
    distance, other, monkeypatch
):
    monkeypatch.setattr(comparison, "trained", lambda *arguments: 0.0)
    bench = fitting(wavy(np.sqrt(2) * distance), "regression", 0)
    matches = nearest(bench)
    assert matches[0].distance == pytest.approx(distance, abs=0.008)
    assert "with a distance of" in comparison.likeness(bench, matches).text
    assert comparison.training(bench, matches).text.endswith(f"in brackets, {other}")


@pytest.mark.parametrize(
    ("f", "theirs", "fine", "worse"),  # root mean squared errors; accuracies, of 90 %: errors of 10
    [(plain_mse, 1.0, 1.54, 1.56), (stable_logits, 0.9, 0.81, 0.79)],
)
def test_training_is_worse_from_one_and_a_half_times_the_error_on(
    f, theirs, fine, worse, monkeypatch
):
    verdicts = []
    for own in (fine, worse):
        scores = {True: own, False: theirs}
        monkeypatch.setattr(comparison, "trained", lambda task, g, seed, s=scores: s[g is f])
        verdicts.append(comparison.training(fitting(f, None, 0), []).verdict)
    assert verdicts == ["good", "look"]


def test_one_run_of_two_that_blows_up_is_wrong(monkeypatch):
    scores = iter([np.nan, 1.0, 1.0, 1.0])
    monkeypatch.setattr(comparison, "trained", lambda *arguments: next(scores))
    assert comparison.training(fitting(plain_mse, None, 0), []).verdict == "wrong"


@pytest.mark.parametrize("f", [stable_logits, naive_softmax])
def test_features_of_tasks_are_standardized_a_constant_one_too(f, monkeypatch):
    iris = tn.datasets.load_iris()
    iris = dataclasses.replace(iris, x=iris.x * [1, 1, 0, 1])
    monkeypatch.setattr(tn.datasets, "load_iris", lambda: iris)
    x = tasks.tasks(fitting(f, None, 0).setting)[1].x
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(x.std(axis=0), [1, 1, 0, 1])


# --- the report ---------------------------------------------------------------------------------


def test_no_grad_and_debug_mode_around_it_change_nothing():
    expected = str(check(log_of_cosh, train=False))
    with tn.no_grad():
        assert str(check(log_of_cosh, train=False)) == expected
        assert not (tn.Tensor(1.0, requires_grad=True) * 2).requires_grad
    with tn.debug():
        assert str(check(log_of_cosh, train=False)) == expected


def test_kind_can_be_given():
    report = check(plain_mse, kind="binary", train=False)
    assert report.setting.startswith("binary")


def test_the_same_seed_gives_the_same_report():
    assert str(check(tilted, rng=3)) == str(check(tilted, rng=np.random.default_rng(3)))


def test_findings_cannot_be_changed():
    finding = check(plain_mse, train=False).findings[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding.verdict = "wrong"


@pytest.mark.parametrize("f", [plain_mse, unclipped, by_float, forgets_return])
def test_the_plot_shows_value_and_gradient(f):
    left, right = check(f, train=False).plot().axes
    assert (left.get_ylabel(), right.get_ylabel()) == ("value", "gradient")
    if f is plain_mse:
        x, gradient = right.lines[0].get_data()
        np.testing.assert_allclose(gradient, 2 * (x - 1), atol=1e-12)
        assert [line.get_label() for line in left.lines] == ["plain_mse", "mse"]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"f": 3.0}, TypeError, "a function of"),
        ({"f": plain_mse, "kind": "numbers"}, ValueError, "kind must be"),
    ],
)
def test_what_cannot_be_checked_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        check(**arguments)
