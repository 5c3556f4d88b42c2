"""Tutorial 22: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

LAYER = (np.array([[1.0, -2.0], [0.5, 4.0]]), np.array([[2.0, 3.0], [-1.0, 5.0]]), np.ones(2))
WIDE = (np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [2.0, -1.0], [0.5, 3.0]]), np.arange(3.0))


exercises = {
    "22.1": Exercise(
        right="b",
        because="PyTorch takes the prediction first, then the target; and its cross-entropy takes"
        " scores, as tinynet's does.",
        wrong={
            "The arguments stand in tinynet's order; in PyTorch the prediction comes first.": "a",
            "Its cross-entropy applies the softmax itself: this would be softmax twice.": "c",
        },
        hint="Look at the table of what differs, and at what tutorial 8 says of softmax.",
    ),
    "22.2": Exercise(
        right=lambda x, weight, bias: x @ weight.T + bias,
        because="The weight is kept as (outputs, inputs), so it is transposed before x @ it.",
        wrong={
            "With a square weight this runs, but is wrong: it is (outputs, inputs).": (
                lambda x, weight, bias: x @ weight + bias
            ),
            "The bias is missing.": lambda x, weight, bias: x @ weight.T,
            "Rows and columns of the result are exchanged: rows of x are rows of the result.": (
                lambda x, weight, bias: weight @ x.T + bias[:, None]
            ),
            "The bias is added to the prediction; it is not taken away.": lambda x, weight, bias: (
                x @ weight.T - bias
            ),
        },
        hint="x has a row for each example and a column for each input; the result has a column for"
        " each output.",
        asked=[LAYER, WIDE],
    ),
    "22.3": Exercise(
        right=11 * np.log10(2),
        because="Ten binary digits are worth three decimal ones, so 11 are worth 11 · 0.3, or 3.3."
        " A float16 keeps so many: it saves memory, and rounds more.",
        wrong={
            "A binary digit is worth less than a decimal one: it tells 2 cases apart, not 10.": (
                11.0,
                110 / 3,
            ),
            "Those are ten of them. The eleventh is worth something, too.": 3.0,
            "That is for the 24 of float32.": (7.0, 7.2),
            "Ten binary digits are worth three decimal ones, not one.": 1.1,
            "Three binary digits tell 8 cases apart, which is less than a decimal digit.": 11 / 3,
        },
        hint="How many decimal digits is one binary digit worth, if ten are worth three?",
        tolerance=4e-2,
    ),
}
