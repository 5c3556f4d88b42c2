"""Tuples and arrays instead of lists, NumPy instead of math, slopes from x instead of y."""

import numpy as np


def add_rule(g, y, a, b):
    return g, g


def subtract_rule(g, y, a, b):
    return np.array([g, -g])


def multiply_rule(g, y, a, b):
    return tuple(g * np.array([b, a]))


def divide_rule(g, y, a, b):
    return (g / b, -g * y / b)


def power_rule(g, y, a, b):
    by_b = 0.0
    if a > 0:
        by_b = g * np.exp(b * np.log(a)) * np.log(a)
    return [g * b * float(a) ** (b - 1), by_b]


def exp_rule(g, y, x):
    return [g * np.exp(x)]


def log_rule(g, y, x):
    return [g * np.power(float(x), -1)]


def tanh_rule(g, y, x):
    return [g / np.cosh(x) ** 2]


def relu_rule(g, y, x):
    return [np.where(x > 0, g, 0.0)]
