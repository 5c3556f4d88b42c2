"""Six losses and their derivatives: the checks."""

import numpy as np

from tinynet.classroom import Assignment, Check, Raises, Task, Unchanged

Y = {"y_true": np.array([1.0, 2.0, 3.0]), "y_pred": np.array([1.5, 2.0, 1.0])}
MATRIX = {
    "y_true": np.array([[1.0, 2.0], [0.5, 0.25], [4.0, 1.0]]),
    "y_pred": np.array([[2.0, 0.5], [0.0, 3.0], [1.5, 1.25]]),
}
LONG = {"y_true": np.linspace(-1, 1, 7), "y_pred": np.linspace(2, -1, 7) ** 2}
SHAPES = {"y_true": np.ones((3, 1)), "y_pred": np.ones(3)}

assignment = Assignment(
    title="Six losses and their derivatives",
    file="losses.py",
    tasks=[
        Task(
            "mse",
            [
                Check(
                    "three numbers, worked out on paper",
                    "mse(y_true, y_pred)",
                    Y,
                    public=True,
                    expected=4.25 / 3,
                ),
                Check("other numbers", "mse(y_true, y_pred)", LONG, points=2),
                Check("a matrix", "mse(y_true, y_pred)", MATRIX),
                Check(
                    "shapes that differ",
                    "mse(y_true, y_pred)",
                    SHAPES,
                    Raises("ValueError"),
                    blames="unchecked_shapes",
                ),
                Check("arguments", "mse(y_true, y_pred)", Y, Unchanged()),
            ],
            mistakes={"missing_mean": "lambda y_true, y_pred: np.sum((y_pred - y_true) ** 2)"},
        ),
        Task(
            "mse_derivative",
            [
                Check(
                    "three numbers, worked out on paper",
                    "mse_derivative(y_true, y_pred)",
                    Y,
                    public=True,
                ),
                Check("other numbers", "mse_derivative(y_true, y_pred)", LONG, points=2),
                Check("a matrix", "mse_derivative(y_true, y_pred)", MATRIX),
                Check(
                    "shapes that differ",
                    "mse_derivative(y_true, y_pred)",
                    SHAPES,
                    Raises("ValueError"),
                    blames="unchecked_shapes",
                ),
            ],
            derivative_of="mse(y_true, y_pred)",
            by="y_pred",
        ),
    ],
)
