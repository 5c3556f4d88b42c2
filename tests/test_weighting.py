"""What counts how much: class weights as scikit-learn's, masks as if the rows were not there."""

import contextlib
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score
from sklearn.utils.class_weight import compute_sample_weight

from tinynet import Dataset, fit, losses, metrics
from tinynet.layers import MLP, Linear
from tinynet.optimizers import SGD
from tinynet.training import predict
from tinynet.training.weighting import class_weights

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3))
IDS = np.array([0] * 20 + [1] * 7 + [2] * 3)
NUMBERS = RNG.normal(size=(30, 2))
WEIGHTS = RNG.uniform(0, 3, 30)
NAN = float("nan")


def trained(y=IDS, loss=losses.cross_entropy, columns=3, x=X, **options):
    """The history and the weights of a short run."""
    model = MLP([3, 5, columns], rng=0, dtype=float)
    options = {"epochs": 3, "batch_size": 8, "progress": False} | options
    data = options.pop("data", (x, y))
    history = fit(model, loss, SGD(model.parameters(), lr=0.1), data, **options)
    return dict(history), [p.data.tolist() for p in model.parameters()]


# --- classes --------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=20), st.lists(st.floats(0, 9), max_size=4))
def test_class_weights_are_those_of_scikit_learn(ids, weights):
    y, some = np.array(ids), dict(enumerate(weights))
    assert class_weights(y, "balanced") == pytest.approx(compute_sample_weight("balanced", y))
    if set(some) <= set(ids) or set(ids) <= set(some):
        assert class_weights(y, some) == pytest.approx(compute_sample_weight(some, y))


@pytest.mark.parametrize(
    "y, given, expected",
    [
        ([0, 1, 1], {"yes": 5}, [1, 5, 5]),
        ([0.0, 1, 1], {1: 5}, [1, 5, 5]),
        ([[0], [1], [1]], {0: 2, 1: 0}, [2, 0, 0]),
        ([[-1.0], [1], [1]], {-1: 3}, [3, 1, 1]),
        ([[0, 1], [1, 0]], {np.int64(1): 3, "no": 7}, [3, 7]),
    ],
)
def test_a_class_is_named_by_its_id_or_its_name_however_y_is_written(y, given, expected):
    assert class_weights(np.array(y), given, ("no", "yes")).tolist() == expected


@pytest.mark.parametrize("how", ["balanced", {0: 0.5, 2: 4.0}], ids=str)
def test_class_weights_are_sample_weights_and_multiply_those_given(how):
    by_class = compute_sample_weight(how, IDS)
    assert trained(class_weight=how) == trained(sample_weight=by_class)
    both = trained(class_weight=how, sample_weight=WEIGHTS)
    assert both == trained(sample_weight=by_class * WEIGHTS)
    per_target = trained(NUMBERS > 0, losses.mse, 2, sample_weight=np.ones((30, 2)))
    assert per_target[0]["loss"] == pytest.approx(trained(NUMBERS > 0, losses.mse, 2)[0]["loss"])


def test_the_classes_of_a_dataset_have_names():
    data = Dataset("d", X, IDS, target_names=("a", "b", "c"))
    assert trained(data=data, class_weight={"c": 9}) == trained(class_weight={2: 9})


# --- a mask ---------------------------------------------------------------------------------


def test_rows_that_do_not_count_might_as_well_not_be_there():
    keep = RNG.random(30) < 0.7
    spoiled, odd = np.where(keep[:, None], X, NAN), np.where(keep, IDS, -100)
    options = {"metrics": [metrics.accuracy]}
    few = trained(IDS[keep], x=X[keep], sample_weight=WEIGHTS[keep], **options)
    assert trained(odd, x=spoiled, where=keep, sample_weight=WEIGHTS, **options) == few
    assert trained(IDS, x=spoiled, where=keep)[0]["loss"] != few[0]["loss"]


def test_targets_that_do_not_count_have_no_gradient_loss_or_metric():
    keep = RNG.random((30, 2)) < 0.6
    y, model = np.where(keep, NUMBERS, NAN), Linear(3, 2, rng=0, dtype=float)
    weight, optimizer = model.weight.data.copy(), SGD(model.parameters(), lr=0.1)
    expected = np.where(keep, X @ weight + model.bias.data - NUMBERS, 0)
    options = {"batch_size": 30, "metrics": [metrics.mae], "where": keep, "progress": False}
    history = fit(model, losses.mse, optimizer, (X, y), epochs=1, **options)
    assert history["loss"] == [pytest.approx(np.sum(expected**2) / keep.sum())]
    step = 0.1 * X.T @ (2 * expected / keep.sum())
    assert model.weight.data == pytest.approx(weight - step, abs=1e-12)
    after = np.abs(predict(model, X) - NUMBERS)[keep]
    assert history["mae"] == [pytest.approx(after.mean())]


@pytest.mark.parametrize("metric", [metrics.r2, metrics.mae, metrics.rmse])
@pytest.mark.parametrize("keep", [np.ones((30, 2), bool), np.arange(60).reshape(30, 2) % 7 > 2])
def test_a_metric_of_targets_that_count_is_what_it_is_of_all(metric, keep):
    keep[4, 1] = False
    y, model = np.where(keep, NUMBERS * [1, 100], NAN), Linear(3, 2, rng=0, dtype=float)
    by_hand = {
        "r2": lambda t, p: np.mean([r2_score(t[k, i], p[k, i]) for i, k in enumerate(keep.T)]),
        "mae": lambda t, p: np.abs(t - p)[keep].mean(),
        "rmse": lambda t, p: np.sqrt(((t - p) ** 2)[keep].mean()),
    }
    options = {"batch_size": 30, "metrics": [metric], "where": keep, "progress": False}
    history = fit(model, losses.mse, SGD(model.parameters()), (X, y), epochs=1, **options)
    expected = by_hand[metric.__name__](y, predict(model, X))
    assert history[metric.__name__] == [pytest.approx(expected)]


@pytest.mark.parametrize("where", [None, np.arange(60).reshape(30, 2) % 3 > 0], ids=["", "where"])
@pytest.mark.parametrize("divides", ["by the weights", "by the mask", "by the rows"])
def test_the_loss_of_an_epoch_is_that_of_all_rows_also_for_a_loss_of_ones_own(divides, where):
    def own(y_true, y_pred, *, sample_weight, where=1.0):
        values = sample_weight[:, None] * where * (y_true - y_pred) ** 2
        ones = np.ones_like(y_true)
        by = {"by the weights": sample_weight[:, None] * where, "by the mask": where}
        return np.sum(values) / np.sum(ones * by.get(divides, 1))

    options = {"sample_weight": WEIGHTS} | ({} if where is None else {"where": where})
    model = Linear(3, 2, rng=0, dtype=float)
    expected = float(own(NUMBERS, model(X), **options))
    optimizer = SGD(model.parameters(), lr=1e-300)
    options |= {"epochs": 1, "batch_size": 7, "progress": False}
    history = fit(model, own, optimizer, (X, NUMBERS), **options)
    assert history["loss"] == [pytest.approx(expected, rel=1e-9)]


# --- clipping -------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [{"clip_norm": 0.01}, {"clip_value": 0.003}], ids=str)
def test_clipping_in_fit_is_that_of_the_optimizer_and_ends_with_the_run(option):
    def weights(own=None, after=None, **options):
        model = Linear(3, 2, rng=0)
        optimizer = SGD(model.parameters(), lr=0.1, **(own or {}))
        options = {"epochs": 2, "batch_size": 9, "progress": False} | options
        with contextlib.suppress(ZeroDivisionError):
            fit(model, losses.mse, optimizer, (X, NUMBERS), **options)
        assert {name: getattr(optimizer, name) for name in option} == (own or {name: None})
        return model.weight.data.tolist()

    name = next(iter(option))
    assert weights(**option) == weights(own=option) == weights(own=option, **option) != weights()
    broken = {"callbacks": [lambda history, model: 1 / 0]}
    assert weights(**option, **broken) == weights(own=option, **broken)
    with pytest.raises(ValueError, match=rf"fit was given {name}=.*, but the optimizer has {name}"):
        weights(own={name: 5.0}, **option)
    with pytest.raises(ValueError, match=name):
        weights(**{name: -1.0})


# --- mistakes -------------------------------------------------------------------------------


def of_ones_own(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


MSE = {"loss": losses.mse, "columns": 2, "y": NUMBERS}


@pytest.mark.parametrize(
    "options, text",
    [
        ({"class_weight": "balance"}, "class_weight must be \"balanced\", or a dict .*'balance'"),
        ({"class_weight": [1, 2, 3]}, r"\{2: 2.0\}, not \[1, 2, 3\]"),
        ({"class_weight": {"b": 2}}, "no class 'b': only a Dataset has names"),
        (
            {"class_weight": {"b": 2}, "data": Dataset("d", X, IDS, target_names=("x", "y", "z"))},
            "no class 'b': the classes are x, y, z",
        ),
        ({"class_weight": {5: 2}}, "no row is of class 5; y holds 0, 1, 2"),
        ({"class_weight": {1: -2}}, "weight of class 1 must be .* at least 0, not -2"),
        ({"class_weight": {1: NAN}}, "at least 0, not nan"),
        ({"class_weight": {1: "2"}}, "weight of class 1 must be .* at least 0, not '2'"),
        ({"class_weight": dict.fromkeys(range(3), 0)}, "must not be 0 for every row"),
        ({"class_weight": "balanced", **MSE}, r"\(30, 2\) must be one-hot.*sample_weight="),
        ({"class_weight": "balanced", **MSE, "y": X[:, :1]}, "but y holds -?[0-9.]+: weigh rows"),
        ({"where": np.ones(30)}, r"where must hold True and False, not float64.*astype\(bool\)"),
        ({"where": np.ones(29, bool)}, r"where has shape \(29,\): give .* each row, \(30,\)$"),
        ({"where": np.ones((30, 3), bool), **MSE}, r"\(30, 3\).*, or one per target, \(30, 2\)"),
        ({"where": np.zeros(30, bool)}, "False throughout, so nothing counts"),
        ({"where": np.ones(30, bool), "sample_weight": np.ones(4)}, "has 4 rows, but x has 30"),
        ({"where": np.ones(30, bool), "sample_weight": 5}, "sample_weight must have one row per"),
        (
            {"sample_weight": WEIGHTS, **MSE, "loss": of_ones_own},
            r"of_ones_own takes no sample_weight=.*of_ones_own\(y_true, y_pred, \*, sample_weight=",
        ),
        (
            {"where": NUMBERS > 0, **MSE, "loss": of_ones_own},
            "of_ones_own takes no where=, so it cannot weigh the rows",
        ),
    ],
    ids=lambda value: re.sub(r"\W+", " ", value)[:40] if isinstance(value, str) else "",
)
def test_a_mistake_is_named(options, text):
    with pytest.raises((ValueError, TypeError), match=text):
        trained(**options)
