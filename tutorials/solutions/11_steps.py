"""Tutorial 11: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "11.1": Exercise(
        right=0.04,
        because="A step multiplies w₂ by 1 − 50η. Above η = 2/50 that is below −1, and each step"
        " lands higher. The steepest direction sets the limit.",
        wrong={
            "That is the limit for w₁, the flat direction; w₂ grows long before.": 2.0,
            "That is the best rate for w₂: it lands on the lowest point in one step. It may"
            " be larger before it overshoots further each time.": 0.02,
            "That is the limit of the surface on this page, whose steep direction has 20.": 0.1,
            "The ½ is gone once you differentiate: the slope along w₂ is 50 w₂.": (0.08, 0.01),
            "The other way up: the steeper the direction, the smaller the rate that it allows.": (
                25.0
            ),
        },
        hint="By which factor does a step multiply w₂? For which rate is this factor −1?",
    ),
    "11.2": Exercise(
        right="c",
        because="The gradient is 200 times as large. So is √q, and Adam divides one by the other;"
        " plain steps and momentum become 200 times as long.",
        wrong={
            "A plain step is η times the gradient, which is now 200 times as large.": "a",
            "The velocity is a sum of gradients, and all of them are 200 times as large.": "b",
        },
        hint="Multiply every gradient by 200 in each rule. In which one does the 200 cancel?",
    ),
    "11.3": Exercise(
        right=lambda w, v, g: w - 0.1 * (0.9 * v + g),
        because="First the new velocity, 0.9 v + g, then a step along it.",
        wrong={
            "The old velocity is left out: that is a plain step.": lambda w, v, g: w - 0.1 * g,
            "That steps along the old velocity: update it first, then step.": lambda w, v, g: (
                w - 0.1 * v
            ),
            "Uphill: the step goes against the velocity.": lambda w, v, g: w + 0.1 * (0.9 * v + g),
            "The share ρ belongs to the old velocity, not to the gradient.": (
                lambda w, v, g: w - 0.1 * (v + 0.9 * g),
                lambda w, v, g: w - 0.1 * 0.9 * (v + g),
            ),
            "Here v and g are a running mean; momentum adds the whole gradient.": lambda w, v, g: (
                w - 0.1 * (0.9 * v + 0.1 * g)
            ),
            "The rate multiplies the whole velocity, old and new part. (Where it multiplies the"
            " gradient alone, v is another velocity, one that holds steps.)": (
                lambda w, v, g: w + 0.9 * v - 0.1 * g,
                lambda w, v, g: w - 0.9 * v - 0.1 * g,
            ),
            "Only the share ρ of the old velocity is kept; else it would never fade.": (
                lambda w, v, g: w - 0.1 * (v + g)
            ),
            "That is the new velocity. The step along it is missing.": lambda w, v, g: 0.9 * v + g,
            "The learning rate is missing.": lambda w, v, g: w - (0.9 * v + g),
        },
        hint="Two lines: the new velocity, then the new place.",
        asked=[
            (np.array([1.0, -2.0]), np.array([0.5, 3.0]), np.array([2.0, -1.0])),
            (0.3, -1.2, 0.7),
        ],
    ),
}
