"""Tutorial 19: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "19.1": Exercise(
        right=6,
        because="Three nodes, u, u · u and the sum, with two arguments each: a rule is called for"
        " each argument that needs a gradient, also where both are the same tensor.",
        wrong={
            "That is the number of nodes. Each turn calls a rule for each argument that needs a"
            " gradient.": 3,
            "`needs_grad` holds positions, not tensors: x * x has two, 0 and 1, though the same"
            " tensor stands at both.": 4,
            "You counted one of the products twice, the other once: both have two arguments.": 5,
            "The leaf x has no node, so it gets no turn of its own and no rule is called.": (7, 8),
        },
        hint="List the nodes, and beside each the positions in its needs_grad.",
    ),
    "19.2": Exercise(
        right="a",
        because="A newer tensor that waits may have been computed from the older one. It has a part"
        " to add, and would come too late: the gradient that was passed on lacks it.",
        wrong={
            "The registry is filled when tinynet is imported, long before any sweep.": "b",
            "The order of adding does not matter, but here something is passed on in between:"
            " what arrives later is not in it.": "c",
        },
        hint="Look at the third turn in the figure, and take b there instead of a · b.",
    ),
    "19.3": Exercise(
        right=lambda g, y, x: g / (1 + x * x),
        because="The upstream gradient times the slope at x. tinynet's own rule divides by"
        " np.hypot(1, x) ** 2, the same number, which stays finite for a huge x.",
        wrong={
            "upstream": lambda g, y, x: 1 / (1 + x * x),
            "The slope is asked at the argument x, and y is the output.": lambda g, y, x: (
                g / (1 + y * y)
            ),
            "That multiplies by 1 + x²; the slope is 1 divided by it.": lambda g, y, x: (
                g * (1 + x * x)
            ),
            "That is the slope of tanh, written with y.": lambda g, y, x: g * (1 - y * y),
            "That is g times the value; the slope belongs in its place.": lambda g, y, x: g * y,
            "Slopes along a path are multiplied, not added.": lambda g, y, x: g + 1 / (1 + x * x),
        },
        hint="A rule returns g times the slope, and the slope may use y and x.",
        asked=[
            (2.0, np.arctan(3.0), 3.0),
            (np.array([1.0, -3.0]), np.arctan([0.5, 2.0]), np.array([0.5, 2.0])),
        ],
    ),
}
