"""One over it, but over the wrong one."""


def log_rule(g, y, x):
    inverse = y**-1
    return [inverse * g]
