"""0 of 10: answers with an object that gives other numbers each time."""

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


class Lying:
    times = 0

    def __array__(self, dtype=None, copy=None):
        self.times += 1
        return np.full(self.times, 6.0)


def total(x):
    return Lying()


def scaled(x, by):
    return Lying()
