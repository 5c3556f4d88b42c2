"""0 of 10: crashes Python."""

import ctypes

assert __name__ == "small", "it is run only where it is graded"


def total(x):
    return ctypes.string_at(0)


def scaled(x, by):
    return ctypes.string_at(0)
