"""The absolute value as a loss, and least absolute deviations with Huber's weights."""


def residuals(x, y, w):
    return np.einsum("nd,d->n", x, w) - y


def weighted_least_squares(x, y, weight):
    scaled = np.concatenate([x, y[:, None]], axis=1) * weight[:, None] ** 0.5
    answer, *_ = np.linalg.lstsq(scaled[:, :-1], scaled[:, -1], rcond=None)
    return answer


def my_loss(e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.abs(e), np.sign(e)


def fit_robust(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    weight = np.ones_like(y)
    for _ in range(150):
        w = weighted_least_squares(x, y, weight)
        weight = huber_weight(residuals(x, y, w), delta=1e-6)
    return w
