"""The largest is at this place."""


def largest_gradient(x):
    return list(x).index(max(x))
