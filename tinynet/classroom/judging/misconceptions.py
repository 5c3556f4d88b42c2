"""Misconceptions: the ideas behind wrong answers, and how the numbers tell which one it is.

The one idea: a mistake leaves a trace. Whoever forgets the 1/N does not hand in random numbers, but
N times the right ones. So an assignment says what each wrong idea would answer, and the one that
gives the same numbers in every check is the one that the student holds. What no assignment foresaw
is looked for in what any answer can be: the right numbers with another sign, transposed, of one
check only. A resemblance is not enough: a wrong name is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .words import difference


@dataclass(frozen=True)
class Misconception:
    """An idea that is wrong, as it is said to a student.

    Parameters
    ----------
    title : str
        In a few words; for the class, it follows "23 of 60:".
    told : str
        What is wrong with it, and why.
    hint : str
        What to do.
    tutorial : str
        Where it is explained: a path in the repository.
    """

    title: str
    told: str
    hint: str
    tutorial: str = "tutorials/05_six_losses.py"


_LINE = "tutorials/01_what_is_wrong.py"
_NEURON = "tutorials/02_one_neuron.py"
_AUTOGRAD = "tutorials/03_forty_lines.py"
_ARRAYS = "tutorials/04_arrays.py"
_SCORES = "tutorials/07_scores_to_probabilities.py"
_IN_PRINT = "tutorials/08_mistakes_in_print.py"
_BY_HAND = "tutorials/10_backpropagation_by_hand.py"
_STEPS = "tutorials/11_steps.py"
_OPERATION = "tutorials/20_an_operation_of_your_own.py"

CATALOGUE: dict[str, Misconception] = {
    "missing_mean": Misconception(
        "the 1/N of the mean is missing",
        "The numbers are N times too large: a mean gives each prediction 1/N of a say.",
        "Divide by N, the number of elements, or of rows where a row is a sample.",
    ),
    "mean_of_rows": Misconception(
        "divided by the number of rows instead of all elements",
        "len(a) counts the rows of a matrix; the mean is over all its elements.",
        "Divide by .size instead of len(…) or .shape[0].",
        _ARRAYS,
    ),
    "mean_of_all": Misconception(
        "divided by all elements instead of the rows",
        "The mean is over samples, and a sample is a row: N is the number of rows.",
        "Divide by the number of rows, len(…), not by .size.",
        _ARRAYS,
    ),
    "extra_mean": Misconception(
        "divided by N once too often",
        "The numbers are N times too small.",
        "Look where a mean was taken already.",
    ),
    "sign": Misconception(
        "the sign is flipped",
        "The size is right, but the sign is not; with such a gradient, training would climb.",
        "Look at the order of the difference, and at the inner derivative.",
        _LINE,
    ),
    "factor": Misconception(
        "a constant factor is missing or too much",
        "Every number is the same multiple of the right one.",
        "Work it out once more on paper: a 2 from a square, a 1/2 that cancels it?",
        _LINE,
    ),
    "slope_missing": Misconception(
        "the inner derivative is missing",
        "The chain rule multiplies the outer slope with the inner one.",
        "Multiply with the derivative of what stands inside.",
        _NEURON,
    ),
    "upstream": Misconception(
        "the gradient from above is not used",
        "A rule passes on g times its own derivative; here g is left out, or used twice.",
        "Multiply the derivative with g, once.",
        _NEURON,
    ),
    "reciprocal": Misconception(
        "the slope of 1 / b is not 1 / b",
        "1 / b is b to the power −1, whose slope is −1 · b to the power −2.",
        "Divide by b².",
        _OPERATION,
    ),
    "no_list": Misconception(
        "a gradient instead of a list of gradients",
        "A rule returns a list with one gradient for each argument, also where there is only one.",
        "Write return [ … ].",
        _OPERATION,
    ),
    "not_summed": Misconception(
        "not summed over what broadcasting repeated",
        "A number that was used in many places gets the sum of the gradients of all of them.",
        "Sum over the axes that broadcasting added or stretched.",
        _ARRAYS,
    ),
    "one_use": Misconception(
        "only one of several uses counts",
        "A number that goes into several results gets the sum of what comes back from each.",
        "Add up all the terms.",
        _AUTOGRAD,
    ),
    "overwrites": Misconception(
        "the gradient is overwritten instead of added to",
        "What is used twice gets two contributions; an = keeps the last one only.",
        "Write += where a contribution arrives.",
        _AUTOGRAD,
    ),
    "not_reset": Misconception(
        "the gradient of the last step is still in it",
        "Gradients add up; those of an earlier pass must be set to 0 before the next one.",
        "Start each backward pass from 0.",
        _AUTOGRAD,
    ),
    "order": Misconception(
        "visited in the wrong order",
        "A node may pass its gradient on only when all that use it have given theirs.",
        "Go through the graph in reverse topological order.",
        _AUTOGRAD,
    ),
    "wrong_axis": Misconception(
        "along the wrong axis",
        "axis=0 goes down the columns, axis=1 along the rows.",
        "Say in words over what is summed, then look which axis that is.",
        _ARRAYS,
    ),
    "transposed": Misconception(
        "transposed",
        "The numbers are right, but rows and columns are exchanged.",
        "Check the shapes: which axis belongs to the input, which to the output?",
        _BY_HAND,
    ),
    "diagonal": Misconception(
        "only the diagonal of the Jacobian",
        "Each output depends on several inputs, so there are terms beside the diagonal.",
        "Differentiate output i by input j, also for i ≠ j.",
        _ARRAYS,
    ),
    "permuted": Misconception(
        "the right numbers in the wrong order",
        "All the right numbers are there, in other places.",
        "Undo what the function moved, in reverse.",
        _ARRAYS,
    ),
    "wrong_argument": Misconception(
        "the derivative by another argument",
        "These are the numbers for one of the other arguments.",
        "Look by which argument it is differentiated.",
        _NEURON,
    ),
    "swapped": Misconception(
        "two things are exchanged",
        "The numbers are those with two arguments, or two branches, in each other's place.",
        "Read the order of the arguments, and of the branches, aloud.",
    ),
    "wrong_branch": Misconception(
        "the wrong branch of the cases",
        "Inside and outside follow different formulas; here one is used where the other belongs.",
        "Write the condition down, and try a number on either side of it.",
    ),
    "kink": Misconception(
        "the slope at the kink",
        "At 0 the slope of |e| is taken as 0; np.sign says so.",
        "Use np.sign, or treat the point by itself.",
    ),
    "overflow": Misconception(
        "exp of a large number is infinite",
        "exp(1000) is more than a float can hold, and inf / inf is no number.",
        "Subtract the largest logit of each row first: softmax stays the same.",
        _SCORES,
    ),
    "log_of_zero": Misconception(
        "the log of 0",
        "log(0) is −∞, and a probability may be exactly 0.",
        "Work with logits; where there is only a probability, clip it by the eps of its dtype.",
        _IN_PRINT,
    ),
    "cancellation": Misconception(
        "digits are lost in a difference",
        "Two nearly equal numbers are subtracted, and only rounding is left.",
        "Take another step size, or a form without the difference.",
    ),
    "one_sided": Misconception(
        "a one-sided difference",
        "(f(x + h) − f(x)) / h errs in proportion to h, the central difference only to h².",
        "Step to both sides: (f(x + h) − f(x − h)) / 2h.",
        _LINE,
    ),
    "step_size": Misconception(
        "a step that is too large or too small",
        "Too large, and the curve bends; too small, and only rounding is left.",
        "Near the third root of eps, 6e-6, a central difference is best.",
        _LINE,
    ),
    "integer_division": Misconception(
        "divided without a remainder",
        "// rounds down, and integer arrays cut off what is behind the point.",
        "Use /, and make floats of integers first.",
    ),
    "changes_argument": Misconception(
        "changes its argument",
        "-= and out= write into the caller's array, which is needed again.",
        "Write z = z − m, which makes a new array, instead of z -= m.",
        _OPERATION,
    ),
    "unchecked_shapes": Misconception(
        "(N,) against (N, 1) goes unnoticed",
        "NumPy makes (N, N) of the two without a word, and the mean of that is another number.",
        "Compare the shapes first, and raise a ValueError that shows both.",
        _IN_PRINT,
    ),
    "one_shape_only": Misconception(
        "right for one shape only",
        "It holds where the arguments have one shape, and fails where they have another.",
        "Try it with a matrix, with a single number, and with more rows than columns.",
        _ARRAYS,
    ),
    "other_shape": Misconception(
        "the right numbers in another shape",
        "All the numbers are right, but an axis is missing or too much: (1, n) is not (n,).",
        "Look at the shape that is asked for; x[:, None] and keepdims=True add an axis.",
        _ARRAYS,
    ),
    "hard_coded": Misconception(
        "the answer of one check, whatever is asked",
        "It gives the numbers of one check also where others are right.",
        "Compute the answer from the arguments.",
    ),
    "constant": Misconception(
        "always the same answer",
        "Whatever is asked, the same numbers come back.",
        "Compute the answer from the arguments.",
    ),
    "not_finite": Misconception(
        "no finite number",
        "A NaN or an infinity came where a finite number was expected.",
        "Print what stands inside, from the innermost part on, until the first NaN appears.",
        _IN_PRINT,
    ),
    "inexact": Misconception(
        "right but for the last digits",
        "The numbers agree to six digits or more, but not to all: they were rounded, computed in"
        " float32, or found by finite differences.",
        "Compute in float64, by the formula; differences serve to check it.",
        _OPERATION,
    ),
    "slow_loop": Misconception(
        "a Python loop over the elements",
        "It is right, but many times slower than NumPy, which loops in C.",
        "Write it for whole arrays: a * b, a.sum(axis=…), np.where.",
        _ARRAYS,
    ),
    "missing_return": Misconception(
        "nothing is returned",
        "The function computes, but its last line has no return, so the caller gets None.",
        "Write return in front of the result.",
        _LINE,
    ),
    "no_update": Misconception(
        "the parameters do not move",
        "After a step they are what they were: the update is computed, but not kept.",
        "Assign the new values, or change the arrays in place.",
        _LINE,
    ),
    "no_memory": Misconception(
        "nothing is remembered from step to step",
        "Momentum and averages need what the last step left.",
        "Keep it in self, and start it once, not in each step.",
        _STEPS,
    ),
}


# --- what any answer can be -------------------------------------------------------------------

Pair = tuple[Any, Any]  # what was expected, what came


def alike(one: Any, other: Any) -> bool:
    """Are two answers the same to six digits, or errors of the same kind?"""
    if "error" in one or "error" in other:
        kinds = [answer.get("error", {}).get("kind") for answer in (one, other)]
        return kinds[0] == kinds[1]
    return difference(one["result"], other["result"], 1e-6, 1e-12) is None


def of_any_answer(right: Sequence[Pair], wrong: Sequence[Pair]) -> str:
    """The misconception that the results of a task show, whatever was asked; "" where none does.

    Only pairs in which both are numbers or arrays of numbers.

    >>> of_any_answer([], [(np.array([1.0, -2.0]), np.array([-1.0, 2.0]))])
    'sign'
    """
    if not wrong:
        return ""
    if _constant((*right, *wrong)):
        return "hard_coded" if right else "constant"
    if right and _constant(wrong):
        return "hard_coded"
    if all(_equal(expected, came) for expected, came in wrong):
        return "inexact"
    reshaped = all(
        np.shape(e) != np.shape(c) and _equal(np.ravel(e), np.ravel(c)) for e, c in wrong
    )
    if right:
        return "other_shape" if reshaped else ""
    if all(_equal(-np.asarray(expected, float), came) for expected, came in wrong):
        return "sign"
    if all(_equal(np.transpose(expected), came) for expected, came in wrong):
        return "transposed"
    if reshaped:
        return "other_shape"
    if any(np.shape(expected) != np.shape(came) for expected, came in wrong):
        return ""
    if all(_equal(np.sort(e, axis=None), np.sort(c, axis=None)) for e, c in wrong):
        return "permuted"
    return "factor" if _ratio(wrong) else ""


def _equal(expected: Any, came: Any) -> bool:
    return np.size(expected) > 0 and difference(expected, came, 1e-6, 1e-12) is None


def _constant(pairs: Sequence[Pair]) -> bool:
    """Are all answers the same, where others are asked for? Two truth values show nothing."""
    expected, came = zip(*pairs, strict=True)
    return not _same(expected) and _same(came) and np.asarray(came[0]).dtype.kind != "b"


def _same(values: Sequence[Any]) -> bool:
    """Are they all the same?"""
    return all(difference(values[0], other, 0.0, 0.0) is None for other in values[1:])


def _ratio(pairs: Sequence[Pair]) -> bool:
    """Is every number the same multiple of the right one, and are there enough to tell?"""
    expected = np.concatenate([np.ravel(e).astype(float) for e, _ in pairs])
    came = np.concatenate([np.ravel(c).astype(float) for _, c in pairs])
    if np.count_nonzero(expected) < 3 or not np.isfinite(came).all():
        return False
    ratio = float(came @ expected / (expected @ expected))
    return ratio != 0 and _equal(ratio * expected, came)
