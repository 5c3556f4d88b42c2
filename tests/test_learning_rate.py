"""find_lr: the range test; what it suggests, what it leaves alone, where it suggests nothing."""

import numpy as np
import pytest

import tinynet as tn
from tinynet.layers import MLP, Dropout, Linear, Sequential
from tinynet.losses import cross_entropy, mse
from tinynet.optimizers import SGD, Adam
from tinynet.training import NonFiniteLoss, find_lr


@pytest.mark.parametrize("make", [SGD, lambda ws: SGD(ws, momentum=0.9), Adam])
@pytest.mark.parametrize("name", ["moons", "circles"])
def test_the_suggested_rate_learns_at_least_half_as_well_as_the_best_of_a_grid(make, name):
    data = getattr(tn.datasets, f"make_{name}")(rng=0)

    def trained(lr):
        model = MLP([2, 16, 2], rng=0)
        optimizer = make(model.parameters())
        lr = lr or find_lr(model, cross_entropy, data, optimizer).suggestion
        optimizer.lr = lr
        given = {"epochs": 15, "batch_size": 32, "progress": False, "rng": 1}
        return tn.fit(model, cross_entropy, optimizer, data, **given)["loss"]

    grid = [trained(lr) for lr in (1e-3, 1e-2, 1e-1, 1.0)]
    start, best = grid[0][0], min(losses[-1] for losses in grid)
    assert trained(None)[-1] < best + 0.5 * (start - best)


def test_on_a_parabola_each_loss_is_that_of_the_rates_before_it():
    """One weight w, loss h w² / 2: each step multiplies w by 1 − lr · h."""
    h = 4.0
    model = Linear(1, 1, rng=0)
    model.bias.data[...] = 0
    x, y = np.full((8, 1), (h / 2) ** 0.5), np.zeros((8, 1))
    model.bias.requires_grad = False
    w = model.weight.item()
    found = find_lr(model, mse, (x, y), SGD([model.weight]), batch_size=8, steps=100)
    for lr, loss in zip(found.rates, found.losses, strict=True):
        assert loss == pytest.approx(h * w * w / 2, rel=1e-6, abs=1e-300)
        w -= lr * h * w
    assert found.suggestion == pytest.approx(found.rates[np.argmin(found.smoothed)] / 10)
    assert 0.1 / h < 10 * found.suggestion < 20 / h
    ratios = found.rates[1:] / found.rates[:-1]
    np.testing.assert_allclose(ratios, 1e7 ** (1 / 99))
    assert found.rates[0] == 1e-6


def test_the_smoothed_loss_is_a_running_mean_corrected_for_its_start():
    found = find_lr(MLP([2, 8, 2], rng=0), cross_entropy, tn.datasets.make_moons(rng=0), steps=30)
    for t in (1, 2, 17, 30):
        weights = 0.9 ** np.arange(t)[::-1]
        mean = np.average(found.losses[:t], weights=weights)
        assert found.smoothed[t - 1] == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("given", [False, True])
def test_model_optimizer_and_data_are_never_touched(given):
    model = Sequential(Linear(2, 8, rng=0), Dropout(0.5, rng=0), Linear(8, 2, rng=1))
    model.eval()
    data = tn.datasets.make_moons(rng=0)
    optimizer = Adam(model.parameters(), lr=0.01) if given else None
    before, x, y = model.state_dict(), data.x.copy(), data.y.copy()
    state = optimizer.state_dict() if given else {}
    random = str(model.layers[1].rng.bit_generator.state)
    first = find_lr(model, cross_entropy, data, optimizer, steps=40)
    for name, value in (optimizer.state_dict() if given else {}).items():
        np.testing.assert_array_equal(value, state[name])
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert str(model.layers[1].rng.bit_generator.state) == random and not model.training
    assert model.feature_names is None
    np.testing.assert_array_equal(data.x, x)
    np.testing.assert_array_equal(data.y, y)
    again = find_lr(model, cross_entropy, data, optimizer, steps=40)
    np.testing.assert_array_equal(first.losses, again.losses)


def test_where_the_loss_falls_nowhere_it_says_so_and_suggests_nothing():
    data = tn.datasets.make_moons(100, rng=0)
    blind = (np.zeros_like(data.x), data.y)  # nothing to learn from
    model = MLP([2, 8, 2], rng=0)
    trained = MLP([2, 8, 2], rng=0)
    optimizer = Adam(trained.parameters(), lr=0.05)
    tn.fit(trained, cross_entropy, optimizer, data, epochs=40, batch_size=32, progress=False)
    for m, d in ((model, blind), (trained, data)):
        found = find_lr(m, cross_entropy, d)
        assert found.suggestion is None
        assert "the loss fell nowhere between 1e-06 and" in found.why
        assert repr(found).startswith("no rate: the loss fell nowhere")
        assert len(found.plot().lines) == 2


def test_noise_is_not_taken_for_a_fall():
    """Rates that move nothing: whatever the batches do by chance, there is nothing to suggest."""
    rng = np.random.default_rng(0)
    noise, found = (np.zeros((40, 1)), rng.normal(size=(40, 1))), []
    for seed in range(20):
        given = {"batch_size": 4, "steps": 60, "lowest": 1e-12, "highest": 1e-9, "rng": seed}
        found.append(find_lr(MLP([1, 1], rng=0), mse, noise, **given).suggestion)
    assert found.count(None) >= 19


def test_tiny_data_and_a_loss_that_overflows():
    found = find_lr(MLP([1, 1], rng=0), mse, ([[1.0], [2.0]], [[1.0], [2.0]]))
    assert 1e-3 < found.suggestion < 1
    steep = find_lr(MLP([1, 1], rng=0), mse, ([[1e3]], [[1e3]]), highest=1e300, steps=30)
    assert np.isfinite(steep.losses).all() and len(steep.losses) < 30
    assert repr(found).startswith("lr=") and len(found.plot().lines) == 3


def test_what_it_cannot_start_with_is_told():
    model, data = MLP([1, 1], rng=0), ([[1.0]], [[1.0]])
    with pytest.raises(NonFiniteLoss, match="no step was taken yet"):
        find_lr(model, lambda y, p: mse(y, p) * np.nan, data)
    for wrong, text in [
        ({"steps": 5}, "at least 20 steps"),
        ({"lowest": 1, "highest": 0.1}, "a highest rate above the lowest"),
        ({"lowest": 0}, "lowest must be above 0"),
    ]:
        with pytest.raises(ValueError, match=text):
            find_lr(model, mse, data, **wrong)
    with pytest.raises(TypeError, match="model must be a Module"):
        find_lr(mse, mse, data)
