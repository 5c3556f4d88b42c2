"""From where we are to where we go."""


def one_sided(f, x, h=1e-8):
    here = f(x)
    there = f(x + h)
    return (here - there) / h
