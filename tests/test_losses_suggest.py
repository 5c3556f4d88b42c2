"""A loss is suggested for what the targets are, with evidence that can be computed again."""

import re
import string
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tinynet as tn
from tinynet import datasets, losses
from tinynet.diagnostics.suggest import evidence, targets
from tinynet.diagnostics.suggest.candidates import CANDIDATES, GOALS
from tinynet.losses import suggest


def with_outliers(rng, fraction):
    y = rng.normal(10, 1, 300)
    y[: int(fraction * 300)] += 100
    return y


def label_noise(rng, fraction):
    """Three clouds far apart; a fraction of the labels is drawn again among the two others."""
    y = np.arange(300) % 3
    x = 10 * np.eye(3)[y] + rng.normal(size=(300, 3))
    wrong = rng.permutation(300)[: int(fraction * 300)]
    return x, np.where(np.isin(np.arange(300), wrong), (y + rng.integers(1, 3, 300)) % 3, y)


ROBUST = {"huber", "mae", "cauchy"}
OVERDISPERSED = {"tweedie", "poisson_nll"}
TARGETS = {  # what y is: (how to draw it, the kind, what may be suggested first)
    "gaussian": (lambda r: r.normal(size=300), targets.NUMBERS, {"mse"}),
    "far from 0": (lambda r: r.normal(50, 1, 300), targets.POSITIVE, {"mse"}),
    "uniform": (lambda r: r.uniform(2, 9, 300), targets.POSITIVE, {"mse"}),
    "10 % outliers": (lambda r: with_outliers(r, 0.1), targets.POSITIVE, ROBUST),
    "30 % outliers": (lambda r: with_outliers(r, 0.3), targets.POSITIVE, {"cauchy"}),
    "student's t, 2": (lambda r: r.standard_t(2, 500), targets.NUMBERS, ROBUST),
    "laplace": (lambda r: r.laplace(size=1000), targets.NUMBERS, ROBUST),
    "few counts": (lambda r: r.poisson(0.5, 300), targets.COUNTS, {"poisson_nll"}),
    "counts": (lambda r: r.poisson(3, 1000), targets.COUNTS, {"poisson_nll"}),
    "overdispersed": (lambda r: r.negative_binomial(1, 0.1, 500), targets.COUNTS, OVERDISPERSED),
    "exponential": (lambda r: r.exponential(5, 500), targets.POSITIVE, {"gamma_nll", "msle"}),
    "lognormal": (lambda r: r.lognormal(2, 1, 300), targets.POSITIVE, {"gamma_nll", "msle"}),
    "rain": (lambda r: r.gamma(1, 5, 300) * (r.random(300) < 0.6), targets.AMOUNTS, {"tweedie"}),
    "fractions": (lambda r: r.beta(2, 3, 300), targets.FRACTIONS, {"log_loss"}),
    "yes or no": (lambda r: np.arange(300) % 2, targets.BINARY, {"log_loss"}),
    "true or false": (lambda r: np.arange(300) % 2 == 0, targets.BINARY, {"log_loss"}),
    "−1 and 1": (lambda r: r.choice([-1, 1], 300), targets.SIGNS, {"soft_margin"}),
    "five classes": (lambda r: r.integers(0, 5, 300), targets.CLASSES, {"cross_entropy"}),
    "from 1": (lambda r: r.integers(1, 4, 300), targets.CLASSES, {"cross_entropy"}),
    "words": (lambda r: r.choice(["a", "b", "c"], 300), targets.CLASSES, {"cross_entropy"}),
    "one-hot": (lambda r: np.eye(3)[r.integers(0, 3, 300)], targets.CLASSES, {"cross_entropy"}),
    "labels": (lambda r: r.random((300, 4)) < 0.3, targets.LABELS, {"log_loss"}),
    "soft labels": (lambda r: r.dirichlet(np.ones(4), 300), targets.ROWS, {"kl_divergence"}),
    "units": (lambda r: r.normal(size=(300, 2)) * [1, 100], targets.COLUMNS, {"r2_loss"}),
}

FIRST = {
    "auto_mpg": "mse",  # 2.6 % are far from similar cars, but 0.5 % in the width at their place
    "breast_cancer": "log_loss",
    "digits": "cross_entropy",
    "iris": "cross_entropy",
    "penguins": "cross_entropy",
    "wine": "cross_entropy",
    "blobs": "cross_entropy",
    "circles": "log_loss",
    "friedman1": "mse",
    "heteroscedastic": "gaussian_nll",
    "imbalanced": "log_loss",
    "label_noise": "generalized_cross_entropy",
    "moons": "log_loss",
    "outliers": "huber",
    "sine": "mse",
    "sparse_linear": "mse",
    "spirals": "cross_entropy",
    "xor": "log_loss",
}


def order(suggestions):
    return [suggestion.name for suggestion in suggestions]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("what", TARGETS)
def test_targets_of_each_kind_get_a_loss_that_fits(what, seed):
    draw, kind, expected = TARGETS[what]
    suggestions = suggest(draw(np.random.default_rng(seed)))
    assert f": {kind}, " in suggestions.target
    assert suggestions[0].name in expected


@pytest.mark.parametrize("name", datasets.names())
def test_each_dataset_gets_a_loss_that_fits(name):
    suggestions = suggest(datasets.load(name))
    lines = str(suggestions).splitlines()
    assert suggestions[0].name == FIRST[name]
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    "name", ["auto_mpg", "breast_cancer", "digits", "iris", "penguins", "wine"]
)
def test_the_suggestion_is_one_of_the_card(name):
    data = datasets.load(name)
    named = re.findall(r"`(\w+)`", re.search(r"\*\*Suggested loss\*\*:(.+)", data.card)[1])
    first = suggest(data)[0].name
    assert first == named[0] if data.task == "regression" else first in named


@pytest.mark.parametrize("seed", range(3))
def test_noise_that_grows_is_no_outlier(seed):
    """Gaussian of width x: to one width for all, those of the wide end look like outliers."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0.2, 10, 1000))
    y = 30 * x + x * rng.normal(size=1000)
    found = suggest(y, x=x)
    alike = np.mean(abs(y - 30 * x) > 3.5 * found.facts["sigma"])
    assert found.facts["outliers"] < min(0.02, alike / 2)
    assert found.facts["fan"] > 0.5 and "huber" not in order(found)[:2]


def test_outliers_put_mse_behind_the_robust_losses():
    names = order(suggest(with_outliers(np.random.default_rng(0), 0.1)))
    assert all(names.index("mse") > names.index(robust) for robust in ROBUST)


def test_outliers_for_given_features_are_found_where_y_alone_hides_them():
    x = np.linspace(0, 100, 300)
    y = x + np.random.default_rng(0).normal(size=300)
    y[::20] += 30 * np.where(y[::20] < 50, 1, -1)  # stays between 0 and 100
    assert suggest(y).facts["outliers"] == 0
    suggestions = suggest(y, x=x)
    assert suggestions.facts["outliers"] == pytest.approx(15 / 300, abs=0.005)
    assert suggestions[0].name in ROBUST


def test_a_rare_class_gets_a_weight_unless_probabilities_are_the_goal():
    y = (np.arange(510) % 51 == 0).astype(int)
    suggestions = suggest(y)
    assert suggestions[0].options["pos_weight"] == 50
    assert "focal" in order(suggestions)[:3]
    assert "pos_weight" not in suggest(y, "probability")[0].options


def test_rare_classes_get_the_weights_that_make_them_count_the_same():
    counts = np.array([300, 60, 15])
    weights = suggest(np.repeat([0, 1, 2], counts))[0].options["class_weight"]
    assert weights * counts == pytest.approx([125, 125, 125], rel=0.01)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("fraction", "first", "outvoted"),
    [
        (0, "cross_entropy", 0),
        (0.3, "generalized_cross_entropy", 0.330),  # by the binomials B(10, 0.7) and B(10, 0.15)
    ],
)
def test_wrong_labels_are_seen_by_the_neighbours(fraction, first, outvoted, seed):
    x, y = label_noise(np.random.default_rng(seed), fraction)
    suggestions = suggest(y, x=x)
    assert suggestions[0].name == first
    assert suggestions.facts["outvoted"] == pytest.approx(outvoted, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("make", [datasets.make_blobs, datasets.make_moons])
def test_classes_that_overlap_are_not_wrong_labels(make, seed):
    noise = {datasets.make_blobs: 2.0, datasets.make_moons: 0.4}[make]
    suggestions = suggest(make(noise=noise, rng=seed))
    assert suggestions.facts["outvoted"] > 0.1
    assert suggestions[0].name in {"cross_entropy", "log_loss"}
    assert any("overlap" in text for _, text in suggestions[0].reasons)


def test_the_widths_are_those_of_the_noise():
    """1.345 and 2.385 sigma make huber and cauchy 95 % efficient (Holland & Welsch 1977)."""
    y = np.random.default_rng(0).normal(0, 7, 100_000)
    options = {suggestion.name: suggestion.options for suggestion in suggest(y)}
    assert options["huber"]["delta"] == pytest.approx(1.345 * 7, rel=0.02)
    assert options["cauchy"]["c"] == pytest.approx(2.385 * 7, rel=0.02)


@pytest.mark.parametrize(
    ("name", "draw", "value", "within"),
    [
        ("tail", lambda r, n: r.normal(size=n), 2.906, 0.03),
        ("tail", lambda r, n: r.laplace(size=n), 4.322, 0.06),  # log 20 / log 2
        ("tail", lambda r, n: r.uniform(-1, 1, n), 1.9, 0.02),
        ("outliers", lambda r, n: r.normal(size=n), 0.00047, 0.0002),
        ("outliers", lambda r, n: r.laplace(size=n), 0.0272, 0.002),
        ("skew", lambda r, n: r.exponential(size=n), np.log(4 / 3) / np.log(3), 0.01),
        ("spread", lambda r, n: r.exponential(size=n), np.log(4) / np.log(4 / 3), 0.1),
        ("dispersion", lambda r, n: r.poisson(4, n), 1, 0.02),
        ("dispersion", lambda r, n: r.negative_binomial(2, 0.25, n), 4, 0.1),  # 1 / p
    ],
)
def test_facts_of_large_samples_are_those_of_the_distribution(name, draw, value, within):
    suggestions = suggest(draw(np.random.default_rng(0), 200_000))
    assert suggestions.facts[name] == pytest.approx(value, abs=within)


@pytest.mark.parametrize("name", ["auto_mpg", "wine", "imbalanced"])
def test_the_lines_of_the_report_give_its_numbers(name):
    """Pasted as they are, for the rows in the order of the dataset."""
    data = datasets.load(name)
    known = {"np": np, "neighbours": evidence.neighbours, "ranks": evidence.ranks}
    known |= {"x": data.x, "y": np.ravel(data.y).astype(float)}
    suggestions = suggest(data)
    lines = [line for line in str(suggestions).splitlines() if " = " in line and "  # " in line]
    exec("\n".join(lines), known)
    numbers = {fact: value for fact, value in suggestions.facts.items() if isinstance(value, float)}
    assert len(numbers) >= 3
    assert {fact: known[fact] for fact in numbers} == pytest.approx(numbers, rel=1e-9)


def test_neighbours_are_the_nearest_by_distance_in_equal_units():
    x = np.random.default_rng(0).normal(size=(1203, 3)) * [1, 1000, 1e-3]  # more than one part
    z = x / x.std(axis=0)
    distance = np.linalg.norm(z[:, None] - z, axis=2)
    np.fill_diagonal(distance, np.inf)
    expected = np.argsort(distance, axis=1)[:, :5]
    assert np.array_equal(np.sort(evidence.neighbours(x, 5)), np.sort(expected))


# --- goals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "goal", "first"),
    [
        ([1.5, 2.5, 0.1, -3.0], "mean", "mse"),
        ([1.5, 2.5, 0.1, -3.0], "median", "mae"),
        ([1.5, 2.5, 0.1, -3.0], "quantile", "quantile"),
        ([1.5, 2.5, 0.1, -3.0], "width", "gaussian_nll"),
        ([1.5, 2.5, 0.1, -3.0], "robust", "huber"),
        ([1.5, 2.5, 0.1, 3.0], "ratio", "mape"),
        ([0, 1, 2, 0, 1, 2], "order", "ordinal"),
        ([0, 1, 2, 0, 1, 2], "decision", "multiclass_hinge"),
        ([0, 1, 2, 0, 1, 2], "robust", "brier"),
        ([0, 1, 2, 0, 1, 2], "probability", "cross_entropy"),
        ([0, 1, 2, 0, 1, 2], "mean", "poisson_nll"),
        ([0, 1, 2, 3, 9, 0, 1], "probability", "cross_entropy"),
    ],
)
def test_the_goal_decides_what_no_number_can(y, goal, first):
    suggestions = suggest(y, goal)
    assert suggestions[0].name == first
    assert GOALS[goal] in suggestions.target


def test_an_order_is_not_guessed_but_asked_for_where_classes_are_numbers():
    suggestions = suggest(datasets.load_digits())
    assert "ordinal" not in order(suggestions)
    assert any('goal="order"' in note for note in suggestions.notes)


# --- the answer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["auto_mpg", "label_noise", "digits", "outliers"])
def test_points_are_the_sum_of_their_reasons_and_rank_the_losses(name):
    suggestions = suggest(datasets.load(name))
    points = [sum(points for points, _ in suggestion.reasons) for suggestion in suggestions]
    assert (
        points == [suggestion.points for suggestion in suggestions] == sorted(points, reverse=True)
    )
    assert len(suggestions) == len(points) > 3


def test_the_best_is_a_loss_that_trains():
    data = datasets.load("outliers")
    best = suggest(data).best
    prediction = tn.Tensor(np.zeros_like(data.y), requires_grad=True)
    best(data.y, prediction).backward()
    assert best.func is losses.huber
    assert np.abs(prediction.grad).max() == pytest.approx(best.keywords["delta"] / len(data))


def test_without_options_the_best_is_the_loss_itself():
    assert suggest(datasets.load("sine")).best is losses.mse


@pytest.mark.slow
@pytest.mark.parametrize("name", ["iris", "auto_mpg"])  # with equal distances and equal rows
@settings(deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_order_of_the_rows_decides_nothing(name, seed):
    data = datasets.load(name)
    mixed = data.take(np.random.default_rng(seed).permutation(len(data)))
    one, other = suggest(data), suggest(mixed)
    assert str(one) == str(other)
    for fact in {"near", "fit"} & one.facts.keys():  # what similar rows say
        assert np.array_equal(one.facts[fact], other.facts[fact])


@settings(deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(-100, 100))
def test_units_change_the_width_and_no_fraction(scale, shift):
    y = np.random.default_rng(0).standard_t(3, 200)
    one, other = suggest(y).facts, suggest(scale * y + scale * shift).facts
    assert other["sigma"] == pytest.approx(scale * one["sigma"], rel=1e-6)
    for name in ("outliers", "farthest", "tail", "skew"):
        assert other[name] == pytest.approx(one[name], rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(arrays(float, st.integers(1, 40), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_any_numbers_get_an_answer_unless_all_are_equal(y):
    if np.all(y == y[0]):
        with pytest.raises(ValueError, match="every target is"):
            suggest(y)
    else:
        assert len(suggest(y)) > 1


# --- the table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.loss)
def test_reasons_speak_of_facts_that_there_are(candidate):
    assert candidate.loss in losses.names()
    assert set(candidate.goals) <= set(GOALS)
    measurements = [evidence.measurements(kind, features=True) for kind in candidate.kinds]
    known = {name for each in measurements for m in each for name, _, _ in evidence.lines(m)}
    for reason in candidate.reasons:
        named = {name for _, name, _, _ in string.Formatter().parse(reason.text) if name}
        assert set(reason.where) | named <= known


def far_on_both_sides(fraction):
    y = np.resize([-1.0, 1.0, 0.5, -0.5], 1000)
    y[: round(1000 * fraction)] *= 100
    return y


def with_quantiles(*values):
    """2,001 numbers of which the quantiles 0, 0.25, 0.5, 0.75 and 1 are these."""
    return np.interp(np.linspace(0, 1, 2001), np.linspace(0, 1, 5), values)


def with_tail(tail):  # (P97.5 − P2.5) / 2 = 1 + 0.9 · (the maximum − 1)
    return with_quantiles(-(1 + (tail - 1) / 0.9), -1, 0, 1, 1 + (tail - 1) / 0.9)


def counts(mean, dispersion):
    deviation = np.sqrt(2 * mean * dispersion)  # of the half that is not at the mean
    return np.round(np.resize([mean - deviation, mean, mean + deviation, mean], 400))


MARKS = [  # a reason, and targets for which it is at its mark, times a factor
    ("the weight lets both classes", lambda by: np.repeat([0, 1], [round(1000 * by), 100])),
    ("the weights let all classes", lambda by: np.repeat([0, 1, 2], [round(1000 * by), 100, 200])),
    ("of which each counts squared", lambda by: far_on_both_sides(0.02 * by)),
    ("outliers do not pull at all", lambda by: far_on_both_sides(0.05 * by)),
    ("huber gives way", lambda by: far_on_both_sides(0.2 * by)),
    ("where Gaussian ones have 2.91", lambda by: with_tail(3.64 * by)),
    ("a few large targets decide", lambda by: with_quantiles(0.9, 1, 2 - 0.1 * by, 3, 4)),
    ("a few large targets decide", lambda by: with_quantiles(0.9, 1, 1.3, 2 * by, 3)),
    ("columns differ in width", lambda by: np.array([[0, 0], [1, 10 * by], [2, 20 * by]]) - 1),
    ("are exactly 0, the others", lambda by: np.arange(1000.0) * (np.arange(1000) >= 50 * by)),
    ("the variance is", lambda by: counts(98, 2 * by)),
    ("of counts grows with their mean", lambda by: counts(30 / by, 1)),
    ("are skewed by nature", lambda by: counts(10 / by, 1)),
    ("not 0 for a perfect model", lambda by: np.array([[0.01 * by, 1 - 0.01 * by]] * 30)),
    ("overlap ignores", lambda by: np.arange(1000)[:, None] < [200 / by, 0]),
]


@pytest.mark.parametrize(("text", "at_mark_times"), MARKS, ids=[text for text, _ in MARKS])
def test_a_reason_counts_from_its_mark_on(text, at_mark_times):
    below, above = (
        [reason for s in suggest(at_mark_times(by)) for _, reason in s.reasons]
        for by in (0.95, 1.05)
    )
    assert not any(text in reason for reason in below)
    assert any(text in reason for reason in above)


@pytest.mark.parametrize(
    ("loss", "text", "fact", "mark", "others", "sides"),
    [
        ("gaussian_nll", "it learns how wide", "fan", 0.3, {}, (False, True)),
        ("gaussian_nll", "it grows much", "fan", 0.5, {}, (False, True)),
        ("gaussian_nll", "one far target", "farthest", 10, {}, (False, True)),
        ("cauchy", "the farthest", "farthest", 20, {"outliers": 0.1}, (False, True)),
        ("poisson_nll", "more zeros", "more_zeros", 0.1, {}, (False, True)),
        ("brier", "outvoted", "outvoted", 0.1, {"pure": 0}, (False, True)),
        ("brier", "outvoted", "pure", 0.08, {"outvoted": 0.2}, (True, False)),
        ("log_loss", "overlap there", "pure", 0.08, {"outvoted": 0.2}, (False, True)),
        ("msle", "upper", "log_outliers", 0.1, {"skew": 1, "spread": 3}, (True, False)),
        ("tweedie", "which gamma_nll", "zeros", 0.05, {"skew": 1}, (True, False)),
        ("cosine_similarity", "directions", "lengths", 1e-6, {}, (True, False)),
    ],
)
def test_a_reason_applies_on_one_side_of_its_mark(loss, text, fact, mark, others, sides):
    reasons = [r for c in CANDIDATES if c.loss == loss for r in c.reasons if text in r.text]
    for by, expected in zip((0.99, 1.01), sides, strict=True):
        assert any(reason.applies({fact: mark * by} | others) for reason in reasons) == expected


@pytest.mark.parametrize("what", TARGETS)
def test_options_are_those_of_the_loss(what):
    for suggestion in suggest(TARGETS[what][0](np.random.default_rng(0))):
        assert set(suggestion.options) <= losses.names()[suggestion.name].own_options


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "options", "error", "match"),
    [
        (None, {}, TypeError, "suggest takes a Dataset or an array of targets, not NoneType"),
        ("moons", {}, TypeError, r'tn.datasets.load\("moons"\)'),
        ([], {}, ValueError, "there are no targets"),
        (3.0, {}, ValueError, r"shape \(N,\) or \(N, columns\), not \(\)"),
        ([[1], [1, 2]], {}, ValueError, "rows of different lengths"),
        ([2.0, 2.0], {}, ValueError, "every target is 2"),
        ([1.0, np.nan, 2.0, np.nan], {}, ValueError, "NaN, None or inf in 2 places, first .* 1"),
        ([1.0, np.inf], {}, ValueError, "NaN, None or inf"),
        (["a", None], {}, ValueError, "NaN, None or inf in 1 places"),
        (["a", 1, object()], {}, TypeError, "y must hold numbers, or only names of classes"),
        ([1j, 2], {}, TypeError, "y must hold numbers"),
        ([1.0, 2.0], {"goal": "mena"}, ValueError, "did you mean 'mean'"),
        ([0.5, 2.5], {"goal": "order"}, ValueError, "no loss for positive numbers serves .*order"),
        ([0.5, 2.5], {"x": [1, 2, 3]}, ValueError, r"x must have shape \(2, features\)"),
        (datasets.make_sine(), {"x": [1]}, TypeError, "brings its own features: leave x out"),
    ],
)
def test_mistakes_say_how_to_fix_them(data, options, error, match):
    with pytest.raises(error, match=match):
        suggest(data, **options)


def test_guesses_and_limits_are_noted():
    def notes(*arguments, **options):
        return " ".join(suggest(*arguments, **options).notes)

    assert "Only 4 targets" in notes([1.5, 2.5, 0.1, -3.0])
    assert "Without features" in notes([1.5, 2.5, 0.1, -3.0])
    assert 'goal="mean" says so' in notes([0, 1, 2] * 20)
    assert 'goal="probability"' in notes([0, 1, 2, 9] * 20)
    assert "3 whole numbers, 0 to 2, 60 rows: taken as classes" in notes([0, 1, 2] * 20)
    assert "are numbered" in notes([1, 2, 3] * 20)
    assert "np.unique(names" in notes(["a", "b"] * 20)
    assert "features are not looked at" in notes(np.eye(3)[:, :2], x=[1, 2, 3])
    assert "large: taken as measured" in notes([3000, 4100, 5200] * 20)


@pytest.mark.parametrize(
    ("one", "kind", "other", "other_kind"),
    [
        (np.repeat(np.arange(20), 2), targets.CLASSES, np.repeat(np.arange(21), 2), targets.COUNTS),
        ([0, 1, 2, 3] * 2, targets.CLASSES, [0, 0, 1, 1, 2, 2, 3], targets.COUNTS),
        ([0, 1, 2] * 30 + [3] * 3, targets.CLASSES, [0, 1, 2] * 30 + [3] * 2, targets.COUNTS),
        ([0, 1, 2, 2], targets.COUNTS, [1, 0, 1, 0], targets.BINARY),
        ([80, 99, 108], targets.COUNTS, [80, 100, 108], targets.POSITIVE),
        ([0.3, 0.1, 1.0], targets.FRACTIONS, [0.3, 0.1, 1.01], targets.POSITIVE),
    ],
)
def test_kinds_of_whole_numbers_are_guessed_on_either_side_of_a_mark(one, kind, other, other_kind):
    assert f": {kind}, " in suggest(one).target
    assert f": {other_kind}, " in suggest(other).target


@pytest.mark.parametrize(
    ("y", "goal", "kind", "noted"),
    [
        ("rooms", None, targets.COUNTS, "5 whole numbers, 1 to 5, 200 rows, but floats of shape"),
        ("rooms", "mean", targets.COUNTS, "Whole numbers, taken as counts"),
        ("rooms", "probability", targets.CLASSES, "The classes, 1 to 5, are numbered"),
        ("ids", None, targets.CLASSES, "taken as classes; if they count or measure something"),
        ("a column of ids", None, targets.CLASSES, "taken as classes"),
        ("yes and no", None, targets.BINARY, ""),
    ],
)
def test_whole_numbers_in_a_column_of_floats_are_numbers_and_the_note_says_how_not(
    y, goal, kind, noted
):
    rooms = np.repeat(np.arange(1.0, 6), 40)
    suggestions = suggest(
        {
            "rooms": rooms[:, None],
            "ids": rooms,
            "a column of ids": rooms[:, None].astype(int),
            "yes and no": rooms[:80, None],
        }[y],
        goal,
    )
    assert f": {kind}, " in suggestions.target
    assert noted in " ".join(suggestions.notes)


def test_few_targets_are_noted_and_features_need_ten_neighbours():
    few, enough = (suggest(np.arange(n) + 0.5).notes for n in (29, 30))
    assert [any("Only" in note for note in notes) for notes in (few, enough)] == [True, False]
    alone, with_features = (suggest(np.arange(n) % 2, x=np.arange(n)).facts for n in (10, 11))
    assert ("outvoted" in alone, "outvoted" in with_features) == (False, True)


@pytest.mark.slow
def test_many_rows_with_features_are_thinned_evenly():
    x, noise = np.random.default_rng(0).normal(size=(2, 25_000))
    suggestions = suggest(x + noise, x=x)
    assert ", 8334 rows" in suggestions.target
    assert suggestions.facts["sigma"] == pytest.approx(
        1.13, abs=0.03
    )  # √(1 + variance of a median of 5)


def test_importing_the_losses_does_not_import_the_candidates():
    code = "import sys, tinynet.losses; print([n for n in sys.modules if 'suggest' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
