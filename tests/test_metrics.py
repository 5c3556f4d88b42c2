"""Metrics: tables worked out by hand, and what must hold for any data."""

import math

import numpy as np
import pytest

from tinynet import Tensor
from tinynet.metrics import accuracy, mae, r2, rmse

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
        (mae, [[1.0], [2.0]], [[0.0], [2.0]], 0.5),
        (accuracy, IDS, SCORES, 0.75),
        (accuracy, [0.0, 1.0], [[2.0, 1.0], [2.0, 1.0]], 0.5),
        (accuracy, [[1, 0, 0], [0, 1, 0]], [[2.0, 3, 1], [2, 3, 1]], 0.5),  # one-hot rows
        (accuracy, [0, 1, 1, 0], [0.1, 0.9, 0.4, 0.6], 0.5),
        (accuracy, [[0], [1]], [[0.1], [0.9]], 1),
        (accuracy, [0, 0], [0.5, 0.5], 1),  # the threshold itself is a no
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


@pytest.mark.parametrize("metric", [accuracy, mae, rmse, r2])
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


def test_the_threshold_of_accuracy_can_be_moved():
    assert accuracy([0, 1], [0.6, 0.8], threshold=0.7) == 1


@pytest.mark.parametrize(
    "metric, true, pred",
    [
        (mae, (3,), (3, 1)),
        (rmse, (3, 1), (3,)),
        (r2, (3,), (4,)),
        (accuracy, (3,), (3, 1)),  # one column is no choice between classes
        (accuracy, (3, 1), (3,)),
        (accuracy, (2,), (3, 2)),
        (accuracy, (1,), (3, 2)),
        (accuracy, (3, 1), (3, 2)),
    ],
)
def test_shapes_that_do_not_fit_are_both_named(metric, true, pred):
    with pytest.raises(ValueError) as caught:
        metric(np.ones(true), np.ones(pred))
    assert str(true) in str(caught.value) and str(pred) in str(caught.value)


def test_accuracy_never_mistakes_class_ids_for_probabilities():
    """Either the fraction of equal ids, as elsewhere, or an error; not a silent 1."""
    try:
        assert accuracy([0, 1, 2], [0, 2, 1]) == pytest.approx(1 / 3)
    except ValueError as error:
        assert "class ids" in str(error)


@pytest.mark.parametrize("metric", [accuracy, mae, rmse, r2])
def test_no_data_is_an_error_and_not_a_number(metric):
    with pytest.raises(ValueError, match="empty"):
        metric([], [])
