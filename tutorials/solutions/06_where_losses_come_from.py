"""Tutorial 6: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

ERRORS = np.array([0.5, -1.0, 2.0, -3.0])
CONSTANT = np.log(2 * np.pi) / 2


exercises = {
    "6.1": Exercise(
        right=0.8,
        because="Four days below for each one above: 4 of 5 lie below. In general 4 / (4 + 1).",
        wrong={
            "The sides are exchanged: too few costs more, so the number must lie high.": 0.2,
            "The two costs divide the days in the ratio 4 : 1. How many parts are there in all?": (
                0.75,
                0.25,
            ),
            "A level is a share of the days, from 0 to 1.": (4.0, 80.0),
        },
        hint="Balance: (days above) · 4 = (days below) · 1. Which share of all days lies below?",
    ),
    "6.2": Exercise(
        right="b",
        because=(
            "Number of people times mean is the sum of all taxes, hers too; and the mean is what"
            " mse likes. An outlier is no mistake here: the sum needs her."
        ),
        wrong={
            "mae gives the median, what a typical person pays. The millionaire's taxes would be"
            " missing from the sum, but they are paid.": "a",
            "That is a number which 90 % of the people pay less than. Times their number, it is no"
            " sum of what they pay.": "c",
        },
        hint="Which statistic, times the number of people, is the sum?",
    ),
    "6.3": Exercise(
        right=20 / 101,
        because=(
            "The loss is log(1 + e²) and a constant; its slope is 2e/(1 + e²). Beyond 1 the pull"
            " falls: this loss lets an outlier go. The noise is named after Cauchy."
        ),
        wrong={
            "slope_missing": 1 / 101,
            "That is the value of log(1 + e²). The pull is its slope.": np.log(101),
            "That is the inner slope alone. The outer function is a logarithm.": 20.0,
            "The slope of e² is 2e.": 10 / 101,
            "sign": -20 / 101,
            "π is a factor of the density: under the log it becomes a constant, without a slope.": (
                20 / 101 / np.pi
            ),
            "That is the slope of the density. First take −log of it.": -20 / (np.pi * 101**2),
        },
        tolerance=0.02,
        hint="−log(1/(π(1 + e²))) is a sum of two logarithms; differentiate it by the chain rule.",
    ),
    "6.4": Exercise(
        right=lambda e, s: np.mean(0.5 * (e / s) ** 2) + np.log(s) + CONSTANT,
        because=(
            "−log turns the three factors into ½(e/s)², log s and ½ log(2π). The log s punishes"
            " whoever calls all errors noise, by a very large s."
        ),
        wrong={
            "You left out −log(1/s): it is a constant only as long as s is.": (
                lambda e, s: np.mean(0.5 * (e / s) ** 2) + CONSTANT,
                lambda e, s: np.mean(0.5 * (e / s) ** 2),
            ),
            "The constant ½ log(2π) is missing. It moves nothing, but it belongs to the density.": (
                lambda e, s: np.mean(0.5 * (e / s) ** 2) + np.log(s)
            ),
            "The square stands inside: s is squared, too, in (e/s)².": (
                lambda e, s: np.mean(0.5 * e**2 / s) + np.log(s) + CONSTANT
            ),
            "That is the log-likelihood; a loss is minus that.": (
                lambda e, s: -np.mean(0.5 * (e / s) ** 2) - np.log(s) - CONSTANT
            ),
            "The ½ of the exponent is missing.": (
                lambda e, s: np.mean((e / s) ** 2) + np.log(s) + CONSTANT
            ),
            "The mean is asked for, not the sum.": (
                lambda e, s: np.sum(0.5 * (e / s) ** 2 + np.log(s) + CONSTANT)
            ),
            "The density stands there as it is. Take −log of it first, then the mean.": (
                lambda e, s: np.mean(np.exp(-0.5 * (e / s) ** 2) / (s * np.sqrt(2 * np.pi))),
                lambda e, s: -np.log(np.mean(np.exp(-0.5 * (e / s) ** 2 - CONSTANT) / s)),
            ),
            "One number is asked for: the mean of them.": (
                lambda e, s: 0.5 * (e / s) ** 2 + np.log(s) + CONSTANT
            ),
            "log √(2π) is half of log(2π).": (
                lambda e, s: np.mean(0.5 * (e / s) ** 2) + np.log(s) + 2 * CONSTANT
            ),
        },
        hint="−log of a product is a sum: one term from exp, one from s, one from √(2π).",
        asked=[(ERRORS, 1.0), (ERRORS, 2.0)],
    ),
}
