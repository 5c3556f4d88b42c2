"""The doctor's instruments, against exact Hessians, parabolas and known noise."""

import copy
import math

import numpy as np
import pytest

import tinynet as tn
from tinynet.diagnostics.doctor import instruments
from tinynet.diagnostics.doctor.looks import Observer


def network(seed, activation=tn.layers.Tanh, dtype=np.float64):
    rng = np.random.default_rng(seed)
    model = tn.layers.MLP([2, 3, 2], activation=activation, rng=seed, dtype=dtype)
    return model, rng.normal(size=(12, 2)).astype(dtype), rng.integers(0, 2, 12)


def flat(f, arrays):
    """f as a function of one vector, and where it is."""
    ends = np.cumsum([a.size for a in arrays])[:-1]

    def of_vector(w):
        starts = [0, *ends]
        pieces = [w[s : s + a.size] for s, a in zip(starts, arrays, strict=True)]
        return f(*(np.reshape(p, a.shape) for p, a in zip(pieces, arrays, strict=True)))

    return of_vector, np.concatenate([a.ravel() for a in arrays])


@pytest.mark.parametrize("seed", range(4))
def test_sharpness_is_the_largest_eigenvalue_of_the_exact_hessian(seed):
    model, x, y = network(seed)
    f, arrays = instruments.function_of(model, tn.losses.cross_entropy, x, y)
    of_vector, w = flat(f, arrays)
    exact = np.linalg.eigvalsh(tn.hessian(of_vector)(w))
    largest = max(exact, key=abs)
    found, vector = instruments.sharpness(f, arrays, iterations=2000, tolerance=1e-10)
    assert math.isclose(found, largest, rel_tol=1e-5)
    assert math.isclose(sum(np.sum(v**2) for v in vector), 1, rel_tol=1e-9)


@pytest.mark.parametrize("eigenvalues", [(5, 1, 0.1), (-4, 3, 1), (2, -0.5, 0)])
def test_sharpness_of_a_parabola_that_may_bend_down(eigenvalues):
    q = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    matrix = q @ np.diag(np.float64(eigenvalues)) @ q.T
    value, _ = instruments.sharpness(lambda w: 0.5 * np.sum(w * (matrix @ w)), [np.ones(3)])
    assert math.isclose(value, eigenvalues[0], rel_tol=1e-3)


def test_function_of_a_model_is_its_loss_with_its_gradients_and_leaves_it_alone():
    model, x, y = network(0)
    f, arrays = instruments.function_of(model, tn.losses.cross_entropy, x, y)
    loss = tn.losses.cross_entropy(y, model(x))
    assert float(f(*arrays)) == float(loss)
    gradients = tn.grad(f, tuple(range(len(arrays))))(*arrays)
    loss.backward()
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        np.testing.assert_allclose(gradient, parameter.grad, rtol=1e-12, atol=1e-15)
    moved = f(*(a + 1 for a in arrays))
    assert float(moved) != float(loss) == float(tn.losses.cross_entropy(y, model(x)))


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}])
@pytest.mark.parametrize(("times", "grows"), [(0.97, False), (1.03, True)])
def test_above_its_limit_a_parabola_throws_the_optimizer_out(options, times, grows):
    w = tn.Tensor(np.ones(1), requires_grad=True)
    optimizer = tn.optimizers.SGD([w], lr=0.1, **options)
    curvature = times * instruments.stability_limit(optimizer)
    for _ in range(400):
        optimizer.zero_grad()
        (curvature / 2 * np.sum(w * w)).backward()
        optimizer.step()
    assert (abs(w.data[0]) > 1) == grows


def test_no_limit_is_known_for_adam():
    model = network(0)[0]
    assert math.isnan(instruments.stability_limit(tn.optimizers.Adam(model.parameters(), 0.01)))


@pytest.mark.parametrize("lr", [0.01, 0.3, 2.0])
def test_overshoot_of_a_gradient_step_on_a_parabola_is_the_rate_times_the_curvature_minus_one(lr):
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(4, 4))
    matrix, w = matrix @ matrix.T, rng.normal(size=4)
    g = matrix @ w
    found = instruments.overshoot(lambda v: 0.5 * np.sum(v * (matrix @ v)), [w], [-lr * g])
    assert math.isclose(found, lr * (g @ matrix @ g) / (g @ g) - 1, rel_tol=1e-9)


def test_overshoot_of_a_step_uphill_and_of_one_on_a_flat():
    assert instruments.overshoot(lambda w: w**2, [1.0], [0.1]) == math.inf
    assert math.isnan(instruments.overshoot(lambda w: w**2, [0.0], [0.1]))


def test_noise_scale_is_that_of_known_noise():
    rng, mean, deviations = np.random.default_rng(0), np.array([1.0, -2.0]), np.array([3.0, 4.0])
    batches = mean + deviations / np.sqrt(16) * rng.normal(size=(20000, 2))  # of 16 rows
    assert math.isclose(instruments.noise_scale(batches, 16), 25 / 5, rel_tol=0.03)
    assert instruments.noise_scale([np.ones(2), -np.ones(2)], 16) == math.inf
    assert instruments.noise_scale([np.ones(2)] * 3, 16) == 0


# --- a look ---------------------------------------------------------------------------------


def look(model, optimizer, x, y, **options):
    observer = Observer(tn.losses.cross_entropy, x, y, options.pop("batch_size", 6))
    copied = copy.deepcopy((model, optimizer))
    return observer.look(*copied, 0), observer.layers


def test_a_look_measures_what_a_step_of_sgd_does():
    model, x, y = network(2)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.5)
    seen, layers = look(model, optimizer, x, y)
    assert [layer.path for layer in layers] == ["layers.0", "layers.2"]
    loss = tn.losses.cross_entropy(y, model(x))
    loss.backward()
    assert math.isclose(seen.loss, float(loss), rel_tol=1e-12)
    parameters = model.parameters()
    for i, pair in enumerate((parameters[:2], parameters[2:])):
        g = np.hypot(*(np.linalg.norm(parameter.grad) for parameter in pair))
        w = np.hypot(*(np.linalg.norm(parameter.data) for parameter in pair))
        assert math.isclose(seen.gradient_norms[i], g, rel_tol=1e-9)
        assert math.isclose(seen.update_ratios[i], 0.5 * g / w, rel_tol=1e-9)
    f, arrays = instruments.function_of(model, tn.losses.cross_entropy, x, y)
    step = [-0.5 * parameter.grad for parameter in model.parameters()]
    assert math.isclose(seen.overshoot, instruments.overshoot(f, arrays, step), rel_tol=1e-6)


def test_a_look_sees_the_sharpness_that_the_function_has():
    model, x, y = network(1)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.5)
    seen, _ = look(model, optimizer, x, y)
    f, arrays = instruments.function_of(model, tn.losses.cross_entropy, x, y)
    assert math.isclose(seen.sharpness, instruments.sharpness(f, arrays)[0], rel_tol=0.02)
    assert seen.stability_limit == 4


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_the_first_look_sees_the_sharpness_too(seed):
    """With no direction to begin from, where the value nearly stands still on the way."""
    data = tn.datasets.make_sine(n=100).standardize()
    y = (data.y - data.y.mean()) / data.y.std()
    model = tn.layers.MLP([1, 32, 32, 1], tn.layers.Tanh, rng=seed)
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)
    observer = Observer(tn.losses.mse, data.x, y, 50)
    f, arrays = instruments.function_of(model, tn.losses.mse, data.x, y)
    exact, _ = instruments.sharpness(f, arrays, iterations=2000, tolerance=1e-9)
    seen = observer.look(*copy.deepcopy((model, optimizer)), 0).sharpness
    assert math.isclose(seen, exact, rel_tol=0.02)


@pytest.mark.filterwarnings("ignore:the doctor found")
def test_every_look_at_a_run_sees_its_sharpness():
    """It is measured on the rows of the Observer, here all of them, from where the last one was."""
    data = tn.datasets.make_moons(n=64)
    model, found = tn.layers.MLP([2, 8, 2], tn.layers.Tanh, rng=0), []

    def exact(history, model):
        f, arrays = instruments.function_of(model, tn.losses.cross_entropy, data.x, data.y)
        found.append(instruments.sharpness(f, arrays, iterations=2000, tolerance=1e-9)[0])

    history = tn.fit(
        *(model, tn.losses.cross_entropy, tn.optimizers.SGD(model.parameters(), lr=0.5), data),
        epochs=12,
        batch_size=32,
        progress=False,
        diagnose=True,
        callbacks=[exact],
    )
    looks = history.diagnosis.epochs[1:]
    assert len(looks) == 5
    for look in looks:
        assert math.isclose(look.sharpness, found[look.epoch - 1], rel_tol=0.02)


def test_a_look_counts_idle_units_and_where_activations_lie():
    model, x, y = network(0, tn.layers.ReLU)
    model.layers[0].bias.data[:2] = -100
    seen, layers = look(model, tn.optimizers.SGD(model.parameters(), lr=0.1), x, y)
    assert seen.dead[0] == 2 / 3 or seen.dead[0] == 1
    assert math.isnan(seen.dead[1]) and np.isnan(seen.saturated).all()
    assert seen.histograms[0].sum() == 12 * 3 and seen.histograms[0][0] >= 24
    assert layers[0].activation == "relu" and seen.histograms[1].size == 0
    steep, x, y = network(0)
    steep.layers[0].weight.data *= 1000
    seen, _ = look(steep, tn.optimizers.SGD(steep.parameters(), lr=0.1), x, y)
    assert seen.saturated[0] > 0.9


def test_a_look_tells_how_much_of_the_gradient_was_rounded_away():
    model, x, y = network(0, dtype=np.float16)
    for lr, lost in ((1e-7, 1.0), (1.0, 0.0)):
        optimizer = tn.optimizers.SGD(model.parameters(), lr=lr)
        seen, _ = look(model, optimizer, x, y)
        model.layers[0].bias.data[...] = model.layers[2].bias.data[...] = 1  # 0 + tiny is not lost
        seen, _ = look(model, optimizer, x, y)
        np.testing.assert_allclose(seen.lost, lost, atol=0.05)
