"""Tutorial 5: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

ERRORS = np.array([-3.0, -1.5, -0.5, 0.0, 0.5, 1.5, 3.0])


def smooth_l1(e, beta):
    return np.where(np.abs(e) < beta, e**2 / (2 * beta), np.abs(e) - beta / 2)


exercises = {
    "5.1": Exercise(
        right=np.array([0.125, -0.25, 0.25, -0.25]),
        because="Each pull is e, cut to at most 1 in size, and the mean gives each a quarter.",
        wrong={
            "missing_mean": np.array([0.5, -1.0, 1.0, -1.0]),
            "That is the pull of ½e²: beyond β the line has the slope 1, or −1.": np.array(
                [0.125, -0.25, 0.75, -2.0]
            ),
            "That is the gradient of mse. How far does the square of smooth L1 go?": np.array(
                [0.25, -0.5, 1.5, -4.0]
            ),
            "Beyond β you are right. The slope of e²/(2β) is not 2e.": np.array(
                [0.25, -0.5, 0.25, -0.25]
            ),
            "Those are the four pulls, added up. A gradient has a number for each prediction.": (
                -0.125,
                -0.5,
            ),
            "That is the pull of mae: within β the square holds, whose slope is e/β.": np.array(
                [0.25, -0.25, 0.25, -0.25]
            ),
            "The sign is lost: a prediction that is too low is pulled the other way.": np.array(
                [0.125, 0.25, 0.25, 0.25]
            ),
            "Those are a quarter of the losses. The gradient asks for their slopes.": np.array(
                [0.03125, 0.125, 0.625, 1.875]
            ),
        },
        hint="First the slope of each loss on its own; then the 1/N of the mean.",
    ),
    "5.2": Exercise(
        right="b",
        because=(
            "A factor moves no minimum. But the gradient is half as large, and so is a step from"
            " the same place, unless the learning rate is doubled."
        ),
        wrong={
            "Half of everything: also the pull of all other points. The balance stays.": "a",
            "The slope of 2 · ½e² is 2e, that of ½e² is e.": "c",
        },
        hint="What does a factor do to the place where all pulls add up to 0?",
    ),
    "5.3": Exercise(
        right=smooth_l1,
        because="The case is chosen by the size of the error, and the two pieces meet at β.",
        wrong={
            "Your cases are chosen by which value is larger, but the square is never below the"
            " line. Choose by the size of the error.": lambda e, beta: np.maximum(
                e**2 / (2 * beta), np.abs(e) - beta / 2
            ),
            "Your line does not meet the square: at |e| = β it stands β/2 too high.": (
                lambda e, beta: np.where(np.abs(e) < beta, e**2 / (2 * beta), np.abs(e))
            ),
            "A large negative error is smaller than β, too. Compare its size with β.": (
                lambda e, beta: np.where(e < beta, e**2 / (2 * beta), np.abs(e) - beta / 2)
            ),
            "Python divides by 2, then multiplies with beta: what stands below the line needs"
            " brackets.": lambda e, beta: np.where(
                np.abs(e) < beta, e**2 / 2 * beta, np.abs(e) - beta / 2
            ),
            "A loss is never below 0: on the left your line goes on falling with e.": (
                lambda e, beta: np.where(np.abs(e) < beta, e**2 / (2 * beta), e - beta / 2)
            ),
            "That is the slope of smooth L1, not its value.": lambda e, beta: np.clip(
                e / beta, -1, 1
            ),
            "One value for each error is asked for, not their mean.": lambda e, beta: np.mean(
                smooth_l1(e, beta)
            ),
            "You take the smaller of the two pieces, but the line is never above the square. Choose"
            " by the size of the error.": lambda e, beta: np.minimum(
                e**2 / (2 * beta), np.abs(e) - beta / 2
            ),
            "At |e| = β the two pieces do not meet, unless β is 1.": lambda e, beta: np.where(
                np.abs(e) < beta, e**2 / 2, np.abs(e) - beta / 2
            ),
            "That is the Huber loss, β times smooth L1.": lambda e, beta: beta * smooth_l1(e, beta),
            "That is right for β = 1 only. Where does β stand in the formula?": (
                lambda e, beta: smooth_l1(e, 1.0),
                lambda e, beta: np.where(np.abs(e) < beta, e**2 / 2, np.abs(e) - 0.5),
            ),
            "swapped": lambda e, beta: np.where(
                np.abs(e) < beta, np.abs(e) - beta / 2, e**2 / (2 * beta)
            ),
        },
        hint="np.where(np.abs(e) < beta, the square, the line), both with β in them.",
        asked=[(ERRORS, 1.0), (ERRORS, 2.0)],
    ),
    "5.4": Exercise(
        right=3.1,
        because=(
            "The flat at 2.0 is more than 1 away by now and pulls with 1. The other three balance"
            " the rest: 3ŷ − 8.3 + 1 − 2 = 0."
        ),
        wrong={
            "You let four flats pull with ŷ − y. Look at the flat at 2.0 from there: how far is"
            " it, and how hard may it pull?": 3.075,
            "That is the mean of all six: what mse likes best.": 50.3 / 6,
            "That is the balance against one outlier. Now two of them pull.": 2.825,
            "That is the mean of the four flats, as if the outliers did not pull at all.": 2.575,
            "That is the middle of the six prices: what mae likes, where all pull alike.": 3.0,
        },
        hint="Add up the pulls, each at most 1 in size, and look for the number where they are 0.",
    ),
}
