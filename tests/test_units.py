"""Units: a model trained on standardized numbers takes and gives those of the data."""

import numpy as np
import pytest

from tinynet import Tensor, checkpoints, datasets, losses, metrics, optimizers
from tinynet.data import Dataset
from tinynet.layers import MLP, Linear
from tinynet.training import evaluate, fit, predict
from tinynet.training.units import InUnits, Units


@pytest.mark.parametrize("name", ["auto_mpg", "iris"])
@pytest.mark.parametrize("make", [lambda n: Linear(n, 1, rng=0), lambda n: MLP([n, 5, 1], rng=0)])
def test_the_model_gives_the_same_answers_in_the_units_of_the_data(name, make):
    data = datasets.load(name)
    units, model = Units.of(data), make(data.x.shape[1])
    x, y = units.remove(data.x, data.y)
    np.testing.assert_allclose([x.mean(axis=0), x.std(axis=0) - 1], 0, atol=1e-12)
    answers = model(x).data
    if data.task == "regression":
        np.testing.assert_allclose([y.mean(), y.std()], [0, 1], atol=1e-12)
        answers = answers * data.y.std() + data.y.mean()
    else:
        assert y is data.y
    for rows in (data.x, data.x.tolist(), Tensor(data.x)):
        assert np.array_equal(predict(InUnits(model, units), rows), answers)


@pytest.mark.parametrize(
    ("offset", "width"),
    [(1.6e12, 6e4), (1.6e12, 3.6e6), (1.6e9, 1e3), (5e6, 200), (2e3, 30), (0, 1e-9)],
    ids=["ms in a minute", "ms in an hour", "s", "m", "years", "nm"],
)
def test_a_saved_model_answers_to_the_last_digit_as_the_measured_one(offset, width, tmp_path):
    u = np.random.default_rng(0).uniform(-1, 1, (300, 1))
    data = Dataset("t", offset + width * u, 1e6 + np.sin(3 * u), ("t",), ("y",), "regression")
    units = Units.of(data)
    pair = units.remove(data.x, data.y)
    model = MLP([1, 16, 1], rng=0, dtype=np.float32)
    optimizer = optimizers.Adam(model.parameters(), 0.01)
    fit(model, losses.mse, optimizer, pair, epochs=40, batch_size=50, progress=False)
    measured = evaluate(InUnits(model, units), None, data, [metrics.r2])["r2"]
    assert measured == pytest.approx(evaluate(model, None, pair, [metrics.r2])["r2"], abs=1e-6)
    assert measured > 0.8

    checkpoints.save(InUnits(model, units), tmp_path / "model.npz")
    fresh = InUnits(MLP([1, 16, 1], dtype=np.float32), Units.of(data.take([0, 1])))
    checkpoints.load(fresh, tmp_path / "model.npz")
    loaded = checkpoints.load_model(tmp_path / "model.npz").model
    for model in (fresh, loaded):
        assert evaluate(model, None, data, [metrics.r2])["r2"] == measured


def test_the_scaling_is_part_of_the_state_and_not_trained():
    data = datasets.load("iris")
    model = InUnits(MLP([4, 3], rng=0, dtype=np.float32), Units.of(data))
    assert list(model.state_dict()) == [
        *("model.layers.0.weight", "model.layers.0.bias", "x_center", "x_scale"),
    ]
    assert model.state_dict()["x_scale"].dtype == np.float64
    assert len(model.parameters()) == 2
    assert repr(model).splitlines()[1].split() == [
        *("model.layers.0", "Linear(4,", "3)", "(N,", "3)", "15"),
    ]


def test_the_layers_get_the_numbers_they_were_trained_on():
    data, model = datasets.load("iris"), MLP([4, 5, 3], rng=0, dtype=np.float32)
    trained_on = Units.of(data).x.transform(data.x).astype(np.float32)  # as `fit` makes them
    answers = predict(InUnits(model, Units.of(data)), data.x)
    assert answers.dtype == np.float32 and np.array_equal(answers, predict(model, trained_on))


def test_layers_that_are_frozen_get_the_same_numbers():
    data, model = datasets.load("iris"), MLP([4, 5, 3], rng=0, dtype=np.float32)
    whole = InUnits(model, Units.of(data))
    answers = predict(whole, data.x)
    for parameter in model.parameters():
        parameter.requires_grad = False
    frozen = predict(whole, data.x)
    assert frozen.dtype == np.float32 and np.array_equal(frozen, answers)


def test_batches_in_the_units_of_the_data_lose_no_digits_on_their_way_to_the_model():
    x = 1.7e12 + np.arange(20.0)[:, None]  # milliseconds since 1970
    data = Dataset("times", x, 3.0 * np.arange(20)[:, None], task="regression")
    model = InUnits(MLP([1, 4, 1], rng=0, dtype=np.float32), Units.of(data))
    expected = evaluate(model, losses.mse, (data.x, data.y))
    assert evaluate(model, losses.mse, [(data.x, data.y)]) == pytest.approx(expected)


def test_the_slope_of_an_answer_is_in_the_units_of_the_data():
    data = datasets.load("auto_mpg")
    model = InUnits(MLP([9, 4, 1], rng=0), Units.of(data))
    x, step = Tensor(data.x[:1], requires_grad=True), 1e-4 * data.x.std(axis=0)
    slope = model(x).sum().gradient(x)[0]
    for i, h in enumerate(step):
        ends = [predict(model, data.x[:1] + sign * h * np.eye(9)[i]) for sign in (1, -1)]
        assert slope[i] == pytest.approx((ends[0] - ends[1]).item() / (2 * h), rel=1e-6)


@pytest.mark.parametrize("shape", [(5, 1), (5, 3), (4, 2), (), (0,)])
def test_a_wrong_number_of_columns_is_refused_and_never_broadcast(shape):
    model = InUnits(MLP([4, 3], rng=0), Units.of(datasets.load("iris")))
    with pytest.raises(ValueError, match=r"takes 4 columns.*\(N, 4\)"):
        model(np.ones(shape))


def test_model_and_units_the_other_way_round_are_told_apart():
    with pytest.raises(TypeError, match="a model, then the Units"):
        InUnits(Units.of(datasets.load("iris")), MLP([4, 3]))


def test_training_goes_on_in_the_units_of_the_data_without_losing_digits():
    u = np.random.default_rng(0).uniform(-1, 1, (300, 1))
    pair = 1.6e12 + 6e4 * u, 1e6 + np.sin(3 * u)
    data = Dataset("t", *pair, ("t",), ("y",), "regression")
    model = InUnits(MLP([1, 16, 1], rng=0, dtype=np.float32), Units.of(data))
    optimizer = optimizers.Adam(model.parameters(), 0.02)
    options = {"batch_size": 50, "metrics": [metrics.r2], "progress": False}
    history = fit(model, losses.mse, optimizer, data, epochs=60, **options)
    assert history["r2"][-1] == evaluate(model, None, data, [metrics.r2])["r2"] > 0.9
    assert {parameter.dtype for parameter in model.parameters()} == {np.dtype(np.float32)}
