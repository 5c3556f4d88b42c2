"""A robust loss of one's own, in NumPy alone.

Some data are wrong: a slipped comma, a broken sensor. Least squares believes all of them, and what
is far off pulls hardest. A robust loss lets it pull less. Here you write the parts, then a loss of
your own, and with it a fit that outliers cannot spoil.

x has shape (N, D), one row for each sample; the first column may be all ones, for an intercept.
y has shape (N,), the coefficients w of a fit (D,), and x @ w is what the fit predicts. e stands for
errors, prediction − truth. No function changes an array that it is given.
"""

import numpy as np


def residuals(x, y, w):
    """The errors of a fit, prediction − truth, shape (N,).

    >>> residuals(np.array([[1.0, 2.0], [1.0, 3.0]]), np.array([4.0, 9.0]), np.array([1.0, 2.0]))
    array([ 1., -2.])
    """
    ### BEGIN SOLUTION
    return x @ w - y
    ### END SOLUTION


def mad(e):
    """How large errors usually are: 1.4826 times the median of |e − median(e)|.

    Unlike the standard deviation, it does not notice how far off the worst errors are. With the
    factor, it equals the standard deviation where errors are normal.

    >>> mad(np.array([1.0, 2.0, 3.0, 4.0, 1000.0]))
    1.4826
    """
    ### BEGIN SOLUTION
    return float(1.4826 * np.median(np.abs(e - np.median(e))))
    ### END SOLUTION


# --- Huber's loss ---------------------------------------------------------------------------


def huber(e, delta):
    """Huber's loss of each error: e² / 2 up to |e| = delta, and delta · (|e| − delta / 2) beyond.

    A parabola in the middle, and straight lines outside, which meet without a jump.

    >>> huber(np.array([1.0, -4.0]), delta=2.0)
    array([0.5, 6. ])
    """
    ### BEGIN SOLUTION
    size = np.abs(e)
    return np.where(size <= delta, e**2 / 2, delta * (size - delta / 2))
    ### END SOLUTION


def huber_derivative(e, delta):
    """The slope of `huber` at each error: no error pulls harder than delta.

    >>> huber_derivative(np.array([1.0, -4.0, 5.0]), delta=2.0)
    array([ 1., -2.,  2.])
    """
    ### BEGIN SOLUTION
    return np.clip(e, -delta, delta)
    ### END SOLUTION


def huber_weight(e, delta):
    """The weight that gives least squares the pull of Huber's loss: its slope / e, and 1 at e = 0.

    A squared error with a weight, weight · e² / 2, pulls with weight · e.

    >>> huber_weight(np.array([1.0, 0.0, -4.0]), delta=2.0)
    array([1. , 1. , 0.5])
    """
    ### BEGIN SOLUTION
    size = np.abs(e)
    return delta / np.maximum(size, delta)
    ### END SOLUTION


def weighted_least_squares(x, y, weight):
    """The coefficients w, shape (D,), for which the sum of weight · (x @ w − y)² is smallest.

    `np.linalg.lstsq(a, b, rcond=None)[0]` minimizes the sum of (a @ w − b)².

    >>> x, y = np.array([[1.0], [1.0]]), np.array([0.0, 10.0])
    >>> weighted_least_squares(x, y, np.array([4.0, 1.0])).round(6)
    array([2.])
    """
    ### BEGIN SOLUTION
    root = np.sqrt(weight)
    return np.linalg.lstsq(root[:, None] * x, root * y, rcond=None)[0]
    ### END SOLUTION


# --- your own -------------------------------------------------------------------------------


def my_loss(e):
    """A loss of your own, and its slope: two arrays of the shape of e, (value, slope).

    Huber's you have already; any other will do of which this holds:

    - no error costs nothing: value 0 and slope 0 at e = 0, and a larger error never costs less;
    - e costs as much as −e;
    - the slope is the derivative of the value;
    - an outlier has a bounded say: however large e becomes, the slope does not grow with it.

    Errors are measured in multiples of the usual one, so that 1 is small, and 10 far off.

    >>> value, slope = my_loss(np.array([0.0, 0.0]))
    >>> float(abs(value).max() + abs(slope).max())
    0.0
    """
    ### BEGIN SOLUTION
    c = 2.0
    return c**2 / 2 * np.log1p((e / c) ** 2), e / (1 + (e / c) ** 2)  # after Cauchy
    ### END SOLUTION


def fit_robust(x, y):
    """Coefficients w, shape (D,), that a good part of wrong values in y cannot spoil.

    How is up to you: `my_loss`, minimized by gradient descent, or by least squares with weights,
    over and over: residuals, their usual size by `mad`, a weight for each, a new w. Mind data
    without any error, whose `mad` is 0.

    >>> x = np.stack([np.ones(6), np.arange(6.0)], axis=1)
    >>> fit_robust(x, 1 + 2 * np.arange(6.0)).round(3)
    array([1., 2.])
    """
    ### BEGIN SOLUTION
    w = weighted_least_squares(x, y, np.ones(len(y)))
    for _ in range(40):
        e = residuals(x, y, w)
        e = e / max(mad(e), 1e-9)
        e = np.where(e == 0, 1e-9, e)
        _, slope = my_loss(e)
        w = weighted_least_squares(x, y, slope / e)
    return w
    ### END SOLUTION
