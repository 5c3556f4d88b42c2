"""Tutorial 17: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def overruns(w, t):
    return w - t * np.sign(w)


def hard(w, t):
    return np.where(np.abs(w) > t, w, 0)


def one_sided(w, t):
    return np.maximum(w - t, 0)


def size(w, t):
    return np.maximum(np.abs(w) - t, 0)


def shrunk(w, t):
    return w / (1 + t)


def taken(w, t):
    return np.clip(w, -t, t)


exercises = {
    "17.1": Exercise(
        right=1.5,
        because="Right of 0 the slope of the sum is (w − 2) + 0.5, which is 0 at 1.5: the soft"
        " threshold moved 2 towards 0 by λ.",
        wrong={
            "A penalty pulls towards 0, not away from it.": 2.5,
            "A penalty pulls towards 0. It never carries a weight to the other side.": -1.5,
            "With ½w² as the penalty that is right: its slope is w, but that of |w| is 1.": 4 / 3,
            "There λ counts as 1. The penalty has the slope 1, and λ times it 0.5.": 1.0,
            "At 0 the loss pulls with 2, and the penalty with 0.5 only: the loss wins.": 0.0,
            "That is the lowest point of the loss alone.": 2.0,
            "There the ½ of the loss is missing: (w − 2)² has the slope 2(w − 2).": 1.75,
        },
        hint="Take w > 0, where |w| is w. Write down the slope of the sum, and set it to 0.",
    ),
    "17.2": Exercise(
        right=soft_threshold,
        because="The size falls by t and stops at 0, the sign stays. It is also"
        " w − np.clip(w, −t, t), as tinynet writes it.",
        wrong={
            "It does not stop at 0: a weight smaller than t comes out on the other side.": overruns,
            "That is the hard threshold: the large weights must move towards 0, too.": (
                hard,
                lambda w, t: np.where(np.abs(w) < t, 0, w),
            ),
            "Negative weights move away from 0: −4 becomes −4.2.": (
                lambda w, t: w - t,
                lambda w, t: np.where(np.abs(w) > t, w - t, 0),
            ),
            "Negative weights go towards 0 from below: −4 becomes −3.8, not 0.": one_sided,
            "The sign got lost: a negative weight stays negative.": size,
            "That is the proximal step of ½w²: it makes weights smaller, but never 0.": shrunk,
            "That is what is taken away: subtract it from w.": taken,
        },
        hint="Split a weight into its sign and its size. What happens to each of them?",
        asked=[
            (np.array([3.0, -0.5, 0.1, -4.0]), 0.2),
            (np.array([0.0, 1.0, -1.0, 2.5]), 1.0),
        ],
    ),
    "17.3": Exercise(
        right="c",
        because="Only the proximal step ends at the corner. The pull of l2 fades before 0, and a"
        " gradient step on l1 passes over 0, however short it is.",
        wrong={
            "The pull of l2 is w: it makes a weight smaller by a part of itself, so it never"
            " arrives at 0, however long one waits.": "a",
            "A smaller rate makes the jumps over the corner shorter. They do not end: at the corner"
            " the slope jumps from −λ to λ.": "b",
        },
        hint="Ask of each: can a step end exactly at 0?",
    ),
    "17.4": Exercise(
        right=5.0,
        because="The step is ηλ = 1: 5, 2 and 0.4 become 4, 1 and 0, and their sum is 5.",
        wrong={
            "Each singular value was made smaller by λ; the step is ηλ.": 3.0,
            "0.4 went on to −0.6: a singular value stops at 0.": 4.4,
            "That is the nuclear norm before the step.": 7.4,
            "That is the rank after the step, the number of values that are not 0.": 2.0,
            "That is the largest singular value; the nuclear norm is the sum of them.": 4.0,
            "Only the sum became smaller by ηλ; each of the three does, until it is 0.": 6.4,
        },
        hint="By how much does each value fall, and where does it stop? Then add them up.",
    ),
}
