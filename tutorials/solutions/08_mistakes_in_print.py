"""Tutorial 8: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

TRUTH = np.array([0.0, 1.0, 1.0, 0.0])


def by_logaddexp(t, z):
    return np.logaddexp(0, z) - t * z


def on_paper(t, z):
    with np.errstate(all="ignore"):
        p = 1 / (1 + np.exp(-z))
        return -t * np.log(p) - (1 - t) * np.log(1 - p)


def clipped(t, z):
    with np.errstate(all="ignore"):
        p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def clipped_at_eps(t, z):
    with np.errstate(all="ignore"):
        p = np.clip(1 / (1 + np.exp(-z)), 1e-15, 1 - 1e-15)
    return -t * np.log(p) - (1 - t) * np.log(1 - p)


def by_exp(t, z):
    with np.errstate(all="ignore"):
        return np.log(1 + np.exp(z)) - t * z


exercises = {
    "8.1": Exercise(
        right=np.log(1 + 9 * np.exp(-1)),
        because=(
            "The scores are 1 once and 0 nine times at best, so the true class gets"
            " 1 / (1 + 9 exp(−1)), and the loss is 1.461. Pure guessing costs log 10, 2.303."
        ),
        wrong={
            "That is what guessing costs. A perfect first softmax costs less.": np.log(10),
            "How many other classes are there beside the true one?": np.log(1 + 10 * np.exp(-1)),
            "That is the probability of the true class. Its cost is minus the log.": (
                1 / (1 + 9 * np.exp(-1))
            ),
            "That would be so with one softmax, of scores as far apart as one likes.": 0.0,
            "That is the floor for two classes.": np.log(1 + np.exp(-1)),
            "That is the floor for three classes.": np.log(1 + 2 * np.exp(-1)),
            "That is 1 / p of the true class. The log is still missing.": 1 + 9 * np.exp(-1),
            "The true class has the score 1 and the others 0, not the other way round.": (
                np.log(1 + 9 * np.exp(1))
            ),
            "That is the logarithm to base 10; here log is the natural one.": (
                np.log10(1 + 9 * np.exp(-1))
            ),
            "sign": -np.log(1 + 9 * np.exp(-1)),
        },
        hint="Take a 1 and nine 0 as scores, and work out the cross-entropy.",
    ),
    "8.2": Exercise(
        right="b",
        because="Then both are (100, 1), and every prediction meets its own target only.",
        wrong={
            "It would reach the same place, only later: there the slope is 0.": "a",
            "The mean of 100 × 100 wrong pairs stays one of wrong pairs, whatever the axis.": "c",
        },
        hint="Write down the shape of the difference.",
    ),
    "8.3": Exercise(
        right=by_logaddexp,
        because="log(1 + exp(z)) − tz: the log-sum-exp of 0 and z, less the score of the truth.",
        wrong={
            "Behind a score of 1000, p is 1 in a float, and log(1 − p) is −∞. Do without p.": (
                on_paper
            ),
            "That clips: the loss stops growing where p is clipped, and its slope is 0 there.": (
                clipped,
                clipped_at_eps,
            ),
            "exp(z) overflows for large scores; np.logaddexp(0, z) is log(1 + exp(z)).": by_exp,
            "That is the loss where the truth is no. What does a yes take off?": (
                lambda t, z: np.logaddexp(0, z)
            ),
            "That is the loss where the truth is yes. And where it is no?": (
                lambda t, z: np.logaddexp(0, -z)
            ),
            "That is the slope in z, p − t. Here it is the loss itself.": (
                lambda t, z: np.exp(-np.logaddexp(0, -z)) - t
            ),
            "swapped": lambda t, z: np.logaddexp(0, -z) + t * z,
            "One value for each score is asked for, not their mean.": (
                lambda t, z: np.mean(by_logaddexp(t, z))
            ),
        },
        hint="Where the truth is no, −log(1 − σ(z)) is log(1 + exp(z)). And where it is yes?",
        asked=[
            (TRUTH, np.array([2.0, -1.0, 0.5, -3.0])),
            (TRUTH, np.array([1000.0, 1000.0, -1000.0, -1000.0])),
        ],
    ),
}
