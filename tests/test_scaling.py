"""In which units a model is trained, and what is said about it in those of the data."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

import tinynet as tn
from tinynet.training.scaling import scaled, unscaled
from tinynet.training.suited import fitting, suited

RNG = np.random.default_rng(0)
COUNTS = tn.Dataset(
    "counts",
    RNG.normal(1e6, 3, size=(60, 2)),
    RNG.poisson(20, (60, 1)) + 2.0,
    ("a", "b"),
    ("n",),
    "regression",
)
PARTS = COUNTS.take(slice(0, 40)), COUNTS.take(slice(40, 60))


def scaling_of(name, data):
    return scaled(*suited(tn.losses.names()[name], data), data)


@pytest.mark.parametrize("name", fitting(COUNTS))
def test_the_reported_loss_is_the_trained_one_in_other_units(name):
    scaling, bare = scaling_of(name, PARTS[0]), tn.layers.MLP([2, 3, 1], rng=0)
    model = scaling.between(bare)
    for part in PARTS:
        x, y = scaling.pair(part)
        trained = float(scaling.trained(y, bare(x)))
        reported = float(scaling.reported(part.y, model(part.x)))
        assert reported == pytest.approx(scaling.factor * trained, rel=1e-4)


@pytest.mark.parametrize(
    ("name", "power"), [("mae", 1), ("quantile", 1), ("mse", 2), ("r2_loss", 0)]
)
def test_a_loss_that_follows_the_unit_is_told_in_that_of_y(name, power):
    scaling = scaling_of(name, PARTS[0])
    assert scaling.of == "n"
    assert scaling.factor == pytest.approx(PARTS[0].y.std() ** power)


@pytest.mark.parametrize("name", ["huber", "log_cosh", "cauchy"])
def test_a_loss_with_a_size_of_its_own_is_told_in_standardized_units(name):
    y = PARTS[0].y
    assert scaling_of(name, PARTS[0]).of == f"(n − {y.mean():.5g}) / {y.std():.5g}"


@pytest.mark.parametrize("name", ["mape", "smape", "poisson_nll", "gamma_nll", "tweedie"])
def test_a_loss_of_the_numbers_themselves_gets_them_as_they_are(name):
    scaling = scaling_of(name, PARTS[0])
    np.testing.assert_array_equal(scaling.pair(PARTS[0])[1], PARTS[0].y)
    assert scaling.of.startswith("n")


def test_a_model_of_logarithms_answers_in_counts():
    scaling, bare = scaling_of("poisson_nll", PARTS[0]), tn.layers.MLP([2, 1], rng=0)
    bare.load_state_dict({name: 0 * value for name, value in bare.state_dict().items()})
    model = scaling.between(bare)  # it says 0, the mean
    answers = tn.training.predict(scaling.answering(model), COUNTS.x)
    np.testing.assert_allclose(answers, PARTS[0].y.mean())
    np.testing.assert_allclose(np.exp(tn.training.predict(model, COUNTS.x)), answers)


def test_counts_may_all_be_zero():
    zeros = replace(COUNTS, y=0 * COUNTS.y)
    scaling, bare = scaling_of("poisson_nll", zeros), tn.layers.MLP([2, 1], rng=0)
    answers = scaling.answering(scaling.between(bare))
    np.testing.assert_allclose(tn.training.predict(answers, zeros.x), 0, atol=1e-300)


def test_a_loss_too_large_in_units_of_y_is_told_in_standardized_ones():
    assert scaling_of("mse", replace(COUNTS, y=1e200 * COUNTS.y)).of.startswith("(n − ")


@pytest.mark.parametrize(("sign", "shown"), [(-1, "+"), (1, "−")])
def test_a_large_number_is_told_in_one_piece(sign, shown):
    told = scaling_of("huber", replace(COUNTS, y=sign * (COUNTS.y + 1e6))).of
    assert told.startswith(f"(n {shown} 1e+06) / ")


def test_classes_are_not_scaled():
    moons = tn.datasets.make_moons()
    scaling = scaling_of("hinge", moons)
    assert scaling.trained is scaling.reported and scaling.factor == 1 and not scaling.of
    np.testing.assert_array_equal(scaling.pair(moons)[1], 2.0 * moons.y[:, None] - 1)


def test_nothing_is_scaled_where_nobody_wants_it():
    for name, answer in (("mse", np.positive), ("poisson_nll", np.exp)):
        loss, encode = suited(tn.losses.names()[name], COUNTS)
        scaling = unscaled(loss, encode, COUNTS)
        x, y = scaling.pair(COUNTS)
        assert np.array_equal(x, COUNTS.x) and np.array_equal(y, COUNTS.y)
        assert scaling.answer is answer and scaling.trained is scaling.reported is loss
        bare = tn.layers.MLP([2, 3, 1], rng=0)
        assert np.array_equal(scaling.between(bare)(COUNTS.x).data, bare(COUNTS.x).data)
    moons = tn.datasets.make_moons()
    assert unscaled(*suited(tn.losses.hinge, moons), moons).units.y is None


@pytest.mark.parametrize("name", ["mse", "huber", "poisson_nll", "mape", "tweedie"])
def test_several_columns_are_as_each_one_alone(name):
    """The loss of two columns is the mean of theirs, each with its own units."""
    both = replace(COUNTS, y=np.hstack([COUNTS.y, 50 + 7 * COUNTS.y[::-1]]))
    pred = RNG.normal(size=(60, 2))
    scaling = scaling_of(name, both)
    alone = []
    for column in range(2):
        part = replace(COUNTS, y=both.y[:, [column]])
        of_column = scaling_of(name, part)
        alone.append(float(of_column.trained(of_column.pair(part)[1], pred[:, [column]])))
    assert float(scaling.trained(scaling.pair(both)[1], pred)) == pytest.approx(np.mean(alone))
    assert "2 columns" in scaling.of and scaling.factor == 1


@pytest.mark.parametrize("name", ["mse", "huber", "poisson_nll", "mape"])
def test_a_row_of_weight_2_is_two_rows(name):
    loss, encode = suited(tn.losses.names()[name], COUNTS)
    weights = RNG.integers(1, 4, 60)
    repeated = COUNTS.take(np.repeat(np.arange(60), weights))
    one, other = scaled(loss, encode, COUNTS, weights), scaled(loss, encode, repeated)
    pred = RNG.normal(size=(60, 1))
    np.testing.assert_allclose(one.pair(COUNTS)[0], other.pair(COUNTS)[0])
    weighted = one.trained(one.pair(COUNTS)[1], pred, sample_weight=weights)
    as_rows = other.trained(other.pair(repeated)[1], pred.repeat(weights, axis=0))
    assert float(weighted) == pytest.approx(float(as_rows))


@pytest.mark.parametrize("name", fitting(COUNTS))
def test_a_scaling_is_pickled(name):
    scaling = scaling_of(name, PARTS[0])
    again = pickle.loads(pickle.dumps(scaling))
    (_, y), pred = scaling.pair(PARTS[1]), RNG.normal(size=(20, 1))
    assert float(again.trained(y, pred)) == float(scaling.trained(y, pred))
    assert float(again.reported(PARTS[1].y, y + 1)) == float(scaling.reported(PARTS[1].y, y + 1))
