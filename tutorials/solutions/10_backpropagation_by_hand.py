"""Tutorial 10: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "10.1": Exercise(
        right=-0.1,
        because="(p − t)/N is (0.8 − 1)/2 = −0.1: the score should still rise a little.",
        wrong={
            "sign": 0.1,
            "missing_mean": -0.2,
            "That is p/N; the 1 of the true class is not subtracted.": (0.4, 0.8),
            "That is p(1 − p), of softmax alone; the slope of −log is missing.": (0.16, 0.08),
            "Divided by 4, but the loss is a mean over the rows, and there are 2 of them.": -0.05,
            "That is the slope of −log p in p; softmax lies between p and the score.": (
                -1.25,
                -0.625,
            ),
        },
        hint="It is (p − t)/N. What are p, t and N here?",
    ),
    "10.2": Exercise(
        right="c",
        because="It must have the shape of the weights, (3, 5), and (3, 7) times (7, 5) does. The"
        " product sums over the 7 rows, in each of which the weight was used.",
        wrong={
            "(7, 3) times (7, 5) does not fit: the inner numbers must be the same.": "a",
            "It fits, but gives (5, 3), and the weights are (3, 5): inputs times units.": "b",
            "The 1/N of the mean is in du already, since it came from ∂L/∂z = (p − t)/N.": "d",
        },
        hint="The gradient has the shape of the weights. Which product gives that shape?",
    ),
    "10.3": Exercise(
        right=lambda da, a: da * (1 - a**2),
        because="The slope is 1 − tanh(u)², and tanh(u) is what the unit gave: a. So the backward"
        " pass needs no second tanh; that is why frameworks keep the outputs.",
        wrong={
            "a is already tanh(u); here tanh is taken a second time.": lambda da, a: (
                da * (1 - np.tanh(a) ** 2)
            ),
            "slope_missing": lambda da, a: da,
            "upstream": lambda da, a: 1 - a**2,
            "The square is missing: the slope is 1 − tanh(u)².": lambda da, a: da * (1 - a),
            "That is the slope of the sigmoid, a · (1 − a).": lambda da, a: da * a * (1 - a),
            "That is the rule of ReLU.": lambda da, a: da * (a > 0),
        },
        hint="Multiply what arrives, da, with the slope; and say the slope with a.",
        asked=[
            (np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[0.5, -0.8], [0.9, -0.1]])),
            (np.array([2.0, 1.0, -1.0]), np.array([0.0, 0.3, -0.6])),
        ],
    ),
}
