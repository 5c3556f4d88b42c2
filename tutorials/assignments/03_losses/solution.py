"""Six losses and their derivatives.

Every function takes NumPy arrays ``(y_true, y_pred)``; e stands for y_pred − y_true, N for the
number of losses in the batch. A loss returns one number, the mean over the batch. Its derivative
returns one number per prediction: how fast that mean grows when this prediction grows.

Use NumPy only, change no array that you are given, and call `check_same_shape` first.
"""

import numpy as np


def check_same_shape(y_true, y_pred):
    """Stop (N, 1) against (N,): NumPy would make that (N, N), and no error would tell."""
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(f"y_true has shape {np.shape(y_true)}, y_pred {np.shape(y_pred)}")


# --- the squared error ----------------------------------------------------------------------


def mse(y_true, y_pred):
    """Mean squared error: the mean of e².

    Both arguments have the same shape, often (N,); else a ValueError. Returns one number.

    Example: e = [1, 2], and (1 + 4) / 2 = 2.5.

    >>> float(mse(np.array([1.0, 2.0]), np.array([2.0, 4.0])))
    2.5
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean((y_pred - y_true) ** 2)
    ### END SOLUTION


def mse_derivative(y_true, y_pred):
    """The derivative of `mse` with respect to y_pred, in the shape of y_pred.

    Do not forget the 1/N of the mean. N counts predictions, whatever the shape.

    Example: e = [1, 2].

    >>> mse_derivative(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    array([1., 2.])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return 2 * (y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- the absolute error ---------------------------------------------------------------------


def mae(y_true, y_pred):
    """Mean absolute error: the mean of |e|. Shapes as in `mse`.

    Example: e = [1, −2], and (1 + 2) / 2 = 1.5.

    >>> float(mae(np.array([1.0, 2.0]), np.array([2.0, 0.0])))
    1.5
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean(np.abs(y_pred - y_true))
    ### END SOLUTION


def mae_derivative(y_true, y_pred):
    """The derivative of `mae` with respect to y_pred; 0 where e = 0, by agreement.

    Example: e = [1, −2].

    >>> mae_derivative(np.array([1.0, 2.0]), np.array([2.0, 0.0]))
    array([ 0.5, -0.5])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.sign(y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- round near 0, straight far out ---------------------------------------------------------


def smooth_l1(y_true, y_pred, beta=1.0):
    """The mean of e² / (2 beta) where |e| < beta, and of |e| − beta/2 elsewhere; beta > 0.

    A parabola near 0 and a straight line far out, which meet without a jump. Shapes as in `mse`.

    Example: e = [0.5, 3], and (0.125 + 2.5) / 2 = 1.3125.

    >>> float(smooth_l1(np.array([0.0, 0.0]), np.array([0.5, 3.0])))
    1.3125
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return np.mean(np.where(size < beta, size**2 / (2 * beta), size - beta / 2))
    ### END SOLUTION


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    """The derivative of `smooth_l1` with respect to y_pred.

    Example: e = [0.5, 3].

    >>> smooth_l1_derivative(np.array([0.0, 0.0]), np.array([0.5, 3.0]))
    array([0.25, 0.5 ])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / y_pred.size
    ### END SOLUTION


# --- half the squared error -----------------------------------------------------------------


def smooth_l2(y_true, y_pred):
    """Half the mean squared error: the mean of ½e². Shapes as in `mse`.

    Example: e = [1, 2], and (0.5 + 2) / 2 = 1.25.

    >>> float(smooth_l2(np.array([1.0, 2.0]), np.array([2.0, 4.0])))
    1.25
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean(0.5 * (y_pred - y_true) ** 2)
    ### END SOLUTION


def smooth_l2_derivative(y_true, y_pred):
    """The derivative of `smooth_l2` with respect to y_pred.

    Example: e = [1, 2].

    >>> smooth_l2_derivative(np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    array([0.5, 1. ])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return (y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- classes, from logits -------------------------------------------------------------------


def log_softmax(logits):
    """The log of softmax(z) = exp(z) / (sum of exp(z) over the row), for each row z of a matrix.

    Logits are any numbers, and ±1000 must work: exp(1000) overflows, but softmax(z) is the same as
    softmax(z − max(z)). And the log of a quotient is a difference, which has no log(0) in it.

    Example: both logits of the row are the same, so each probability is ½, and its log −0.693.

    >>> log_softmax(np.array([[1000.0, 1000.0]])).round(3)
    array([[-0.693, -0.693]])
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ### END SOLUTION


def cross_entropy(y_true, y_pred):
    """The mean of −log p, where p is the probability that a row gives to its true class.

    y_true holds class numbers 0 … C−1, shape (N,). y_pred holds logits, shape (N, C), of which
    `log_softmax` makes log p. ValueError unless y_true has one class for each row of y_pred.

    Example: two classes, equally likely, and −log ½ = 0.693.

    >>> float(cross_entropy(np.array([0]), np.array([[0.0, 0.0]])).round(3))
    0.693
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred[:, 0])
    return -np.mean(log_softmax(y_pred)[np.arange(len(y_true)), y_true])
    ### END SOLUTION


def cross_entropy_derivative(y_true, y_pred):
    """The derivative of `cross_entropy` with respect to the logits, shape (N, C).

    Work it out on paper: what remains is short. N counts rows, not numbers.

    >>> cross_entropy_derivative(np.array([0]), np.array([[0.0, 0.0]]))
    array([[-0.5,  0.5]])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred[:, 0])
    one_hot = np.eye(y_pred.shape[1])[y_true]
    return (np.exp(log_softmax(y_pred)) - one_hot) / len(y_true)
    ### END SOLUTION


# --- yes or no, from probabilities ----------------------------------------------------------


def clip(p):
    """The probabilities, but at least eps and at most 1 − eps, where eps is that of their dtype.

    log(0) is −∞, and so is log(1 − p) at p = 1. np.finfo(p.dtype).eps is the step from 1 to the
    next number of the dtype; a smaller one would be lost: in float32, 1 − 1e-15 is still 1.

    >>> p = clip(np.array([0.0, 0.25, 1.0]))
    >>> bool(0 < p[0]), float(p[1]), bool(p[2] < 1)
    (True, 0.25, True)
    """
    ### BEGIN SOLUTION
    eps = np.finfo(p.dtype).eps
    return np.clip(p, eps, 1 - eps)
    ### END SOLUTION


def log_loss(y_true, y_pred):
    """The mean of −t log p − (1 − t) log(1 − p), with t = y_true and p = clip(y_pred).

    y_true holds 0 and 1 (floats), y_pred probabilities from 0 to 1. Shapes as in `mse`.

    Example: −log ½ = 0.693.

    >>> float(log_loss(np.array([1.0]), np.array([0.5])).round(3))
    0.693
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return np.mean(-y_true * np.log(p) - (1 - y_true) * np.log(1 - p))
    ### END SOLUTION


def log_loss_derivative(y_true, y_pred):
    """The derivative of `log_loss` with respect to y_pred: your formula, with p clipped as above.

    >>> log_loss_derivative(np.array([1.0]), np.array([0.5]))
    array([-2.])
    """
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return ((1 - y_true) / (1 - p) - y_true / p) / y_pred.size
    ### END SOLUTION
