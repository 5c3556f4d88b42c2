"""Tutorial 2: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

right = 2 * 0.6 * (1 - 0.6**2) * 3


exercises = {
    "2.1": Exercise(
        right=right,
        because="Going back: 2e is 2 · 0.6, times the slope of tanh, 0.64, times x = 3.",
        wrong={
            "sign": -right,
            "The slope of tanh is missing: on the way back from the prediction to u, multiply with"
            " 1 − tanh².": 2 * 0.6 * 3,
            "You stopped at b. From the product to w there is one more factor.": right / 3,
            "The slope of the square is 2e, not e.": right / 2,
            "From the product back to w, the factor is what w was multiplied with: x, not w.": (
                right / 3 * 0.2
            ),
            "The slope of tanh is 1 − tanh²: the square is missing.": (2 * 0.6 * (1 - 0.6) * 3),
            "The slope of tanh is 1 minus the square of its value, not of u.": (
                2 * 0.6 * (1 - np.log(2) ** 2) * 3
            ),
            "The slope of the square, 2e, is missing.": right / 1.2,
            "The tanh is taken twice: 0.6 is tanh(u), not u.": 2
            * 0.6
            * (1 - np.tanh(0.6) ** 2)
            * 3,
            "The way back begins with 1, not with the loss.": right * 0.36,
            "The target is another one than on the page, and so is the error.": (
                -2 * 0.4 * 0.64 * 3,
                -0.4 * 0.64 * 3,
            ),
            "The input is another one than on the page.": 2 * 0.6 * 0.64 * 2,
            "That is the loss, not its derivative.": 0.6**2,
        },
        hint="Forward first: u, prediction, error. Then back: 2e, the slope of tanh, x.",
    ),
    "2.2": Exercise(
        right="b",
        because="The chain has a factor 1 − tanh(5)², which is 0.00018, and the others, 2e = 4 and"
        " x = 1, cannot make up for it. A neuron that is wrong and very sure learns slowly.",
        wrong={
            "The error is one factor of a product. Work out the others, too.": "a",
            "The loss is no factor of its own slope. Multiply 2e, the slope of tanh, and x.": "c",
        },
        hint="Multiply the slopes along the path; np.tanh(5.0) helps.",
    ),
    "2.3": Exercise(
        right=lambda u: np.tanh(u) + u * (1 - np.tanh(u) ** 2),
        because="One path goes through the factor u and brings tanh(u), the other goes through tanh"
        " and brings u·(1 − tanh²); what comes along both is added.",
        wrong={
            "That is the path through the factor u. There is another one, through tanh.": (
                lambda u: np.tanh(u)
            ),
            "That is the path through tanh. There is another one, through the factor u.": (
                lambda u: u * (1 - np.tanh(u) ** 2)
            ),
            "The slope of a product is not the product of the slopes. Follow each path alone, while"
            " the other factor stands still.": lambda u: 1 - np.tanh(u) ** 2,
            "Slopes along one path are multiplied, but what comes along two paths is added.": (
                lambda u: np.tanh(u) * u * (1 - np.tanh(u) ** 2)
            ),
            "On the path through tanh, multiply with the other factor, u.": (
                lambda u: np.tanh(u) + 1 - np.tanh(u) ** 2
            ),
            "That would be the slope of u + tanh(u). In a product, the slope of one factor is"
            " multiplied with the other factor.": lambda u: 2 - np.tanh(u) ** 2,
            "That is L itself, not its derivative.": lambda u: u * np.tanh(u),
        },
        hint="Let one u move while the other stands still, then the other way round, and add.",
        asked=[(0.7,), (-1.2,), (2.0,)],
    ),
}
