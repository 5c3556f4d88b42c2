"""The tests of the assignment: python -m pytest -m task1, and so on to task6.

Every failure says what was expected and what came, and gives one hint.
"""

import numpy as np
import pytest

TASKS = {
    "mse": pytest.mark.task1,
    "mae": pytest.mark.task2,
    "smooth_l1": pytest.mark.task3,
    "smooth_l2": pytest.mark.task4,
    "cross_entropy": pytest.mark.task5,
    "log_loss": pytest.mark.task6,
}
SMOOTH_L1 = ([0.0, 0.0, 0.0, 0.0], [0.5, 2.0, -3.0, 0.0])
LOGITS = np.log([[1.0, 2.0, 1.0], [1.0, 1.0, 6.0]])  # softmax: (1, 2, 1) / 4 and (1, 1, 6) / 8

# loss: y_true, y_pred, value, derivative; all worked out on paper
BY_HAND = {
    "mse": ([1.0, 2.0, 3.0], [2.0, 4.0, 0.0], 14 / 3, [2 / 3, 4 / 3, -2.0]),
    "mae": ([1.0, 2.0, 3.0], [2.0, 4.0, 0.0], 2.0, [1 / 3, 1 / 3, -1 / 3]),
    "smooth_l1": (*SMOOTH_L1, (1 / 8 + 3 / 2 + 5 / 2) / 4, [1 / 8, 1 / 4, -1 / 4, 0.0]),
    "smooth_l2": ([1.0, 2.0, 3.0], [2.0, 4.0, 0.0], 7 / 3, [1 / 3, 2 / 3, -1.0]),
    "cross_entropy": (
        [1, 2],
        LOGITS,
        (np.log(2) + np.log(8 / 6)) / 2,
        [[1 / 8, -1 / 4, 1 / 8], [1 / 16, 1 / 16, -1 / 8]],
    ),
    "log_loss": ([1.0, 0.0], [0.25, 0.5], 1.5 * np.log(2), [-2.0, 1.0]),
}


def each_task(values):
    """Run a test once per loss of `values`, under the marker of its task."""
    return pytest.mark.parametrize("name", [pytest.param(n, marks=TASKS[n]) for n in values])


def arrays(name):
    """The arguments of the table, as arrays."""
    return np.array(BY_HAND[name][0]), np.array(BY_HAND[name][1])


def expect(call, got, expected, hint, tolerance=1e-12):
    """Fail with what was expected, what came and one hint, unless the two agree."""
    got, expected = np.asarray(got), np.asarray(expected)
    __tracebackhide__ = True
    if got.shape != expected.shape:
        hint = "a loss returns one number, a derivative has the shape of y_pred."
        pytest.fail(f"{call}: expected shape {expected.shape}, got {got.shape}. Hint: {hint}")
    if not np.allclose(got, expected, rtol=tolerance, atol=tolerance):
        hint = recognised(got, expected) or hint
        pytest.fail(f"{call}:\nexpected {expected}\ngot      {got}\nHint: {hint}")


def recognised(got, expected):
    """A better hint, where the sign is wrong, or all is 2, 3, … times too large or too small."""
    with np.errstate(all="ignore"):
        factor = np.sum(got * expected) / np.sum(expected * expected)
        times = max(factor, 1 / factor)
    if np.allclose(got, -expected):
        return "only the sign is wrong: e is y_pred - y_true."
    if np.allclose(got, factor * expected) and times > 1 and abs(times - round(times)) < 1e-6:
        return f"all is {factor:.4g} times the right number: look for a 1/N, a 2 or a 1/2."
    return None


@each_task(TASKS)
def test_value(losses, name):
    y_true, y_pred = arrays(name)
    call = f"{name}({y_true.tolist()}, {y_pred.tolist()})"
    hint = "do the sum on paper, number by number; then take the mean."
    expect(call, getattr(losses, name)(y_true, y_pred), BY_HAND[name][2], hint)


@each_task(TASKS)
def test_derivative(losses, name):
    y_true, y_pred = arrays(name)
    call = f"{name}_derivative({y_true.tolist()}, {y_pred.tolist()})"
    hint = "differentiate the formula on paper; the mean brings a 1/N."
    expect(call, getattr(losses, f"{name}_derivative")(y_true, y_pred), BY_HAND[name][3], hint)


@each_task(TASKS)
def test_derivative_is_the_slope_of_the_value(losses, name):
    y_true, y_pred = arrays(name)
    y_pred = 0.9 * y_pred + 0.05  # away from the kink of |e|, and 0 < p < 1
    loss, slopes = getattr(losses, name), np.zeros_like(y_pred)
    for i in np.ndindex(y_pred.shape):
        step = np.zeros_like(y_pred)
        step[i] = 1e-6
        slopes[i] = (loss(y_true, y_pred + step) - loss(y_true, y_pred - step)) / 2e-6
    derivative = getattr(losses, f"{name}_derivative")(y_true, y_pred)
    hint = f"(L(p + h) - L(p - h)) / 2h gives other numbers: {name} and its derivative disagree."
    expect(f"{name}_derivative({y_true}, {y_pred})", derivative, slopes, hint, tolerance=1e-7)


@each_task(TASKS)
@pytest.mark.parametrize("suffix", ["", "_derivative"])
def test_shapes_that_differ_are_an_error(losses, name, suffix):
    y_true, y_pred = arrays(name)
    try:
        getattr(losses, name + suffix)(y_true[:, None], y_pred)
    except ValueError:
        return
    shapes = f"y_true {y_true[:, None].shape} against y_pred {y_pred.shape}"
    pytest.fail(f"{name}{suffix}: expected a ValueError for {shapes}. Hint: check_same_shape.")


@each_task(TASKS)
def test_arguments_are_left_alone(losses, name):
    y_true, y_pred = arrays(name)
    for function in (getattr(losses, name), getattr(losses, f"{name}_derivative")):
        function(y_true, y_pred)
        hint = "write z = z - m, which makes a new array; z -= m changes the caller's."
        expect(f"y_true after {function.__name__}", y_true, BY_HAND[name][0], hint)
        expect(f"y_pred after {function.__name__}", y_pred, BY_HAND[name][1], hint)


@each_task(["mse", "mae", "smooth_l1", "smooth_l2", "log_loss"])
@pytest.mark.parametrize("columns", [1, 2])
def test_a_matrix_has_the_same_loss_as_a_row(losses, name, columns):
    y_true, y_pred = (np.stack([array] * columns, axis=1) for array in arrays(name))
    hint = "N is y_pred.size, whatever the shape."
    value = getattr(losses, name)(y_true, y_pred)
    expect(f"{name} of the shape {y_pred.shape}", value, BY_HAND[name][2], hint)
    derivative = getattr(losses, f"{name}_derivative")(y_true, y_pred)
    expected = np.stack([BY_HAND[name][3]] * columns, axis=1) / columns
    expect(f"{name}_derivative of the shape {y_pred.shape}", derivative, expected, hint)


@pytest.mark.task2
def test_mae_has_slope_0_at_an_error_of_0(losses):
    got = losses.mae_derivative(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    expect("mae_derivative([1, 2], [1, 3])", got, [0.0, 0.5], "np.sign(0) is 0.")


@pytest.mark.task3
def test_smooth_l1_is_straight_for_large_errors(losses):
    got = losses.smooth_l1(np.array([0.0]), np.array([10.0]))
    hint = (
        "|e| - 1/2 belongs where |e| >= 1. np.maximum of both branches is 1/2 e² everywhere, since"
        " 1/2 e² - (|e| - 1/2) = 1/2 (|e| - 1)² is never negative; use np.where."
    )
    expect("smooth_l1([0], [10])", got, 9.5, hint)


@pytest.mark.task3
@pytest.mark.parametrize(("beta", "value"), [(0.5, 2.25), (2.0, 1.53125)])
def test_smooth_l1_with_another_beta(losses, beta, value):
    y_true, y_pred = np.zeros(2), np.array([1.5, 3.5])
    hint = "beta is in the condition, in the parabola (1 / 2 beta) and in the line (beta / 2)."
    call = f"([0, 0], [1.5, 3.5], beta={beta})"
    expect(f"smooth_l1{call}", losses.smooth_l1(y_true, y_pred, beta), value, hint)
    slopes = np.array([min(1.5 / beta, 1), 1]) / 2
    got = losses.smooth_l1_derivative(y_true, y_pred, beta)
    expect(f"smooth_l1_derivative{call}", got, slopes, hint)


@pytest.mark.task5
@pytest.mark.parametrize(
    ("logits", "value"),
    [([[1000.0, 0.0]], 0), ([[0.0, 1000.0]], 1000), ([[-1000.0, -1000.0]], np.log(2))],
)
def test_cross_entropy_of_huge_logits(losses, logits, value):
    y_true, logits = np.array([0]), np.array(logits)
    hint = "subtract the largest logit of the row before exp; log softmax is z - max - log(sum)."
    with np.errstate(all="ignore"):
        got = losses.cross_entropy(y_true, logits)
        slopes = losses.cross_entropy_derivative(y_true, logits)
    expect(f"cross_entropy([0], {logits})", got, value, hint)
    expected = {0: [[0.0, 0.0]], 1000: [[-1.0, 1.0]]}.get(value, [[-0.5, 0.5]])
    expect(f"cross_entropy_derivative([0], {logits})", slopes, expected, hint)


@pytest.mark.task5
def test_cross_entropy_of_rows_of_different_scale(losses):
    y_true, logits = np.array([0, 1]), np.array([[2000.0, 2000.0], [0.0, 0.0]])
    hint = "subtract the largest logit of each row: max(axis=1, keepdims=True), not of the array."
    with np.errstate(all="ignore"):
        got = losses.cross_entropy(y_true, logits)
        slopes = losses.cross_entropy_derivative(y_true, logits)
    expect("cross_entropy([0, 1], [[2000, 2000], [0, 0]])", got, np.log(2), hint)
    expected = [[-0.25, 0.25], [0.25, -0.25]]
    expect("cross_entropy_derivative([0, 1], [[2000, 2000], [0, 0]])", slopes, expected, hint)


@pytest.mark.task6
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_loss_at_0_and_1(losses, dtype):
    eps = np.finfo(dtype).eps
    y_true, y_pred = np.array([1, 0, 1, 0], dtype), np.array([0, 1, 1, 0], dtype)
    hint = f"clip p to eps and 1 - eps, with eps = np.finfo(y_pred.dtype).eps = {eps}, once."
    with np.errstate(all="ignore"):
        got = losses.log_loss(y_true, y_pred)
        slopes = losses.log_loss_derivative(y_true, y_pred)
    call = f"([1, 0, 1, 0], [0, 1, 1, 0]) in {y_pred.dtype}"
    expect(f"log_loss{call}", got, (-np.log(eps) - np.log1p(-eps)) / 2, hint, tolerance=1e-6)
    expected = np.array([-1 / eps, 1 / eps, -1 / (1 - eps), 1 / (1 - eps)]) / 4
    expect(f"log_loss_derivative{call}", slopes, expected, hint, tolerance=1e-6)
