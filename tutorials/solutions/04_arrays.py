"""Tutorial 4: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

g = np.array([[1.0, 0, 2], [0, 1, 1], [3, 1, 0], [1, 1, 1]])
table = np.array([[2.0, 5, 1], [4, 3, 0], [1, 2, 6], [0, 7, 1]])

exercises = {
    "4.1": Exercise(
        right=np.array([5.0, 5.0, 5.0]),
        because="Each bias is used in 5 rows, and the sum sends a 1 back to every place: five ones"
        " are added.",
        wrong={
            "not_summed": np.ones((5, 3)),
            "That is what comes back from one row. Each bias is used in every row.": np.ones(3),
            "wrong_axis": (np.full(3, 3.0), np.full(5, 3.0)),
            "There is one gradient for each bias, not one for all.": (15.0, 5.0),
            "You added up the whole table. How many places does one bias go to?": np.full(3, 15.0),
            "That would be the mean. A sum does not divide.": (
                np.full(3, 1 / 3),
                np.full(3, 1 / 15),
            ),
        },
        hint="How often is the first bias used, and what comes back from each use?",
    ),
    "4.2": Exercise(
        right="b",
        because="A square root is taken element by element: output i depends on input i only.",
        wrong={
            "Each output of sort is one of the inputs, but seldom the one at the same place.": "a",
            "A mean has one output: its Jacobian is a single row, 1/N everywhere.": "c",
        },
        hint="On which inputs does output 2 depend? tn.jacobian(…) shows it.",
    ),
    "4.3": Exercise(
        right=lambda g, x: np.full(x.shape, g / x.size),
        because="Each element has the slope 1/N, so each gets g times 1/N: a copy, as from a sum.",
        wrong={
            "missing_mean": lambda g, x: np.full(x.shape, g),
            "mean_of_rows": lambda g, x: np.full(x.shape, g / len(x)),
            "upstream": lambda g, x: np.full(x.shape, 1 / x.size),
            "One number is not enough: every element of x has a gradient.": lambda g, x: g / x.size,
            "A mean divides: an element counts the less, the more of them there are.": (
                lambda g, x: np.full(x.shape, g * x.size)
            ),
            "The slope of a mean does not depend on the values of x, only on how many there are.": (
                lambda g, x: g * x / x.size
            ),
        },
        hint="How fast does the mean grow with one element? The rule multiplies this with g.",
        asked=[
            (6.0, np.array([1.0, 2.0, 3.0, 5.0])),
            (-2.0, np.array([[1.0, 0.0, 4.0], [2.0, 2.0, 1.0]])),
        ],
    ),
    "4.4": Exercise(
        right=lambda g, column, table: np.sum(g * table, axis=1, keepdims=True),
        because="In each place the slope is the number of the table. A number of the column is used"
        " along its whole row, so what comes back is added along the row.",
        wrong={
            "not_summed": lambda g, column, table: g * table,
            "That is the gradient of the table: its factor is the column.": (
                lambda g, column, table: g * column
            ),
            "slope_missing": lambda g, column, table: np.sum(g, axis=1, keepdims=True),
            "wrong_axis": (
                lambda g, column, table: np.sum(g * table, axis=0, keepdims=True),
                lambda g, column, table: np.sum(g * table, axis=0),
            ),
            "One number is too few: each number of the column has a gradient of its own.": (
                lambda g, column, table: np.sum(g * table),
                lambda g, column, table: np.sum(g * table, keepdims=True),
            ),
            "First multiply in each place, then add: g and its slope belong together.": (
                lambda g, column, table: (
                    np.sum(g, axis=1, keepdims=True) * np.sum(table, axis=1, keepdims=True)
                )
            ),
            "The slope of column · table with respect to the column is the table alone.": (
                lambda g, column, table: np.sum(g * column * table, axis=1, keepdims=True)
            ),
            "other_shape": lambda g, column, table: np.sum(g * table, axis=1),
            "upstream": lambda g, column, table: np.sum(table, axis=1, keepdims=True),
            "Copies go back as a sum, not as a mean.": lambda g, column, table: np.mean(
                g * table, axis=1, keepdims=True
            ),
        },
        hint="First g times the slope in each of the places, then add along what was repeated.",
        asked=[
            (g, np.array([[1.0], [2.0], [3.0], [4.0]]), table),
            (g.T, np.array([[2.0], [0.0], [-1.0]]), table.T[::-1]),
        ],
    ),
}
