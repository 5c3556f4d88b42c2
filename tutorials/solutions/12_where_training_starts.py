"""Tutorial 12: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "12.1": Exercise(
        right=0.04,
        because="2/n with the fan-in n = 50: each unit adds up 50 products, and ReLU loses half.",
        wrong={
            "The bend is forgotten: ReLU loses half of the mean square, so twice 1/n is needed.": (
                0.02
            ),
            "The number of units does not matter to a sum; the number of its inputs does.": (
                0.01,
                0.005,
            ),
            "That is the standard deviation; its square is asked.": 0.2,
            "More inputs make the sum larger, so each weight must be smaller: divide by n.": (
                25,
                50,
                100,
            ),
            "That is the mean of fan-in and units, as for tanh; for ReLU it is 2/n.": 2 / 250,
        },
        hint="How many products does one unit add up? Then use the rule for ReLU.",
    ),
    "12.2": Exercise(
        right="c",
        because="The hidden units give 0, so the last weights get aᵀ · ∂L/∂z = 0; the gradient that"
        " goes back is ∂L/∂z · Wᵀ = 0. Only the last bias sees ∂L/∂z itself, in all 2 · (0 − 5) ="
        " −10, and learns no more than the mean of the targets.",
        wrong={
            "What goes back to the hidden units is multiplied with the last weights: by 0.": "a",
            "The gradient of the last weights is aᵀ · ∂L/∂z. What is a here?": "b",
        },
        hint="Go through the lines of tutorial 10: dW2 = a.T @ dz, db2, da = dz @ W2.T.",
    ),
    "12.3": Exercise(
        right=lambda a: np.mean(np.all(a == 0, axis=0)),
        because="A unit is a column; it is dead if all rows of its column are 0.",
        wrong={
            "That is the share of zeros. A unit may give 0 for many rows, and yet not be dead: it"
            " is dead if it gives 0 for all.": lambda a: np.mean(a == 0),
            "wrong_axis": lambda a: np.mean(np.all(a == 0, axis=1)),
            "A unit that gives 0 for one row is not dead; all rows must be 0.": lambda a: np.mean(
                np.any(a == 0, axis=0)
            ),
            "That is the number of dead units; divide by the number of units.": lambda a: np.sum(
                np.all(a == 0, axis=0)
            ),
            "Divide by the number of units, not of rows.": lambda a: (
                np.sum(np.all(a == 0, axis=0)) / len(a)
            ),
            "max(0, u) is never below 0: a dead unit gives exactly 0.": lambda a: np.mean(
                np.all(a < 0, axis=0)
            ),
            "That is the share of units that live.": lambda a: np.mean(np.any(a > 0, axis=0)),
        },
        hint="First one truth value for each column: is it 0 in all rows? Then their mean.",
        asked=[
            (np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0], [0.0, 3.0, 0.0, 0.5]]),),
            (np.array([[0.0, 0.0, 0.0], [1.5, 0.0, 0.0]]),),
            (np.array([[1.0, 2.0], [0.0, 0.1]]),),
        ],
    ),
}
