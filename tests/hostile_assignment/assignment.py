"""What hostile submissions are graded by: every kind of check, in two tasks."""

import numpy as np

from tinynet.classroom import Assignment, Check, Fast, Raises, Task, Unchanged

THREE = {"x": np.array([1.0, 2.0, 3.0])}
MATRIX = {"x": np.array([[0.5, -1.0], [2.5, 7.0], [1.0, 0.25]])}
TWO = {"x": np.array([1.0, 2.0]), "by": 2.0}
LOOP = "x = np.linspace(0.0, 1.0, 2_000_000)\ntotal(x)"

assignment = Assignment(
    title="Two small functions",
    file="small.py",
    seconds=1.0,
    tasks=[
        Task(
            "total",
            [
                Check("three numbers", "total(x)", THREE, public=True, expected=6.0),
                Check("a matrix", "total(x)", MATRIX),
                Check("arguments", "total(x)", MATRIX, Unchanged()),
                Check("two million numbers", LOOP, judgement=Fast(), points=2),
            ],
        ),
        Task(
            "scaled",
            [
                Check("two numbers", "scaled(x, by)", TWO, public=True),
                Check("a matrix", "scaled(x, by)", MATRIX | {"by": -0.5}, points=3),
                Check("two factors", "scaled(x, x)", THREE, Raises("ValueError")),
            ],
        ),
    ],
)
