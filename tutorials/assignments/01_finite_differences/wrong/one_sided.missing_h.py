"""How far does f climb on the step?"""


def one_sided(f, x, h=1e-8):
    before, after = f(x), f(x + h)
    return after - before
