"""0 of 10: recurses until Python crashes."""

import sys

assert __name__ == "small", "it is run only where it is graded"


sys.setrecursionlimit(10**9)


def deeper(n):
    return deeper(n + 1) + 1


def total(x):
    return deeper(0)


def scaled(x, by):
    return deeper(0)
