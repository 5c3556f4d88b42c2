"""Tutorial 15: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def balanced(labels):
    """N / (C · rows of the class)."""
    rows = np.bincount(labels)
    return len(labels) / (len(rows) * rows)


LABELS = [np.array([0, 0, 0, 1]), np.array([2, 1, 0, 2, 2, 1]), np.array([1, 0, 1, 1, 1, 1, 0, 1])]

exercises = {
    "15.1": Exercise(
        right=0.8,
        because="16 of the 20 ill people are found: 16/20. The recall of a class is read along its"
        " row of the confusion matrix, where the truth is that class.",
        wrong={
            "You read along the column, what the test called ill: that is how far a call can be"
            " trusted. Recall starts from those who are ill.": 16 / 26,
            "That is the accuracy, over both rows.": 106 / 120,
            "That is the part that is missed.": 0.2,
            "The recall is a part of the ill people, not of all people.": (16 / 120, 20 / 120),
            "That is the recall of 'healthy'.": 0.9,
            "As a part of 1, please, not in per cent.": 80.0,
        },
        hint="How many people are ill in truth, and how many of them does the test call ill?",
    ),
    "15.2": Exercise(
        right="a",
        because="A total is a question about the mean, and mse estimates the mean. The expensive"
        " customers are no mistakes: they are part of the total.",
        wrong={
            "mae estimates the median. Half of the customers cost less than it, and the few"
            " expensive ones do not move it: the total would be far too low.": "b",
            "Huber lets the expensive customers pull less than they cost, so the total would be too"
            " low.": "c",
        },
        hint="Is the total the sum of means or of medians? Which loss estimates which?",
    ),
    "15.3": Exercise(
        right=balanced,
        because="N/(C · rows of the class): every class then weighs N/C in total, and all of them"
        " together N, one for each row. tinynet calls it class_weight='balanced'.",
        wrong={
            "The classes weigh the same, but the mean weight of a row is not 1.": (
                lambda labels: 1 / np.bincount(labels),
                lambda labels: np.bincount(labels).max() / np.bincount(labels),
                lambda labels: np.bincount(labels).min() / np.bincount(labels),
                lambda labels: balanced(labels) / balanced(labels).sum(),
            ),
            "There the mean over the classes is 1. A frequent class has more rows: the mean over"
            " the rows is another one.": lambda labels: balanced(labels) / balanced(labels).mean(),
            "The rare classes weigh more, but not so much more that all weigh the same.": (
                lambda labels: 1 - np.bincount(labels) / len(labels)
            ),
            "Nearly: all classes together weigh C times too much.": lambda labels: (
                len(labels) / np.bincount(labels)
            ),
            "These are the frequencies: the frequent classes weigh even more.": (
                lambda labels: np.bincount(labels) / len(labels)
            ),
            "That gives a weight to each row. Asked is one for each class.": (
                lambda labels: balanced(labels)[labels]
            ),
        },
        hint="There are C classes and N rows. A class of n rows: n times its weight must be N/C.",
        asked=[(labels,) for labels in LABELS],
    ),
}
