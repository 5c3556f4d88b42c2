"""Scripts in plain NumPy with one line of tinynet, `from tinynet import grad`.

Each test is such a script, and ends with a fact that does not come from the engine: a closed form,
the answer of another algorithm, or central differences.
"""

import numpy as np
import pytest

from tests.numerical import numerical_gradient
from tinynet import grad, hessian, jacobian, value_and_grad

# --- regression and classification ----------------------------------------------------------


def test_logistic_regression_finds_the_log_odds_of_a_table():
    """5 of 20 recover without the treatment and 15 of 20 with it: odds of 1/3, and 9 times that."""
    treated = np.repeat([0.0, 1.0], 20)
    recovered = np.concatenate([np.arange(20) < 5, np.arange(20) < 15])

    def loss(params):
        logits = params["weight"] * treated + params["bias"]
        sign = np.where(recovered, 1.0, -1.0)
        return np.mean(np.logaddexp(0, -sign * logits))

    params = {"weight": 0.0, "bias": 0.0}
    for _ in range(400):
        slope = grad(loss)(params)
        params = {name: params[name] - 4.0 * slope[name] for name in params}

    assert params["bias"] == pytest.approx(np.log(1 / 3), abs=1e-6)
    assert params["weight"] == pytest.approx(np.log(9), abs=1e-6)


def test_proportional_hazards_agree_with_differences_and_with_the_exact_optimum():
    """Cox's partial likelihood; the risk sets are running sums over the patients by survival."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    true = np.array([1.0, -0.5])
    times = rng.exponential(np.exp(-x @ true))
    x = x[np.argsort(-times)]  # the last survivor first

    def loss(w):
        risk = x @ w
        return -np.mean(risk - np.log(np.cumsum(np.exp(risk))))

    w = np.zeros(2)
    for _ in range(6):
        w = w - np.linalg.inv(hessian(loss)(w)) @ grad(loss)(w)

    np.testing.assert_allclose(numerical_gradient(loss, w), 0, atol=1e-9)
    np.testing.assert_allclose(w, true, atol=0.5)


# --- sequences ------------------------------------------------------------------------------


def test_a_recurrent_network_remembers_the_letter_before():
    """In "abcbabcb…" half the letters follow a b, and only memory tells whether a or c is next.

    Without memory the loss stays at ½ log 2 = 0.35.
    """
    rng = np.random.default_rng(0)
    text = np.array(["abc".index(letter) for letter in "abcb" * 4])
    letters = np.eye(3)[text]  # (16, 3)
    params = {
        "input": rng.normal(size=(3, 8)) * 0.5,
        "hidden": rng.normal(size=(8, 8)) * 0.5,
        "output": rng.normal(size=(8, 3)) * 0.5,
        "bias": np.zeros(8),
    }

    def loss(params):
        state, total = np.zeros(8), 0.0
        for now, following in zip(letters[:-1], letters[1:], strict=True):
            state = np.tanh(now @ params["input"] + state @ params["hidden"] + params["bias"])
            logits = state @ params["output"]
            total += np.log(np.sum(np.exp(logits))) - logits @ following
        return total / (len(letters) - 1)

    start = loss(params)
    for _ in range(100):
        slope = grad(loss)(params)
        params = {name: params[name] - 0.5 * slope[name] for name in params}

    assert loss(params) < 0.06 < 0.5 * np.log(2) < start


def test_attention_learns_to_look_up_the_value_of_the_asked_key():
    """Softmax and einsum by hand: 2 heads, batches of 8 facts, a question about one of them."""
    rng = np.random.default_rng(0)
    keys = np.stack([rng.permutation(np.eye(8)) for _ in range(16)])  # (batch, facts, 8)
    values = rng.normal(size=(16, 8))  # (batch, facts)
    asked = rng.integers(8, size=16)
    question, answer = keys[np.arange(16), asked], values[np.arange(16), asked]
    params = [0.1 * rng.normal(size=(2, 8, 8)), 0.1 * rng.normal(size=(2, 8, 8)), np.ones(2) / 2]

    def attend(params):
        ask, know, mix = params
        queries = np.einsum("bd,hde->bhe", question, ask)
        known = np.einsum("bfd,hde->bhfe", keys, know)
        scores = np.einsum("bhe,bhfe->bhf", queries, known) / np.sqrt(8)
        weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
        weights = weights / np.sum(weights, axis=-1, keepdims=True)
        return np.einsum("bhf,bf,h->b", weights, values, mix)

    def loss(params):
        return np.mean((attend(params) - answer) ** 2)

    start, speed = loss(params), [0.0, 0.0, 0.0]
    for _ in range(150):
        speed = [0.9 * v + dp for v, dp in zip(speed, grad(loss)(params), strict=True)]
        params = [p - 0.3 * v for p, v in zip(params, speed, strict=True)]

    assert loss(params) < 0.01 < 0.5 < start
    ask, know, mix = params
    expected = numerical_gradient(lambda ask: loss([ask, know, mix]), ask)
    np.testing.assert_allclose(grad(loss)(params)[0], expected, atol=1e-8)


def test_a_kalman_filter_has_the_likelihood_of_the_one_large_gaussian():
    """A local level: what the filter adds up step by step, one dense Gaussian says at once."""
    rng = np.random.default_rng(0)
    seen = np.cumsum(rng.normal(size=12)) + 0.5 * rng.normal(size=12)

    def filtered(log_variances):
        drift, noise = np.exp(log_variances)
        mean, variance, total = 0.0, 4.0, 0.0
        for y in seen:
            variance = variance + drift
            spread = variance + noise
            total = total - 0.5 * (np.log(2 * np.pi * spread) + (y - mean) ** 2 / spread)
            gain = variance / spread
            mean, variance = mean + gain * (y - mean), (1 - gain) * variance
        return total

    def dense(log_variances):
        drift, noise = np.exp(log_variances)
        steps = np.minimum(np.arange(1, 13)[:, None], np.arange(1, 13))
        covariance = 4.0 + drift * steps + noise * np.eye(12)
        logdet = np.linalg.slogdet(2 * np.pi * covariance)[1]
        return -0.5 * (logdet + seen @ np.linalg.inv(covariance) @ seen)

    at = np.array([0.3, -1.2])
    value, slope = value_and_grad(filtered)(at)
    np.testing.assert_allclose(value, dense(at), rtol=1e-12)
    np.testing.assert_allclose(slope, numerical_gradient(dense, at), rtol=1e-6)
    np.testing.assert_allclose(grad(dense)(at), slope, rtol=1e-10)
    np.testing.assert_allclose(hessian(dense)(at), hessian(filtered)(at), rtol=1e-8)


# --- densities ------------------------------------------------------------------------------


def test_a_gaussian_mixture_ends_where_expectation_maximization_stands_still():
    """Full covariances by their Cholesky factors; EM, another algorithm, has the same optimum."""
    rng = np.random.default_rng(0)
    data = np.concatenate(
        [
            rng.normal(size=(30, 2)) @ [[1.0, 0.6], [0.0, 0.8]] + [3.0, 0.0],
            rng.normal(size=(20, 2)) @ [[0.8, 0.0], [0.0, 1.2]] - [3.0, 1.0],
        ]
    )  # (50, 2)

    def log_joint(params):
        covariances = params["factors"] @ np.swapaxes(params["factors"], 1, 2)  # (2, 2, 2)
        apart = data - params["means"][:, None, :]  # (2, 50, 2)
        solved = np.linalg.solve(covariances, np.swapaxes(apart, 1, 2))  # (2, 2, 50)
        distance = np.einsum("knd,kdn->kn", apart, solved)
        logdet = np.linalg.slogdet(2 * np.pi * covariances)[1][:, None]
        log_weights = params["logits"] - logsumexp(params["logits"], axis=0)
        return log_weights[:, None] - 0.5 * (distance + logdet)  # (2, 50)

    def logsumexp(x, axis):
        largest = np.max(x, axis=axis, keepdims=True)
        return np.log(np.sum(np.exp(x - largest), axis=axis)) + np.squeeze(largest, axis=axis)

    def loss(params):
        return -np.mean(logsumexp(log_joint(params), axis=0))

    params = {
        "logits": np.zeros(2),
        "means": np.array([[1.0, 0.0], [-1.0, 0.0]]),
        "factors": np.stack([np.eye(2), np.eye(2)]),
    }
    speed = dict.fromkeys(params, 0.0)
    for _ in range(400):
        slope = grad(loss)(params)
        speed = {name: 0.9 * speed[name] + slope[name] for name in params}
        params = {name: params[name] - 0.05 * speed[name] for name in params}

    joint = log_joint(params)
    share = np.exp(joint - logsumexp(joint, axis=0))  # (2, 50): whose point it is
    weights = np.exp(params["logits"] - logsumexp(params["logits"], axis=0))
    np.testing.assert_allclose(weights, share.mean(axis=1), atol=1e-6)
    for k, factor in enumerate(params["factors"]):
        np.testing.assert_allclose(params["means"][k], share[k] @ data / share[k].sum(), atol=1e-6)
        covariance = np.cov(data.T, aweights=share[k], ddof=0)
        np.testing.assert_allclose(factor @ factor.T, covariance, atol=1e-6)


def test_a_gaussian_process_prefers_the_length_scale_that_made_the_data():
    rng = np.random.default_rng(0)
    x = np.linspace(0, 10, 40)
    apart = x[:, None] - x

    def covariance(params):
        scale, length, noise = np.exp(params)
        return scale * np.exp(-0.5 * (apart / length) ** 2) + noise * np.eye(40)

    true = np.log([1.5, 1.2, 0.01])
    y = np.linalg.cholesky(covariance(true)) @ rng.normal(size=40)

    def loss(params):
        factor = np.linalg.cholesky(covariance(params))
        white = np.linalg.solve(factor, y)
        return 0.5 * white @ white + np.sum(np.log(np.diag(factor)))

    params = np.zeros(3)
    np.testing.assert_allclose(grad(loss)(params), numerical_gradient(loss, params), rtol=1e-6)
    speed = np.zeros(3)
    for _ in range(200):
        speed = 0.8 * speed + grad(loss)(params)
        params = params - 0.004 * speed

    np.testing.assert_allclose(numerical_gradient(loss, params), 0, atol=1e-2)
    assert loss(params) < loss(true)
    assert np.exp(params[1]) == pytest.approx(1.2, abs=0.2)


def test_black_box_variational_inference_finds_the_best_independent_gaussian():
    """For a Gaussian target the answer is known: its mean, and 1/√ of the precision's diagonal."""
    rng = np.random.default_rng(0)
    mean, precision = np.array([1.0, -2.0]), np.array([[2.0, 0.8], [0.8, 1.0]])
    half = rng.normal(size=(50, 2))
    draws = np.concatenate([half, -half])  # a sample with mean 0 and
    draws = draws @ np.linalg.inv(np.linalg.cholesky(draws.T @ draws / 100)).T  # covariance 1

    def log_density(z):
        return -0.5 * np.sum((z - mean) @ precision * (z - mean), axis=1)

    def minus_elbo(params):
        center, log_width = params
        z = center + np.exp(log_width) * draws
        return -np.mean(log_density(z)) - np.sum(log_width)

    params = (np.zeros(2), np.zeros(2))
    for _ in range(150):
        slopes = grad(minus_elbo)(params)
        params = tuple(p - 0.2 * slope for p, slope in zip(params, slopes, strict=True))

    np.testing.assert_allclose(params[0], mean, atol=1e-8)
    np.testing.assert_allclose(np.exp(params[1]), 1 / np.sqrt(np.diag(precision)), atol=1e-8)


# --- dynamics -------------------------------------------------------------------------------


def test_a_neural_ode_learns_a_damped_pendulum():
    """An MLP as the velocity field, Euler's steps as its layers, parameters as (W, b) pairs."""
    rng = np.random.default_rng(0)

    def integrate(velocity, state, steps=20, dt=0.1):
        path = [state]
        for _ in range(steps):
            path.append(path[-1] + dt * velocity(path[-1]))
        return np.stack(path)

    def field(params, x):
        *hidden, (W, b) = params
        for weight, bias in hidden:
            x = np.tanh(x @ weight + bias)
        return x @ W + b

    def pendulum(s):
        return np.stack([s[:, 1], -np.sin(s[:, 0]) - 0.3 * s[:, 1]], axis=1)

    start = rng.uniform(-1.5, 1.5, size=(12, 2))
    seen = integrate(pendulum, start)  # (21, 12, 2)

    def loss(params):
        return np.mean((integrate(lambda s: field(params, s), start) - seen) ** 2)

    params = [(0.5 * rng.normal(size=(2, 16)), np.zeros(16)), (np.zeros((16, 2)), np.zeros(2))]
    before = loss(params)
    speed = [(0.0, 0.0), (0.0, 0.0)]
    for _ in range(150):
        slopes = grad(loss)(params)
        speed = [
            (0.9 * vW + dW, 0.9 * vb + db) for (vW, vb), (dW, db) in zip(speed, slopes, strict=True)
        ]
        params = [
            (W - 0.02 * vW, b - 0.02 * vb) for (W, b), (vW, vb) in zip(params, speed, strict=True)
        ]

    assert loss(params) < 0.005 < 0.2 < before


def test_heat_flows_backwards_to_the_picture_it_came_from():
    """Smoothing with np.roll; the blurred picture is known, the sharp one is searched."""
    sharp = np.zeros((8, 8))
    sharp[2:6, 3:5] = 1.0

    def flow(heat, steps=3):
        for _ in range(steps):
            around = sum(np.roll(heat, by, axis) for by in (-1, 1) for axis in (0, 1))
            heat = heat + 0.1 * (around - 4 * heat)
        return heat

    blurred = flow(sharp)

    def loss(picture):
        return 0.5 * np.sum((flow(picture) - blurred) ** 2)

    picture = np.zeros((8, 8))
    slope = flow(flow(picture) - blurred)  # the flow is linear and symmetric: its own adjoint
    np.testing.assert_allclose(grad(loss)(picture), slope, rtol=1e-12, atol=1e-14)
    for _ in range(600):
        picture = picture - 1.5 * grad(loss)(picture)
    np.testing.assert_allclose(picture, sharp, atol=0.05)


def test_the_logistic_map_doubles_an_error_at_each_step():
    """Its Lyapunov exponent at r = 4 is log 2; and x(n) has a closed form to compare with."""

    def iterate(x, steps):
        for _ in range(steps):
            x = 4 * x * (1 - x)
        return x

    angle = 0.3
    exact = 2**10 * np.sin(2**11 * angle) / np.sin(2 * angle)  # x(n) = sin²(2ⁿ θ), x(0) = sin² θ
    np.testing.assert_allclose(grad(iterate)(np.sin(angle) ** 2, 10), exact, rtol=1e-9)
    growth = np.log(np.abs(grad(iterate)(0.3, 500))) / 500
    assert growth == pytest.approx(np.log(2), abs=0.01)


def test_the_leapfrog_keeps_the_energy_of_a_hamiltonian():
    """Forces are gradients of the potential: two stars on a circle change places."""

    def potential(positions):
        return -1 / np.linalg.norm(positions[0] - positions[1])

    def energy(positions, velocities):
        return potential(positions) + 0.5 * np.sum(velocities**2)

    force = grad(lambda positions: -potential(positions))
    positions = np.array([[0.5, 0.0], [-0.5, 0.0]])
    velocities = np.array([[0.0, 1.0], [0.0, -1.0]]) / np.sqrt(2)  # a circle
    before, start = energy(positions, velocities), positions
    dt = np.pi / np.sqrt(2) / 400  # half the way round in 400 steps
    for _ in range(400):
        velocities = velocities + 0.5 * dt * force(positions)
        positions = positions + dt * velocities
        velocities = velocities + 0.5 * dt * force(positions)

    assert energy(positions, velocities) == pytest.approx(before, abs=1e-6)
    np.testing.assert_allclose(positions, -start, atol=1e-3)


# --- derivatives of derivatives -------------------------------------------------------------


def test_newton_reaches_the_bottom_of_rosenbrock_in_six_steps():
    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x = np.array([-1.2, 1.0])
    for _ in range(6):
        x = x - np.linalg.solve(hessian(rosenbrock)(x), grad(rosenbrock)(x))
    np.testing.assert_allclose(x, [1, 1], atol=1e-8)


def test_gauss_newton_finds_the_decay_behind_exact_measurements():
    """The Jacobian of the residuals, and least squares: quadratic where the fit is exact."""
    t = np.linspace(0, 3, 20)

    def residuals(p):
        return p[0] * np.exp(-p[1] * t) + p[2] - (2.0 * np.exp(-1.3 * t) + 0.5)

    p = np.array([1.0, 1.0, 0.0])
    for _ in range(7):
        p = p - np.linalg.lstsq(jacobian(residuals)(p), residuals(p), rcond=None)[0]
    np.testing.assert_allclose(p, [2.0, 1.3, 0.5], atol=1e-10)


def test_an_eigenvalue_moves_as_its_vectors_say():
    """The first-order perturbation theory of quantum mechanics: dE = ⟨ψ|dH|ψ⟩."""
    x = np.linspace(-4, 4, 41)
    kinetic = (2 * np.eye(41) - np.eye(41, k=1) - np.eye(41, k=-1)) / (2 * (x[1] - x[0]) ** 2)

    def ground_state(anharmonicity):
        energies, states = np.linalg.eigh(kinetic + np.diag(0.5 * x**2 + anharmonicity * x**4))
        return energies[0]

    slope = grad(ground_state)(0.0)
    _, states = np.linalg.eigh(kinetic + np.diag(0.5 * x**2))
    np.testing.assert_allclose(slope, np.sum(x**4 * states[:, 0] ** 2), rtol=1e-10)
    assert slope == pytest.approx(0.75, abs=0.04)  # ¾, for an infinitely fine grid
