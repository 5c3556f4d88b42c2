"""Tutorial 7: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

LARGE = np.array([[1000.0, 0.0, 999.0], [1.0, 2.0, 3.0]])
SMALL = np.array([[-1000.0, -1001.0], [0.5, -0.5], [3.0, 3.0]])


def log_sum_exp(z):
    largest = z.max(axis=1, keepdims=True)
    return largest[:, 0] + np.log(np.sum(np.exp(z - largest), axis=1))


def as_written(z):
    with np.errstate(all="ignore"):
        return np.log(np.sum(np.exp(z), axis=1))


def without_largest(z):
    return np.log(np.sum(np.exp(z - z.max(axis=1, keepdims=True)), axis=1))


def one_largest(z):
    with np.errstate(all="ignore"):
        return z.max() + np.log(np.sum(np.exp(z - z.max()), axis=1))


def of_columns(z):
    return log_sum_exp(z.T)


exercises = {
    "7.1": Exercise(
        right=np.log(4),
        because="Each class gets ¼, and −log ¼ = log 4: what it costs to know nothing.",
        wrong={
            "That is the probability of each class. What does it cost?": 0.25,
            "A loss of probabilities below 1 is positive: minus the logarithm.": -np.log(4),
            "That is the logarithm to base 10; here log is the natural one.": np.log10(4),
            "That is the logarithm to base 2; here log is the natural one.": 2.0,
            "That is for two classes.": np.log(2),
            "Only the term of the true class is in the sum: t is 0 for the others.": (
                4 * np.log(4),
                np.log(4) - 3 * np.log(3 / 4),
            ),
            "The true class has t = 1, not ¼: its term counts whole, and nothing is averaged.": (
                np.log(4) / 4
            ),
        },
        hint="First softmax of four equal scores, then minus the log of one of them.",
    ),
    "7.2": Exercise(
        right=np.array([0.2, 0.5, -0.7]),
        because="p − t with t = (0, 0, 1). They add up to 0.",
        wrong={
            "sign": np.array([-0.2, -0.5, 0.7]),
            "The other scores are in the sum of softmax, too: they get a slope.": (
                np.array([0.0, 0.0, -0.7]),
                -0.7,
            ),
            "A mean is taken over rows, and this is one row. Classes are added, not averaged.": (
                np.array([0.2, 0.5, -0.7]) / 3
            ),
            "Less the truth, not plus: t is taken from p.": np.array([0.2, 0.5, 1.3]),
            "That is the slope in p, −t/p. Here it is the slope in z.": (
                np.array([0.0, 0.0, -1 / 0.3])
            ),
            "That is for the second class.": np.array([0.2, -0.5, 0.3]),
            "That is p. Subtract the truth, one-hot.": np.array([0.2, 0.5, 0.3]),
        },
        hint="Write the truth as a one-hot row, and subtract.",
    ),
    "7.3": Exercise(
        right="c",
        because=(
            "The size of the error likes the median best, and the median of seven 1 and three 0 is"
            " 1. So mae is no loss for probabilities: it would have the model claim certainty."
        ),
        wrong={
            "0.7 is the mean of t, which mse and log loss like best. Which does mae like?": "a",
            "0.5 lies half-way, but more targets lie above it than below: they pull harder.": "b",
        },
        hint="The targets are seven times 1 and three times 0. What did mae like best?",
    ),
    "7.4": Exercise(
        right=log_sum_exp,
        because="No power is above 1, and the largest one is 1, so that the log is never of 0.",
        wrong={
            "exp(1000) is infinite, and exp(−1000) is 0, whose log is −∞. Take the largest score"
            " of each row out first.": as_written,
            "The largest score was taken out of the sum, but not added again.": without_largest,
            "The largest of all was taken out: in another row every power may be 0 then. Take that"
            " of each row.": one_largest,
            "That is the log-sum-exp of each column. Along which axis do the classes stand?": (
                of_columns
            ),
            "That is the largest score of each row: the others add to the sum.": lambda z: z.max(
                axis=1
            ),
            "other_shape": lambda z: log_sum_exp(z)[:, None],
        },
        hint="m = z.max(axis=1, keepdims=True) is the largest of each row, of shape (N, 1).",
        asked=[(LARGE,), (SMALL,)],
    ),
}
