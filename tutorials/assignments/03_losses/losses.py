"""Six losses and their derivatives: your assignment. Replace each `raise` by your code.

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


# --- task 1 ---------------------------------------------------------------------------------


def mse(y_true, y_pred):
    """Mean squared error: the mean of e².

    Both arguments have the same shape, often (N,); else a ValueError. Returns one number.

    Example: y_true = [1, 2], y_pred = [2, 4] gives e = [1, 2] and (1 + 4) / 2 = 2.5.
    """
    raise NotImplementedError("task 1: mse")


def mse_derivative(y_true, y_pred):
    """The derivative of `mse` with respect to y_pred, in the shape of y_pred.

    Example: y_true = [1, 2], y_pred = [2, 4] gives [1, 2]. Do not forget the 1/N of the mean.
    """
    raise NotImplementedError("task 1: mse_derivative")


# --- task 2 ---------------------------------------------------------------------------------


def mae(y_true, y_pred):
    """Mean absolute error: the mean of |e|. Shapes as in `mse`.

    Example: y_true = [1, 2], y_pred = [2, 0] gives (1 + 2) / 2 = 1.5.
    """
    raise NotImplementedError("task 2: mae")


def mae_derivative(y_true, y_pred):
    """The derivative of `mae` with respect to y_pred; 0 where e = 0, by agreement.

    Example: y_true = [1, 2], y_pred = [2, 0] gives [0.5, −0.5].
    """
    raise NotImplementedError("task 2: mae_derivative")


# --- task 3 ---------------------------------------------------------------------------------


def smooth_l1(y_true, y_pred, beta=1.0):
    """The mean of e² / (2 beta) where |e| < beta, and of |e| − beta/2 elsewhere; beta > 0.

    A parabola near 0 and a straight line far out, which meet without a jump. Shapes as in `mse`.

    Example: y_true = [0, 0], y_pred = [0.5, 3], beta = 1 gives (0.125 + 2.5) / 2 = 1.3125.
    """
    raise NotImplementedError("task 3: smooth_l1")


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    """The derivative of `smooth_l1` with respect to y_pred.

    Example: y_true = [0, 0], y_pred = [0.5, 3], beta = 1 gives [0.25, 0.5].
    """
    raise NotImplementedError("task 3: smooth_l1_derivative")


# --- task 4 ---------------------------------------------------------------------------------


def smooth_l2(y_true, y_pred):
    """Half the mean squared error: the mean of ½e². Shapes as in `mse`.

    Example: y_true = [1, 2], y_pred = [2, 4] gives (0.5 + 2) / 2 = 1.25.
    """
    raise NotImplementedError("task 4: smooth_l2")


def smooth_l2_derivative(y_true, y_pred):
    """The derivative of `smooth_l2` with respect to y_pred.

    Example: y_true = [1, 2], y_pred = [2, 4] gives [0.5, 1].
    """
    raise NotImplementedError("task 4: smooth_l2_derivative")


# --- task 5 ---------------------------------------------------------------------------------


def cross_entropy(y_true, y_pred):
    """The mean of −log p, where p is the probability that a row gives to its true class.

    y_true holds class numbers 0 … C−1, shape (N,). y_pred holds logits, shape (N, C): any numbers.
    The probabilities of a row are softmax(z) = exp(z) / (sum of exp(z) over the row). Logits of
    ±1000 must work: exp(1000) overflows, but softmax(z) = softmax(z − max(z)), row by row.
    ValueError unless y_true has one class for each row of y_pred.

    Example: y_true = [0], y_pred = [[0, 0]] gives log 2 = 0.693.
    """
    raise NotImplementedError("task 5: cross_entropy")


def cross_entropy_derivative(y_true, y_pred):
    """The derivative of `cross_entropy` with respect to the logits, shape (N, C).

    Work it out on paper: what remains is short. N counts rows, not numbers.

    Example: y_true = [0], y_pred = [[0, 0]] gives [[−0.5, 0.5]].
    """
    raise NotImplementedError("task 5: cross_entropy_derivative")


# --- task 6 ---------------------------------------------------------------------------------


def log_loss(y_true, y_pred):
    """The mean of −t log p − (1 − t) log(1 − p), with t = y_true and p = y_pred.

    y_true holds 0 and 1 (floats), y_pred probabilities from 0 to 1. Shapes as in `mse`. log(0) is
    −inf, so first clip p to eps … 1 − eps, with eps = np.finfo(y_pred.dtype).eps.

    Example: y_true = [1], y_pred = [0.5] gives log 2 = 0.693.
    """
    raise NotImplementedError("task 6: log_loss")


def log_loss_derivative(y_true, y_pred):
    """The derivative of `log_loss` with respect to y_pred: your formula, with p clipped as above.

    Example: y_true = [1], y_pred = [0.5] gives [−2].
    """
    raise NotImplementedError("task 6: log_loss_derivative")
