"""Tutorial 9: the answers, why they are right, and what wrong ones show."""

import numpy as np

from tinynet.classroom.course import Exercise


def relu(u):
    return np.maximum(0, u)


exercises = {
    "9.1": Exercise(
        right=1.5,
        because="a₁ = max(0, 2) = 2, a₂ = max(0, −2) = 0, and 2 + 0 − ½ = 1.5.",
        wrong={
            "One unit is negative before its ReLU; max(0, …) makes that a 0.": -0.5,
            "The third neuron sees only a₁ and a₂, and a ReLU is not the absolute value: what is"
            " negative becomes 0.": 3.5,
            "The bias of the third neuron is missing.": 2.0,
            "The bias −½ is added once, by the third neuron; the others have the bias 0.": 1.0,
        },
        hint="Work out x₁ − x₂ and x₂ − x₁ first, cut off what is negative, then add.",
    ),
    "9.2": Exercise(
        right=83,
        because="4 · 10 weights and 10 biases, then 10 · 3 weights and 3 biases: 50 + 33.",
        wrong={
            "The biases are missing: every unit has one.": 70,
            "A bias belongs to a unit, not to an input: inputs have none.": 87,
            "Every unit has a bias, those of the hidden layer and those of the last.": (73, 80),
            "These are the units; each has a weight for every one of its inputs, and a bias.": (
                13,
                17,
            ),
            "That is the hidden layer alone; the units of the last layer have weights, too.": 50,
            "The last layer gets its inputs from the hidden layer, not from the inputs.": 65,
        },
        hint="Go layer by layer: weights are inputs times units, biases are as many as units.",
    ),
    "9.3": Exercise(
        right="b",
        because="3u + 1 is itself a line, and a line of a line of a line is a line: it melts into"
        " the weights and biases of its neighbours. Anything that bends will do, even a square.",
        wrong={
            "tanh looks straight near 0, but it bends on both sides, and a bend helps.": "a",
            "u² is a curve: with it, two layers draw circles and more.": "c",
        },
        hint="Put the function between the two layers, and see whether W and b can swallow it.",
    ),
    "9.4": Exercise(
        right=lambda x: relu(x) - 2 * relu(x - 1) + relu(x - 2),
        because="The slope is 1 from 0 on, 1 − 2 = −1 from 1 on, and 1 − 2 + 1 = 0 from 2 on. With"
        " enough such hats, side by side, a hidden layer can follow any curve.",
        wrong={
            "It rises, then stays at 1: from x = 1 on the slope must be −1, so the second unit must"
            " take away more than the first one gives.": lambda x: relu(x) - relu(x - 1),
            "It falls past 0 and never stops: a third unit must make the slope 0.": lambda x: (
                relu(x) - 2 * relu(x - 1)
            ),
            "From x = 2 on the slope must be 0: add up the slopes of all three units there.": (
                lambda x: relu(x) - 2 * relu(x - 1) + 2 * relu(x - 2),
                lambda x: relu(x) - relu(x - 1) - relu(x - 2),
                lambda x: relu(x) - 2 * relu(x - 1) - relu(x - 2),
            ),
            "Between x = 1 and x = 2 it must fall: there the slopes of the first two units must add"
            " up to −1.": (
                lambda x: relu(x) - relu(x - 1) + relu(x - 2),
                lambda x: relu(x) - relu(x - 2),
            ),
            "A unit that begins to bend at x = 1 is max(0, x − 1); with a plus it bends at −1.": (
                lambda x: relu(x) - 2 * relu(x + 1) + relu(x + 2)
            ),
        },
        hint="Each unit changes the slope at one place. What must the slope be between 0 and 1,"
        " between 1 and 2, and after 2?",
        asked=[(np.array([-1.5, 0.25, 1.0, 1.5, 2.0, 3.5]),)],
    ),
}
