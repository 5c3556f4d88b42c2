"""Tutorial 1: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "1.1": Exercise(
        right=10.0,
        because="The guess says 10 euros, so e = 1, and 2e·x = 2 · 1 · 5 = 10.",
        wrong={
            "sign": -10.0,
            "The 2 is missing: (e + x·h)² contains 2e·x·h, twice the product.": 5.0,
            "That is how fast it grows with b. When w grows by h, the error grows by x·h.": 2.0,
            "That is the square of the error itself. How fast does it grow with w?": 1.0,
            "Only the error goes into the slope, not the whole price.": (90.0, 100.0),
            "The mean is over the receipts, and here it is one receipt only.": 2.5,
            "An error is prediction minus target. And the 2 of the square is missing.": -5.0,
        },
        hint="Find the prediction, then the error e, then 2e·x.",
    ),
    "1.2": Exercise(
        right="b",
        because="The direction is right, but the step is longer than twice the way to the floor. So"
        " the slope is steeper where it lands, and the next step is longer still.",
        wrong={
            "The sign is as it was: each step still begins downhill. Look where it ends.": "a",
            "Look at the distance between the points of the path: it grows with each step.": "c",
        },
        hint="Print path[:5]: where is the floor of the valley, and on which side is each point?",
    ),
    "1.3": Exercise(
        right=lambda w, x, y: np.mean(2 * (w * x - y) * x),
        because="Without b the error is w·x − y, and it still grows x times as fast as w.",
        wrong={
            "missing_mean": lambda w, x, y: np.sum(2 * (w * x - y) * x),
            "sign": lambda w, x, y: np.mean(2 * (y - w * x) * x),
            "factor": lambda w, x, y: np.mean((w * x - y) * x),
            "That is how fast the loss grows with a bias. With w, each error grows x times as"
            " fast.": lambda w, x, y: np.mean(2 * (w * x - y)),
            "The error and x of one receipt belong together: multiply them first, then take the"
            " mean.": lambda w, x, y: 2 * np.mean(w * x - y) * np.mean(x),
            "You divide by 4, but other arrays have another number of receipts.": lambda w, x, y: (
                np.sum(2 * (w * x - y) * x) / 4
            ),
            "An error grows by x·h, not by w·h, when w grows by h.": lambda w, x, y: np.mean(
                2 * (w * x - y) * w
            ),
            "That is the loss itself, not its derivative.": lambda w, x, y: np.mean(
                (w * x - y) ** 2
            ),
            "One number is asked for: the mean over the receipts is missing.": lambda w, x, y: (
                2 * (w * x - y) * x
            ),
        },
        hint="Begin with the error of each receipt, as in gradient(w, b), but without b.",
        asked=[
            (2.0, np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 5.0, 6.0, 8.0])),
            (0.5, np.array([1.0, -2.0, 3.0]), np.array([0.0, 1.0, 2.0])),
        ],
    ),
}
