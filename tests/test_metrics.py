"""Metrics: tables worked out by hand, and what must hold for any data."""

import math
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    precision_recall_fscore_support,
    r2_score,
    roc_auc_score,
)

import tinynet as tn
from tinynet import Tensor
from tinynet.metrics import (
    accuracy,
    auc,
    baseline,
    confusion,
    f1,
    mae,
    precision,
    r2,
    recall,
    rmse,
)

scores, ids, probabilities, logits = (
    partial(accuracy, kind=kind) for kind in ("scores", "ids", "probabilities", "logits")
)
IDS, SCORES = [0, 1, 2, 1], [[9.0, 1, 1], [1, 2, 3], [-3, -2, -1], [0, 5, 0]]  # right: all but one


@pytest.mark.parametrize(
    "metric, y_true, y_pred, expected",
    [
        (mae, [1.0, 2, 3], [1.0, 4, 0], 5 / 3),
        (rmse, [1.0, 2, 3], [1.0, 4, 0], math.sqrt(13 / 3)),
        (r2, [1.0, 2, 3], [1.0, 4, 0], 1 - 13 / 2),
        (r2, [1.0, 2, 3], [2.0, 2, 2], 0),
        (r2, [5.0, 5], [5.0, 5], 1),
        (r2, [5.0, 5], [5.0, 6], 0),
        (r2, [[0.0, 100], [2, 102]], [[1.0, 101], [1, 101]], 0),  # the mean of each column
        (r2, [0.1, 0.1, 0.1], [0.1, 0.1, 0.1], 1),  # whose mean is not 0.1
        (r2, [0.1, 0.1, 0.1], [0.1, 0.2, 0.1], 0),
        (r2, [[1.0, 7], [2, 7], [3, 7]], [[1.0, 7], [4, 7], [0, 8]], (1 - 13 / 2 + 0) / 2),
        (r2, [[1.0, 7], [2, 7], [3, 7]], [[1.0, 7], [4, 7], [0, 7]], (1 - 13 / 2 + 1) / 2),
        (mae, [[1.0], [2.0]], [[0.0], [2.0]], 0.5),
        (accuracy, IDS, SCORES, 0.75),
        (accuracy, [0.0, 1.0], [[2.0, 1.0], [2.0, 1.0]], 0.5),
        (scores, [[1, 0, 0], [0, 1, 0]], [[2.0, 3, 1], [2, 3, 1]], 0.5),  # one-hot rows
        (scores, [[0.6, 0.4, 0], [0, 1, 0]], [[2.0, 3, 1], [2, 3, 1]], 0.5),  # probabilities
        (accuracy, [[0, 1], [1, 1]], [[[2, 3], [1, 0]], [[1.0, 0], [0, 1]]], 0.25),
        (probabilities, [0, 1, 1, 0], [0.1, 0.9, 0.4, 0.6], 0.5),
        (probabilities, [[0], [1]], [[0.1], [0.9]], 1),
        (probabilities, [0, 0], [0.5, 0.5], 1),  # the threshold itself is a no
        (partial(probabilities, threshold=0.7), [0, 1], [0.6, 0.8], 1),
        (logits, [0, 1, 1, 0], [-3, 0.2, 0, 0.1], 0.5),
        (logits, [-1, 1, 1, -1], [-3, 0.2, 0, 0.1], 0.5),  # a hinge
        (partial(logits, threshold=-1), [-1, 1, 1, -1], [-3, 0.2, -0.9, -2], 1),
        (logits, [[0, 1], [1, 1]], [[-1, 1], [-1, 1]], 0.5),  # a row is right as a whole
        (ids, [0, 1, 2], [0, 2, 1], 1 / 3),
        (ids, [0, 1, 1, 1], [2, 2, 2, 2], 0),  # a part without class 2
        (ids, [2**53], [2**53 + 1], 0),  # one float64
    ],
)
def test_metric_agrees_with_the_value_worked_out_by_hand(metric, y_true, y_pred, expected):
    assert metric(y_true, y_pred) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("metric", [mae, rmse, r2])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8], ids=["uint8", "int8"])
def test_narrow_integers_do_not_wrap_around(metric, dtype):
    y_true, y_pred = np.array([0, 100, 100, 1], dtype), np.array([100, 0, 100, 0], dtype)
    wide = metric(y_true.astype(float), y_pred.astype(float))
    assert metric(y_true, y_pred) == pytest.approx(wide)


@pytest.mark.parametrize("metric", [probabilities, mae, rmse, r2])
def test_a_metric_takes_tensors_and_returns_a_python_float(metric):
    y = np.array([0.0, 1.0, 1.0])
    p = np.array([0.1, 0.7, 0.2])
    value = metric(Tensor(y), Tensor(p, requires_grad=True))
    assert type(value) is float and value == metric(y, p)


@pytest.mark.parametrize("seed", range(5))
def test_what_holds_for_any_data(seed):
    y, p = np.random.default_rng(seed).normal(size=(2, 50))
    assert 0 < mae(y, p) <= rmse(y, p) and r2(y, p) < 1
    assert mae(y, p) == mae(p, y) == pytest.approx(mae(3 * y + 7, 3 * p + 7) / 3)
    assert r2(y, p) == pytest.approx(r2(3 * y + 7, 3 * p + 7))
    assert r2(y, np.full(50, y.mean())) == pytest.approx(0)
    assert r2(y, p) == pytest.approx(1 - rmse(y, p) ** 2 / np.var(y))


@pytest.mark.parametrize(
    "metric, true, pred",
    [
        (mae, (3,), (3, 1)),
        (rmse, (3, 1), (3,)),
        (r2, (3,), (4,)),
        (accuracy, (3,), (3, 1)),  # one column is no choice between classes
        (accuracy, (3, 1), (3,)),
        (probabilities, (3,), (3, 1)),
        (ids, (3, 1), (3,)),
        (scores, (3, 1), (3, 2)),
        (accuracy, (2,), (3, 2)),
        (accuracy, (1,), (3, 2)),
        (accuracy, (3, 1), (3, 2)),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(metric, true, pred):
    with pytest.raises(ValueError) as caught:
        metric(np.ones(true), np.ones(pred))
    assert str(true) in str(caught.value) and str(pred) in str(caught.value)


@pytest.mark.parametrize("y_pred", [[0, 2, 1], [0.1, 0.9, 0.4], [[-1.0], [0], [2]], np.eye(3)])
def test_what_fits_several_readings_is_refused_whatever_the_values(y_pred):
    for y_true in (np.zeros(np.shape(y_pred)), np.ones(np.shape(y_pred), int), y_pred):
        with pytest.raises(ValueError, match=r"probabilities.*logits.*class ids.*scores.*partial"):
            accuracy(y_true, y_pred)


@pytest.mark.parametrize(
    "metric, y_true, y_pred, says",
    [
        (probabilities, [0, 1], [-1.5, 2.5], r"from -1.5 to 2.5.*kind=.logits"),
        (logits, [0, 2], [-1.0, 2], "1 and 0, or 1 and −1, but it holds 0, 2"),
        (logits, [-1, 0, 1], [-1.0, 2, 3], "it holds -1, 0, 1"),
        (probabilities, [0.1, 0.9], [0.2, 0.8], "it holds 0.1, 0.9"),
        (scores, [0, 1], [0.2, 0.8], r"one column for each class.*\(2,\).*probabilities"),
        (scores, [[0], [1]], [[0.2], [0.8]], r"one column for each class.*\(2, 1\).*probabilities"),
        (scores, [[1, 1], [0, 1]], [[0.2, 1], [0.8, 2]], "sum to 1.*several yes or no"),
        (scores, [[2, -1], [0, 1]], [[0.2, 1], [0.8, 2]], "sum to 1"),
        (accuracy, [0, 3], [[1.0, 2, 3], [1, 2, 3]], "3 columns.*0 to 2, not 3"),
        (accuracy, [0, -100], [[1.0, 2, 3], [1, 2, 3]], "0 to 2, not -100"),
        (accuracy, [0, 0.5], [[1.0, 2, 3], [1, 2, 3]], "0 to 2, not 0.5"),
        (partial(ids, threshold=0.5), [0, 1], [0, 1], "threshold is for probabilities and logits"),
        (partial(accuracy, threshold=0), [0, 1], [[1.0, 2], [2, 3]], "threshold is for"),
        (partial(accuracy, kind="labels"), [0, 1], [0, 1], "scores, ids, .*not 'labels'"),
        *(
            (metric, [0, 1], y_pred, "y_pred holds 1 NaN among")
            for metric, y_pred in (
                (ids, [0, np.nan]),
                (probabilities, [0, np.nan]),
                (logits, [np.nan, -1]),
                (accuracy, [[1, np.nan], [0, 1]]),
            )
        ),
        (logits, [0, np.nan], [-1.0, 1], "y_true holds 1 NaN among 2"),
    ],
)
def test_what_does_not_fit_what_was_said_is_refused(metric, y_true, y_pred, says):
    with pytest.raises(ValueError, match=says):
        metric(y_true, y_pred)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_accuracy_is_that_of_scikit_learn_for_every_kind(data):
    """It takes decisions, and the rows of an array of 0 and 1 are right or wrong as a whole."""
    n, k = data.draw(st.tuples(st.integers(1, 6), st.integers(2, 4)))
    numbers = st.floats(-3, 3, width=32)
    z, classes = (
        data.draw(arrays(float, (n, k), elements=numbers)),
        data.draw(arrays(int, n, elements=st.integers(0, k - 1))),
    )
    yes = data.draw(arrays(int, (n, k), elements=st.integers(0, 1)))
    decided, p = (z > 0).astype(int), np.abs(z) / 3
    for metric, y_true, y_pred, decision in [
        (accuracy, classes, z, np.argmax(z, axis=1)),
        (scores, np.eye(k)[classes], z, np.argmax(z, axis=1)),
        (ids, classes, yes[:, 0], yes[:, 0]),
        (logits, yes, z, decided),
        (logits, yes[:, :1], z[:, :1], decided[:, :1]),
        (logits, 2 * yes[:, 0] - 1, z[:, 0], 2 * decided[:, 0] - 1),
        (probabilities, yes, p, (p > 0.5).astype(int)),
        (probabilities, yes[:, 0], p[:, 0], (p[:, 0] > 0.5).astype(int)),
    ]:
        truth = classes if metric is scores else y_true
        assert metric(y_true, y_pred) == pytest.approx(accuracy_score(truth, decision), abs=1e-12)


FOUND = (precision, recall, f1)


def by_scikit_learn(y, said, **options):
    """Its precision, recall and F1."""
    return precision_recall_fscore_support(y, said, zero_division=0, **options)[:3]


@st.composite
def classified(draw, most=4):
    """Class ids and scores, with classes that never come, ties, and down to a single row."""
    n, c = draw(st.integers(1, 8)), draw(st.integers(2, most))
    ids = draw(arrays(int, n, elements=st.integers(0, c - 1)))
    return ids, draw(arrays(float, (n, c), elements=st.integers(-2, 2).map(float)))


@settings(max_examples=20, deadline=None)
@given(classified())
def test_precision_recall_and_f1_are_those_of_scikit_learn_for_classes(data):
    y, z = data
    said, labels = np.argmax(z, axis=1), np.arange(z.shape[1])
    for average in ("macro", "micro", "weighted"):
        for ours, expected in zip(FOUND, by_scikit_learn(y, said, average=average), strict=True):
            assert ours(y, z, average=average) == pytest.approx(expected, abs=1e-12)
            assert ours(y, said, kind="ids", average=average) == pytest.approx(expected, abs=1e-12)
    for ours, each in zip(FOUND, by_scikit_learn(y, said, labels=labels), strict=True):
        assert ours(y, z, average=None) == pytest.approx(each, abs=1e-12)
        one_hot = ours(np.eye(len(labels))[y], z, kind="scores", average=None)
        assert one_hot == pytest.approx(each, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(classified(), st.booleans())
def test_precision_recall_and_f1_are_those_of_scikit_learn_for_questions(data, several):
    z = data[1] if several else data[1][:, 0]
    y = (np.random.default_rng(len(z)).random(z.shape) < 0.5).astype(int)
    decided, p = (z > 0).astype(int), (z + 2) / 4
    for average in ("macro", "micro", "weighted") if several else ("binary",):
        chosen = {"average": average} if several else {}
        for ours, expected in zip(FOUND, by_scikit_learn(y, decided, average=average), strict=True):
            for kind, y_pred in (("logits", z), ("probabilities", p)):
                for true in (y, 2 * y - 1):
                    value = ours(true, y_pred, kind=kind, **chosen)
                    assert value == pytest.approx(expected, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(classified())
def test_confusion_is_that_of_scikit_learn(data):
    y, z = data
    said, labels = np.argmax(z, axis=1), range(z.shape[1])
    expected = confusion_matrix(y, said, labels=labels)
    assert np.array_equal(confusion(y, z), expected)
    assert np.array_equal(confusion(y, said, kind="ids", classes=len(labels)), expected)
    known = max(y.max(), said.max()) + 1
    assert np.array_equal(confusion(y, said, kind="ids"), expected[:known, :known])
    yes, no_or_yes = confusion_matrix(y > 0, z[:, 0] > 0, labels=[False, True]), (y > 0) * 2 - 1
    assert np.array_equal(confusion(no_or_yes, z[:, 0], kind="logits"), yes)


@settings(max_examples=20, deadline=None)
@given(classified())
def test_auc_is_that_of_scikit_learn_where_it_has_a_value(data):
    y, z = data
    one_hot = np.eye(z.shape[1])[y]
    both = [c for c in range(z.shape[1]) if 0 < one_hot[:, c].sum() < len(y)]
    each = auc(y, z, average=None)
    assert np.flatnonzero(~np.isnan(each)).tolist() == both
    assert auc(one_hot, z, average=None) == pytest.approx(each, nan_ok=True)
    assert auc(y, z, average="micro") == pytest.approx(roc_auc_score(one_hot.ravel(), z.ravel()))
    for average in ("macro", "weighted"):
        if both:
            expected = roc_auc_score(one_hot[:, both], z[:, both], average=average)
            assert auc(y, z, average=average) == pytest.approx(expected, abs=1e-12)
        else:
            assert math.isnan(auc(y, z, average=average))
    for c in both:
        expected = roc_auc_score(y == c, z[:, c])
        for true in (y == c, one_hot[:, c] * 2 - 1):
            assert auc(true, z[:, c]) == pytest.approx(expected, abs=1e-12)
            assert auc(true[:, None], np.exp(z[:, [c]])) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "metric, y_true, y_pred, expected",
    [
        (precision, [0, 0, 1], [[1.0, 0], [0, 1], [0, 1]], (1 + 1 / 2) / 2),
        (recall, [0, 0, 1], [[1.0, 0], [0, 1], [0, 1]], (1 / 2 + 1) / 2),
        (f1, [0, 0, 1], [[1.0, 0], [0, 1], [0, 1]], 2 / 3),
        (partial(precision, kind="logits"), [0, 0, 1], [1.0, -1, 2], 1 / 2),
        (partial(precision, kind="logits"), [0, 0, 1], [-1.0, -1, -2], 0),  # nothing was said
        (partial(recall, kind="logits"), [0, 0, 0], [-1.0, 1, -2], 0),  # nothing was there
        (partial(f1, kind="logits"), [0, 0, 0], [-1.0, -1, -2], 0),
        (partial(f1, kind="logits", threshold=-1.5), [1, 1, 0], [-1.0, -1, -2], 1),
        (partial(f1, kind="ids", average="micro"), [0, 1, 2, 2], [0, 1, 2, 0], 3 / 4),
        (auc, [0, 1], [0.5, 0.5], 1 / 2),
        (auc, [1, 0, 1, 0], [3.0, 3, 4, -np.inf], 3.5 / 4),
        (auc, [1], [3.0], np.nan),  # no pair
        (auc, [0, 1, 2], np.zeros((3, 3)), 1 / 2),
        (auc, np.arange(70_000) % 2, np.arange(70_000), 35_001 / 70_000),
    ],
)
def test_found_or_missed_agrees_with_the_value_worked_out_by_hand(metric, y_true, y_pred, expected):
    value = metric(y_true, y_pred)
    assert type(value) is float and value == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("average", ["macro", "weighted", "micro", None])
def test_a_class_that_never_comes_has_a_place_but_no_part_in_the_mean(average):
    y, z = [0, 1, 0], np.eye(4)[[0, 1, 1]]
    value = recall(y, z, average=average)
    expected = {"macro": 0.75, "weighted": 2 / 3, "micro": 2 / 3, None: [0.5, 1, 0, 0]}
    assert value == pytest.approx(expected[average])


@pytest.mark.parametrize(
    "call, says",
    [
        (
            lambda: f1([0, 1], [0, 1]),
            r"f1: .* say what y_pred holds.*partial\(tn.metrics.f1,",
        ),
        (
            lambda: f1([0, 1], [0, 1], kind="ids", average="binary"),
            "average must be one of",
        ),
        (
            lambda: auc([0, 1], [0, 1], average="all"),
            "auc: average must be .*None, not 'all'",
        ),
        (lambda: recall([-1, 1], [1, 1], kind="ids"), 'from 0 to 10000, not -1: .*kind="logits"'),
        (lambda: recall([0.5, 1], [1, 1], kind="ids"), "whole numbers from 0 to 10000, not 0.5"),
        (lambda: confusion([0, 1], [1, 2**40], kind="ids"), "confusion: class ids .*not 1.0.*e.12"),
        (
            lambda: confusion([0, 3], [1, 1], kind="ids", classes=3),
            "classes=3, but .* go up to 3",
        ),
        (
            lambda: confusion(np.eye(2), np.eye(2), kind="logits"),
            r"\(2, 2\) asks several",
        ),
        (
            lambda: precision([0, np.nan], [1, 1], kind="ids"),
            "precision: y_true holds 1 NaN",
        ),
        (lambda: auc([0, 1], [np.nan, 1]), "auc: y_pred holds 1 NaN among 2"),
        (
            lambda: auc([0, 2], [0.5, 1]),
            "auc: for yes or no, y_true must .* holds 0, 2",
        ),
        (lambda: auc([0, 1, 1], [0.5, 1]), r"y_true has shape \(3,\), but y_pred has shape \(2,\)"),
        (
            lambda: auc([0, 3], np.eye(2)),
            "auc: y_pred has 2 columns.* 0 to 1, not 3",
        ),
        (lambda: auc([], []), "the data are empty"),
        (lambda: baseline(confusion, [0, 1]), "baseline takes a metric of tn.metrics"),
        (lambda: baseline(np.mean, [0, 1]), "not <function mean.*np.full_like"),
        (
            lambda: baseline(accuracy, [[1, 1], [0, 1]]),
            r"one class for each row, .*\(2, 2\)",
        ),
    ],
)
def test_what_is_wrong_is_said(call, says):
    with pytest.raises((ValueError, TypeError), match=says):
        call()


def test_in_fit_a_metric_that_is_an_array_is_refused_and_the_others_are_not():
    x, y = np.linspace(-1, 1, 12)[:, None], np.arange(12) // 4
    options = {"epochs": 2, "batch_size": 4, "progress": False}

    def history(*metrics):
        model = tn.layers.MLP([1, 8, 3], rng=0)
        optimizer = tn.optimizers.Adam(model.parameters())
        return tn.fit(model, tn.losses.cross_entropy, optimizer, (x, y), metrics=metrics, **options)

    assert set(history(precision, recall, f1, auc)) == {"loss", "precision", "recall", "f1", "auc"}
    for metric in (confusion, partial(f1, average=None)):
        with pytest.raises(ValueError, match=r"an array of shape \(3.*look at .* after the run"):
            history(metric)


# --- the baseline ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric, y, y_train, expected",
    [
        (accuracy, [0, 2, 2, 1], None, 1 / 2),
        (accuracy, [0, 2, 2, 1], [0, 0, 1], 1 / 4),  # chosen on what was trained on
        (partial(accuracy, kind="scores"), np.eye(3)[[0, 2, 2]], None, 2 / 3),
        (partial(accuracy, kind="logits"), [[-1], [1], [1]], None, 2 / 3),
        (partial(accuracy, kind="probabilities"), [0, 0, 1], None, 2 / 3),
        (partial(f1, kind="logits"), [0, 0, 1], None, 1 / 2),  # always yes
        (partial(f1, kind="logits", threshold=7), [0, 0, 1], None, 1 / 2),
        (f1, [0, 0, 1], None, 0.8 / 2),
        (auc, [0, 0, 1], None, 1 / 2),
        (r2, [1.0, 2, 6], None, 0),
        (rmse, [[1.0, 9], [3, 9]], None, math.sqrt(1 / 2)),
        (mae, [1.0, 2, 9], None, 8 / 3),  # the median
        (mae, [1.0, 2, 9], [0.0, 0.0], 4),
    ],
)
def test_the_baseline_is_the_score_of_the_best_constant_answer(metric, y, y_train, expected):
    assert baseline(metric, y, y_train) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_r2_is_that_of_scikit_learn(data):
    shape = data.draw(st.tuples(st.integers(2, 6), st.integers(1, 3)))
    y, p = data.draw(arrays(float, (2, *shape), elements=st.integers(-9, 9).map(float)))
    assert r2(y, p) == pytest.approx(r2_score(y, p), abs=1e-9)


@pytest.mark.parametrize("metric", [mae, rmse, r2])
@pytest.mark.parametrize("y_true", [[1.0, 2.0], [1.0, 1.0]])
def test_nan_in_gives_nan_out(metric, y_true):
    assert math.isnan(metric(y_true, [1.0, np.nan]))
    assert math.isnan(metric([1.0, np.nan], y_true))


@pytest.mark.parametrize("metric", [probabilities, mae, rmse, r2])
def test_what_is_hidden_or_no_number_is_refused(metric):
    hidden = np.ma.masked_array([0.0, 1.0], [True, False])
    for wrong, says in ((hidden, r"y\[~mask\]"), (["no", "yes"], "numbers, not of <U3")):
        with pytest.raises(TypeError, match=says):
            metric([0, 1], wrong)
        with pytest.raises(TypeError, match=says):
            metric(wrong, [0, 1])


@pytest.mark.parametrize(
    "loss, targets, said",
    [
        (tn.losses.log_loss, (0, 1), None),
        (partial(tn.losses.log_loss, from_logits=True), (0, 1), "logits"),
        (tn.losses.hinge, (-1, 1), "logits"),
    ],
)
def test_in_fit_one_column_needs_a_word_and_the_error_gives_it(loss, targets, said):
    x = np.linspace(-1, 1, 20)[:, None]
    y = np.where(x > 0.1, *targets[::-1])
    model = tn.layers.Sequential(tn.layers.Linear(1, 1, rng=0), *[tn.layers.Sigmoid()] * (not said))
    options = {"epochs": 1, "batch_size": 5, "progress": False}
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.1)
    with pytest.raises(ValueError) as caught:
        tn.fit(model, loss, optimizer, (x, y), metrics=[accuracy], **options)
    assert re.search(r"metrics=\[functools.partial\(tn.metrics.accuracy, kind=", str(caught.value))
    metric = partial(accuracy, kind=said or "probabilities")
    history = tn.fit(model, loss, optimizer, (x, y), metrics=[metric], **options | {"epochs": 60})
    assert history["accuracy"][-1] > 0.9


@pytest.mark.parametrize("metric", [accuracy, mae, rmse, r2])
def test_no_data_is_an_error_and_not_a_number(metric):
    with pytest.raises(ValueError, match="empty"):
        metric([], [])


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-162, 1.0, 1e160, 1e300])
def test_rmse_and_r2_are_those_of_numbers_of_any_size(size):
    y_true, y_pred = size * np.array([1.0, 2, 3]), size * np.array([3.0, 1, 2])
    assert r2(y_true, y_pred) == pytest.approx(-2)
    assert rmse(y_true, y_pred) == pytest.approx(size * np.sqrt(2), rel=1e-12)
