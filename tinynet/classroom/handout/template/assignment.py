"""Means with weights: what is asked, and what must hold of the answers."""

import numpy as np

from tinynet.classroom import Assignment, Check, Misconception, Task, Unchanged

FEW = {"values": np.array([1.0, 4.0]), "weights": np.array([2.0, 1.0])}
MANY = {"values": np.linspace(-3, 2, 7) ** 2, "weights": np.arange(1.0, 8.0)}
COLUMNS = {
    "values": np.array([[1.0, 0.5], [2.0, -1.5], [4.0, 7.0]]),
    "weights": np.array([1.0, 0.5, 3.0]),
}

assignment = Assignment(
    title="Means with weights",
    file="means.py",
    minutes=15,
    # the ideas behind wrong answers that tinynet's catalogue does not have
    misconceptions={
        "count_of_values": Misconception(
            "divided by the number of values instead of the sum of the weights",
            "With weights, the whole is no longer N, but what all of them weigh together.",
            "Divide by weights.sum().",
            tutorial="",
        ),
        "root": Misconception(
            "the standard deviation instead of the variance",
            "The variance is the mean of the squares; its root is the standard deviation.",
            "Leave out the square root.",
            tutorial="",
        ),
    },
    tasks=[
        Task(
            "weighted_mean",
            title="a mean of which some values count more",
            checks=[
                # a student has the public check, and sees that the answer was worked out on paper
                Check(
                    "two numbers, worked out on paper",
                    "weighted_mean(values, weights)",
                    FEW,
                    points=10,
                    public=True,
                    expected=2.0,
                ),
                # the others stay with you
                Check("other numbers", "weighted_mean(values, weights)", MANY, points=15),
                Check("a matrix", "weighted_mean(values, weights)", COLUMNS, points=15),
                Check("arguments", "weighted_mean(values, weights)", FEW, Unchanged(), points=10),
            ],
            # what each wrong idea would answer: its numbers give it away
            mistakes={
                "count_of_values": "lambda values, weights: weights @ values / len(values)",
                "missing_mean": "lambda values, weights: weights @ values",
                "wrong_axis": """
def weighted_mean(values, weights):
    return (values.T * weights).sum() / weights.sum()
""",
            },
            hints=["What is the mean, if all the weights are 1? And if all are 2?"],
        ),
        Task(
            "weighted_variance",
            title="how far values are from their mean",
            needs=("weighted_mean",),
            checks=[
                Check(
                    "two numbers, worked out on paper",
                    "weighted_variance(values, weights)",
                    FEW,
                    points=10,
                    public=True,
                    expected=2.0,
                ),
                Check("other numbers", "weighted_variance(values, weights)", MANY, points=15),
                Check("a matrix", "weighted_variance(values, weights)", COLUMNS, points=15),
                Check(
                    "arguments", "weighted_variance(values, weights)", FEW, Unchanged(), points=10
                ),
            ],
            mistakes={
                "root": """
def weighted_variance(values, weights):
    return np.sqrt(weighted_mean((values - weighted_mean(values, weights)) ** 2, weights))
""",
                "missing_mean": """
def weighted_variance(values, weights):
    return weights @ (values - weighted_mean(values, weights)) ** 2
""",
            },
            hints=["A variance is a mean, too: of what?", "Call weighted_mean twice."],
        ),
    ],
)
