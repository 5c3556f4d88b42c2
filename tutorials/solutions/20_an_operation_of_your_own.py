"""Tutorial 20: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

SLOPES, FAR = np.array([1.0, -3.0]), np.array([-1.5, 800.0])


def with_overflow(g, y, x):
    """The slope as sinh over cosh."""
    with np.errstate(all="ignore"):
        return g * np.sinh(x) / np.cosh(x)


exercises = {
    "20.1": Exercise(
        right=1000 - np.log(2),
        because="exp(−1000) is nothing beside exp(1000), so cosh 1000 is ½ exp(1000), and its"
        " log is 1000 − log 2, or 999.31.",
        wrong={
            "The ½ in front is lost: its log is not 0.": 1000.0,
            "The log of ½ is negative.": 1000 + np.log(2),
            "The computer's cosh overflows there, but the true value is a number.": np.inf,
            "That is half the exponent; the ½ stands in front of the exponential.": 500.0,
            "It is near: give two digits after the point, by computer if you like.": (999.3, 999.0),
        },
        hint="Which of the two exponentials counts at 1000? Take the log of what is left.",
        tolerance=5e-6,
    ),
    "20.2": Exercise(
        right="b",
        because="The slope of a staircase is 0, and what stands before it would never learn. Only a"
        " rule that says something else lets a gradient through.",
        wrong={
            "A product of x and tanh: tinynet knows both, and no digits are lost.": "a",
            "Under the root stands 1 or more, so the slope is harmless; tinynet finds it.": "c",
        },
        hint="Ask of each: does tinynet know the parts, are digits lost, is the slope of use?",
    ),
    "20.3": Exercise(
        right=lambda g, y, x: g * np.tanh(x),
        because="The slope of cosh is ½(exp x − exp(−x)), called sinh, and that of log cosh is"
        " sinh / cosh. This is tanh, and np.tanh does not overflow.",
        wrong={
            "upstream": lambda g, y, x: np.tanh(x),
            "slope_missing": lambda g, y, x: g / np.cosh(np.minimum(np.abs(x), 700)),
            "It is tanh, but both parts of it overflow at 800: NaN comes of them.": with_overflow,
            "That is so far away from 0; near 0 the curve is round.": lambda g, y, x: (
                g * np.sign(x)
            ),
            "That is the slope of tanh itself; log cosh is one step before it.": lambda g, y, x: (
                g * (1 - np.tanh(x) ** 2)
            ),
            "The slope is asked at the argument x, and y is the output.": lambda g, y, x: (
                g * np.tanh(y)
            ),
        },
        hint="The slope of log u is 1 / u times the slope of u. Which function of NumPy is that?",
        asked=[
            (2.0, np.log(np.cosh(0.5)), 0.5),
            (SLOPES, np.logaddexp(FAR, -FAR) - np.log(2), FAR),
        ],
    ),
}
