"""Gradients by finite differences: how steep is a function, if all that you can do is call it?

f is a function to call; h is how far to step. The smaller h, the better, until rounding takes over.
Call no function of this file from another one: so a mistake in one costs you its points only.
Change nothing that you are given, and use NumPy only. Loops are fine here.
"""

import numpy as np

# --- of one number --------------------------------------------------------------------------


def one_sided(f, x, h=1e-8):
    """The slope between x and x + h: (f(x + h) − f(x)) / h.

    f takes a number and gives one. The error is about h/2 times the second derivative.

    Example: f(3) = 9 and f(3.5) = 12.25, so it climbs by 3.25 on half a step.

    >>> one_sided(lambda x: x**2, 3.0, h=0.5)
    6.5
    """
    ### BEGIN SOLUTION
    return (f(x + h) - f(x)) / h
    ### END SOLUTION


def central(f, x, h=1e-5):
    """The slope between x − h and x + h, which are 2h apart.

    The error is h²/6 times the third derivative: for a parabola there is none.

    Example: f(2.5) = 6.25 and f(3.5) = 12.25.

    >>> central(lambda x: x**2, 3.0, h=0.5)
    6.0
    """
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


def second_derivative(f, x, h=1e-4):
    """How fast the slope changes: (f(x + h) − 2 f(x) + f(x − h)) / h².

    It is the slope from x to x + h, minus that from x − h to x, divided by the step between them.

    Example: f(2.5) = 6.25, f(3) = 9 and f(3.5) = 12.25, and (12.25 − 18 + 6.25) / 0.25 = 2.

    >>> second_derivative(lambda x: x**2, 3.0, h=0.5)
    2.0
    """
    ### BEGIN SOLUTION
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2
    ### END SOLUTION


# --- of many numbers ------------------------------------------------------------------------


def gradient(f, x, h=1e-5):
    """The central difference for each element of x by itself, in the shape of x.

    f takes an array and gives one number. x is an array of any shape, sometimes of integers.
    Element i of the gradient says how f changes when x[i] moves and all others stay: step with it
    to both sides, and put it back. `np.ndindex(x.shape)` goes through the places of any shape.

    Example: f(x) = x₀² x₁ at (3, 2): the slopes are 2 x₀ x₁ = 12 and x₀² = 9.

    >>> gradient(lambda x: x[0] ** 2 * x[1], np.array([3.0, 2.0]), h=0.5)
    array([12.,  9.])
    """
    ### BEGIN SOLUTION
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        slopes[place] = (f(x + step) - f(x - step)) / (2 * h)
    return slopes
    ### END SOLUTION


def directional(f, x, d, h=1e-5):
    """How f changes along d, per d: the central difference between x − h d and x + h d.

    One number, for two calls of f, however many elements x has. d has the shape of x and any
    length: twice the d gives twice the number.

    Example: f(x) = x₀ x₁ at (3, 2) along (1, 2): 2 · 1 + 3 · 2 = 8.

    >>> float(directional(lambda x: x[0] * x[1], np.array([3.0, 2.0]), np.array([1.0, 2.0]), h=0.5))
    8.0
    """
    ### BEGIN SOLUTION
    return (f(x + h * d) - f(x - h * d)) / (2 * h)
    ### END SOLUTION


# --- is a gradient right? -------------------------------------------------------------------


def relative_error(a, b):
    """How far two gradients are apart: ‖a − b‖ / the larger of ‖a‖ and ‖b‖; 0 if both are 0.

    ‖a‖ is the root of the sum of all a², for any shape. 1e-8 and 1e-3 are different verdicts on a
    gradient, whether its numbers are thousands or thousandths.

    Example: ‖a − b‖ = ‖(0, 5)‖ = 5, ‖a‖ = √(9 + 81) and ‖b‖ = √(9 + 16) = 5.

    >>> float(relative_error(np.array([3.0, 9.0]), np.array([3.0, 4.0])).round(3))
    0.527
    """
    ### BEGIN SOLUTION
    scale = max(np.linalg.norm(np.ravel(a)), np.linalg.norm(np.ravel(b)))
    return np.linalg.norm(np.ravel(a) - np.ravel(b)) / scale if scale > 0 else 0.0
    ### END SOLUTION


def wrong_entries(claimed, measured, tolerance=1e-5):
    """Where a claimed gradient is wrong: an array of truth values, in the shape of both.

    Wrong is what differs from the measured one by more than tolerance · (the largest |measured|).
    ValueError where the shapes differ.

    Example: the largest is 4, so 0.4 is allowed, and 2.5 instead of 2 is more.

    >>> wrong_entries(np.array([2.5, -4.1, 1.0]), np.array([2.0, -4.0, 1.3]), tolerance=0.1)
    array([ True, False, False])
    """
    ### BEGIN SOLUTION
    if claimed.shape != measured.shape:
        raise ValueError(f"claimed has shape {claimed.shape}, measured {measured.shape}")
    return np.abs(claimed - measured) > tolerance * np.max(np.abs(measured))
    ### END SOLUTION


def best_step(quotient, slope, steps):
    """The h of the list `steps` whose quotient(h) is nearest to the true slope.

    `quotient` is a function to call, such as ``lambda h: central(np.sin, 1.0, h)``. Of two that are
    equally near, the first. Try it with 1e-1, 1e-2, … 1e-15: the error falls, and then it rises.

    Example: the quotients 3, 2.5 and 2.75 err by 1, 0.5 and 0.75.

    >>> best_step({0.1: 3.0, 0.01: 2.5, 0.001: 2.75}.get, 2.0, [0.1, 0.01, 0.001])
    0.01
    """
    ### BEGIN SOLUTION
    return min(steps, key=lambda h: abs(quotient(h) - slope))
    ### END SOLUTION
