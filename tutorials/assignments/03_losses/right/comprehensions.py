"""Lists and the math module where speed is not asked for; a list is as good as an array."""

import math


def mae(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    errors = [abs(p - t) for t, p in zip(y_true.flat, y_pred.flat, strict=True)]
    return math.fsum(errors) / len(errors)


def smooth_l2(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    return sum(e * e / 2 for e in (y_pred - y_true).ravel().tolist()) / y_pred.size


def cross_entropy_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred[:, 0])
    rows = []
    for true, row in zip(y_true, log_softmax(y_pred), strict=True):
        rows.append([(math.exp(logp) - (k == true)) / len(y_true) for k, logp in enumerate(row)])
    return rows
