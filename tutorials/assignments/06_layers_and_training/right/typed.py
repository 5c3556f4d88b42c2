"""Type hints, print, and while."""

from typing import Any


def relu_backward(g: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Masked."""
    passed: np.ndarray = g.copy()
    passed[x <= 0] = 0
    return passed


def predict(parameters: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    scores: np.ndarray = logits(parameters, x)
    return np.argsort(-scores, axis=1, kind="stable")[:, 0]


def train(
    x: np.ndarray,
    y: np.ndarray,
    sizes: list[int],
    optimizer: Any,
    epochs: int,
    size: int,
    seed: int,
) -> list[np.ndarray]:
    parameters: list[np.ndarray] = initial_parameters(sizes, seed)
    opt = optimizer(parameters)
    epoch: int = 0
    while epoch < epochs:
        print("epoch", epoch)
        for rows in minibatches(x.shape[0], size, seed + epoch):
            opt.step(gradients(parameters, np.take(x, rows, axis=0), np.take(y, rows)))
        epoch += 1
    return parameters


def settings() -> dict[str, Any]:
    return {"sizes": (2, 64, 64, 3), "learning_rate": 0.3, "epochs": 15, "size": 30}
