"""Tutorial 21: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def weighted(gradients, sizes):
    return np.average(gradients, axis=0, weights=sizes)


def mean_of_means(gradients, sizes):
    return np.mean(gradients, axis=0)


def plain_sum(gradients, sizes):
    return np.sum(gradients, axis=0)


def sum_over_rows(gradients, sizes):
    return np.sum(gradients, axis=0) / np.sum(sizes)


def one_number(gradients, sizes):
    return np.sum(weighted(gradients, sizes))


def not_added(gradients, sizes):
    return np.asarray(sizes)[:, None] * gradients / np.sum(sizes)


def not_divided(gradients, sizes):
    return np.asarray(sizes) @ np.asarray(gradients)


def divided_by_processes(gradients, sizes):
    return np.asarray(sizes) @ np.asarray(gradients) / len(sizes)


def divided_by_size(gradients, sizes):
    return np.average(gradients, axis=0, weights=1 / np.asarray(sizes))


exercises = {
    "21.1": Exercise(
        right=3.0,
        because="(30 · 2 + 10 · 6) / 40 = 3: every row counts once.",
        wrong={
            "That is the mean of the means: each of the 10 rows then counts three times as much as"
            " each of the 30.": 4.0,
            "Losses that are means are not added up as they are.": 8.0,
            "The weights are swapped: the larger share has the larger weight.": 5.0,
            "That is the sum over all rows; divide it by their number.": 120.0,
            "The sum over all rows was divided by the number of processes.": 60.0,
        },
        hint="What is the sum of the losses of all 40 rows?",
    ),
    "21.2": Exercise(
        right="b",
        because="A mean over rows is a weighted mean of the means of shares. The median and the"
        " largest depend on all rows at once.",
        wrong={
            "Try 0, 0, 9 in one share and 9, 9 in the other: their medians are 0 and 9, and that"
            " of all five is 9.": "a",
            "The largest of all is the larger of the two: a maximum, not a weighted sum.": "c",
        },
        hint="Try each on the five squared errors 1, 1, 1 and 9, 9.",
    ),
    "21.3": Exercise(
        right=weighted,
        because="Each gradient counts with sizes / sum(sizes), as in the formula for L.",
        wrong={
            "That is the mean of means: a small share gets too large a say.": mean_of_means,
            "The gradients are added up without their weights.": (plain_sum, sum_over_rows),
            "All is added up to one number; add over the processes only (axis=0).": one_number,
            "Each gradient has its weight; now an Allreduce would add them up.": not_added,
            "The weights are sizes over the sum of the sizes: divide by that sum.": not_divided,
            "Divide by the number of data rows, not of processes.": divided_by_processes,
            "The smaller share has got the larger weight.": divided_by_size,
        },
        hint="Multiply each gradient by the number of its rows, add up, and divide once.",
        asked=[
            (np.array([[1.0, 2.0], [5.0, -2.0]]), np.array([3, 1])),
            (np.array([[1.0, 0.0], [0.0, 2.0], [4.0, 4.0]]), np.array([1, 2, 5])),
        ],
    ),
}
