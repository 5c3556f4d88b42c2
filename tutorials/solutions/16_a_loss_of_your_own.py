"""Tutorial 16: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def mended(e):
    """Linex up to 3, then its tangent."""
    near = np.minimum(e, 3)
    return np.exp(near) - near - 1 + (np.exp(3) - 1) * (e - near)


def overflowing(e):
    """Linex as it was."""
    with np.errstate(over="ignore"):
        return np.exp(e) - e - 1


def flat(e):
    """Cut at 3, without the line."""
    near = np.minimum(e, 3)
    return np.exp(near) - near - 1


def steep(e):
    """A line with the slope of exp alone."""
    return flat(e) + np.exp(3) * (e - np.minimum(e, 3))


def lying(e):
    """A line through 0 instead of through the value at 3."""
    return np.where(e <= 3, flat(e), (np.exp(3) - 1) * (e - 3))


def far(e):
    """The slope times e instead of what lies beyond 3."""
    return np.where(e <= 3, flat(e), flat(e) + (np.exp(3) - 1) * e)


def slow(e):
    """A line with the slope 1."""
    return flat(e) + e - np.minimum(e, 3)


def both_sides(e):
    """Cut at −3 as well."""
    near = np.clip(e, -3, 3)
    return np.exp(near) - near - 1 + (np.exp(near) - 1) * (e - near)


exercises = {
    "16.1": Exercise(
        right=0.75,
        because="A little more costs 2 for each car below, and saves 6 for each car above. They"
        " balance where 2 · (part below) = 6 · (part above): three quarters below, one above.",
        wrong={
            "The sides are swapped: too low is the expensive side now, so the answer must be"
            " high.": 0.25,
            "That is a ratio of two parts. Together they are 1: which part is below?": (
                1 / 3,
                2 / 3,
                3.0,
            ),
            "That is the median, best if both sides cost the same.": 0.5,
            "That belongs to costs of 4 and 1. Here they are 2 and 6.": (0.2, 0.8),
            "That is what a mile per gallon costs. The level of a quantile lies between 0 and 1.": (
                6.0,
                2.0,
            ),
        },
        hint="A little more: which cars cost 2 then, which save 6, and where do they balance?",
    ),
    "16.2": Exercise(
        right="c",
        because="On the rows it has seen the band is right, on others too narrow: the network"
        " overfits, and what helps against that is regularisation (or more rows).",
        wrong={
            "Closer levels make the band narrower, and for unseen rows it is too narrow.": "a",
            "More epochs fit the seen rows more closely, which is what went wrong.": "b",
        },
        hint="What differs between the two sets, and what did tutorial 13 do against it?",
    ),
    "16.3": Exercise(
        right=mended,
        because="With near = min(e, 3) one formula does both: linex of near, and (exp(3) − 1) times"
        " what lies beyond. exp never sees more than 3 then; np.where computes both"
        " branches, so with exp(e) in one of them it overflows there.",
        wrong={
            "It still overflows where e is large.": overflowing,
            "Beyond 3 it is flat, so the worst errors have no slope and nothing is learned.": flat,
            "The slope of the line is not that of the curve at 3: differentiate the −e, too.": (
                steep
            ),
            "The line begins at 0. It must begin at the value of the curve at 3.": lying,
            "The line goes up by its slope times what lies beyond 3, which is e − 3, not e.": far,
            "The slope of the line is 1. That of the curve at 3 is its derivative there.": slow,
            "Only exp is stopped at 3; −e goes on, so beyond 3 the loss falls.": lambda e: (
                np.exp(np.minimum(e, 3)) - e - 1
            ),
            "Below −3 the curve is to stay as it is: it does not overflow there.": both_sides,
            "Asked is one value for each error, without the mean.": lambda e: np.mean(mended(e)),
        },
        hint="Two things are needed beyond 3: the value and the slope of exp(e) − e − 1 at 3.",
        asked=[
            (np.array([-5.0, -1.0, 0.0, 2.0]),),
            (np.array([3.0, 4.0, 10.0]),),
            (np.array([1.0, 1e8]),),
        ],
    ),
}
