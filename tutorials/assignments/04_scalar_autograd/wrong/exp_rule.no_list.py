"""There is only one argument, so why a list?"""


def exp_rule(g, y, x):
    slope = math.exp(x)
    return g * slope
