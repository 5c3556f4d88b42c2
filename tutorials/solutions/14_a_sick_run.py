"""Tutorial 14: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def shared(train, validation):
    """How many rows of the one stand in the other."""
    return int(np.sum((validation[:, None] == train).all(axis=2).any(axis=1)))


def backwards(train, validation):
    """The wrong way round."""
    return shared(validation, train)


def different(train, validation):
    """Each row counted once, however often it stands there."""
    return len({*map(tuple, train)} & {*map(tuple, validation)})


TRAIN = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9], [1, 2, 3]])
VALIDATION = np.array([[4.0, 5, 6], [1, 5, 9], [1, 2, 3]])
TWICE = np.array([[7.0, 8, 9], [0, 0, 0], [7, 8, 9], [3, 2, 1], [1, 2, 0]])

exercises = {
    "14.1": Exercise(
        right=4e-5,
        because="The step has the length 0.1 · 0.002 = 0.0002, and that is 0.00004 of 5. It would"
        " take thousands of such steps to change the layer noticeably.",
        wrong={
            "That compares the gradient with the weights. The step is shorter: it is multiplied by"
            " the learning rate.": 4e-4,
            "That is the length of the step. Compare it with the length of the weights.": 2e-4,
            "Upside down: the step is to be compared with the weights, not the weights with the"
            " step.": 25000.0,
            "The length of the step is divided by that of the weights, not multiplied.": 1e-3,
            "The gradient is multiplied by the learning rate, not divided.": 4e-3,
        },
        hint="How long is the step? And how long in parts of the weights' length?",
    ),
    "14.2": Exercise(
        right="c",
        because="The gradient gets lost between the last layer and the first. Fewer layers, or"
        " activations with larger slopes, let it pass.",
        wrong={
            "Ten times almost nothing is almost nothing at the first layer, while the last layer's"
            " steps would be ten times as long.": "a",
            "1.10 is what it costs to know nothing, so it does not learn the rows that it has. More"
            " of them will not reach the first layer either.": "b",
        },
        hint="Where does the gradient get lost, and what did tutorial 12 say of that?",
    ),
    "14.3": Exercise(
        right=shared,
        because="Each row of the validation set is compared with each of the training set; all of"
        " its numbers must agree, with any one of the rows.",
        wrong={
            "A row is shared if all of its numbers stand in one row of the training set, not each"
            " number somewhere.": lambda train, validation: int(
                np.sum(np.isin(validation, train).all(axis=1))
            ),
            "One equal number does not make two rows the same.": lambda train, validation: int(
                np.sum((validation[:, None] == train).any(axis=(1, 2)))
            ),
            "A row that stands twice in the training set is still one row of the validation"
            " set.": lambda train, validation: int(
                np.sum((validation[:, None] == train).all(axis=2))
            ),
            "A row that stands twice in the validation set counts twice.": different,
            "That asks which rows of the training set stand in the validation set.": backwards,
            "That is a part of the rows. How many are they?": lambda train, validation: (
                shared(train, validation) / len(validation)
            ),
        },
        hint="`(validation[:, None] == train)` compares each row with each; which axis is which?",
        asked=[(TRAIN, VALIDATION), (TRAIN, TWICE), (VALIDATION, TRAIN)],
    ),
}
