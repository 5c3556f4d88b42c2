"""log(a) without asking whether it exists."""


def power_rule(g, y, a, b):
    return [g * b * pow(a, b - 1), g * math.log(a) * pow(a, b)]
