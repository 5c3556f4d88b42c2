"""Tutorial 18: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def newton(w):
    return -(w**3)


def divided_by_nothing(w):
    return w - w / np.sqrt(1 + w**2)


def uphill(w):
    return w + w * (1 + w**2)


def multiplied(w):
    return w - w / (1 + w**2) ** 2


def step_only(w):
    return w * (1 + w**2)


def backwards(w):
    return -step_only(w)


def to_the_root(w):
    return w - (1 + w**2) / w


def no_quotient_rule(w):
    return 0.0 * w


def two_steps(w):
    return newton(newton(w))


def three_steps(w):
    return newton(two_steps(w))


exercises = {
    "18.1": Exercise(
        right=1 / 3,
        because="The slope is 6w and the curvature 6, so η must stay below 2/6.",
        wrong={
            "3 is not the curvature: differentiate 3w² twice.": 2 / 3,
            "That is 1/H, the rate that reaches the bottom in one step. One may go farther.": 1 / 6,
            "That is the curvature. Which rate goes with it?": 6.0,
            "The condition was turned around: from H < 2/η follows η < 2/H.": 3.0,
            "It is near: give it as a fraction, such as 2 / 7, which Python takes, too.": 0.33,
        },
        hint="Find the curvature, the slope of the slope. Then use H < 2/η.",
    ),
    "18.2": Exercise(
        right="c",
        because="2/0.04 = 50. Spikes in a loss that goes on falling are the sign of the edge of"
        " stability, where the sharpness stays about 2/η.",
        wrong={
            "That is the rate itself. What sharpness does it stand?": "a",
            "That is 1/η. With this curvature a step ends at the bottom of the valley, and there"
            " is no spike.": "b",
        },
        hint="Which curvature can gradient descent with this rate just stand?",
    ),
    "18.3": Exercise(
        right=newton,
        because="The slope is w/√(1 + w²) and the curvature (1 + w²)^(−3/2), so the step ends at"
        " w − w(1 + w²) = −w³. From 0.5 that is at the bottom in no time, from 2 it flies away, and"
        " from 1 it jumps between 1 and −1: hence the safeguards.",
        wrong={
            "That is a gradient step: divide the slope by the curvature.": divided_by_nothing,
            "That goes uphill: subtract the quotient.": uphill,
            "The slope was multiplied by the curvature; divide it.": multiplied,
            "That is the step alone. Where does it end, if it begins at w?": (step_only, backwards),
            "That is Newton's method for a place where L itself is 0. Here the slope shall be 0, so"
            " the slope takes the place of L, and its slope that of the slope.": to_the_root,
            "That is 0 for every w. L is no parabola, so one step does not end at the bottom. And w"
            " stands twice in w/√(1 + w²), so that its slope is not 1/√(1 + w²).": no_quotient_rule,
            "That is more than one step.": (two_steps, three_steps),
        },
        hint="Let tn.grad make the slope of L, and tn.grad of that the curvature.",
        asked=[(0.5,), (2.0,), (-1.0,)],
    ),
}
