"""Six losses and their derivatives: the solution.

Every function takes ``(y_true, y_pred)``; e stands for y_pred − y_true, N for the number of losses
in the batch. A loss returns one number, the mean over the batch. Its derivative returns one number
per prediction: how fast that mean grows when this prediction grows.
"""

import numpy as np


def check_same_shape(y_true, y_pred):
    """Stop (N, 1) against (N,): NumPy would make that (N, N), and no error would tell."""
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(f"y_true has shape {np.shape(y_true)}, y_pred {np.shape(y_pred)}")


# --- task 1 ---------------------------------------------------------------------------------


def mse(y_true, y_pred):
    """Mean squared error: the mean of e²."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean((y_pred - y_true) ** 2)
    ### END SOLUTION


def mse_derivative(y_true, y_pred):
    """2e / N: the chain rule on e², and the 1/N of the mean."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return 2 * (y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- task 2 ---------------------------------------------------------------------------------


def mae(y_true, y_pred):
    """Mean absolute error: the mean of |e|."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean(np.abs(y_pred - y_true))
    ### END SOLUTION


def mae_derivative(y_true, y_pred):
    """sign(e) / N, which is 0 at e = 0."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.sign(y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- task 3 ---------------------------------------------------------------------------------


def smooth_l1(y_true, y_pred, beta=1.0):
    """The mean of e² / (2 beta) where |e| < beta, and of |e| − beta/2 elsewhere."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return np.mean(np.where(size < beta, size**2 / (2 * beta), size - beta / 2))
    ### END SOLUTION


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    """e / beta inside, sign(e) outside, divided by N."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / y_pred.size
    ### END SOLUTION


# --- task 4 ---------------------------------------------------------------------------------


def smooth_l2(y_true, y_pred):
    """Half the mean squared error: the mean of ½e²."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return np.mean(0.5 * (y_pred - y_true) ** 2)
    ### END SOLUTION


def smooth_l2_derivative(y_true, y_pred):
    """e / N: the ½ is there to cancel the 2."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    return (y_pred - y_true) / y_pred.size
    ### END SOLUTION


# --- task 5 ---------------------------------------------------------------------------------


def log_softmax(logits):
    """log of softmax, row by row; the largest logit becomes 0, so exp cannot overflow."""
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ### END SOLUTION


def cross_entropy(y_true, y_pred):
    """The mean of −log softmax(y_pred) at the true class of each row."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred[:, 0])
    return -np.mean(log_softmax(y_pred)[np.arange(len(y_true)), y_true])
    ### END SOLUTION


def cross_entropy_derivative(y_true, y_pred):
    """(softmax(y_pred) − one row with a 1 at the true class) / N, where N counts rows."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred[:, 0])
    one_hot = np.eye(y_pred.shape[1])[y_true]
    return (np.exp(log_softmax(y_pred)) - one_hot) / len(y_true)
    ### END SOLUTION


# --- task 6 ---------------------------------------------------------------------------------


def clip(p):
    """Move exact 0 and 1 by the eps of their own dtype: in float32, 1 − 1e-15 is still 1."""
    ### BEGIN SOLUTION
    eps = np.finfo(p.dtype).eps
    return np.clip(p, eps, 1 - eps)
    ### END SOLUTION


def log_loss(y_true, y_pred):
    """The mean of −t log p − (1 − t) log(1 − p)."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return np.mean(-y_true * np.log(p) - (1 - y_true) * np.log(1 - p))
    ### END SOLUTION


def log_loss_derivative(y_true, y_pred):
    """((1 − t) / (1 − p) − t / p) / N."""
    ### BEGIN SOLUTION
    check_same_shape(y_true, y_pred)
    p = clip(y_pred)
    return ((1 - y_true) / (1 - p) - y_true / p) / y_pred.size
    ### END SOLUTION
