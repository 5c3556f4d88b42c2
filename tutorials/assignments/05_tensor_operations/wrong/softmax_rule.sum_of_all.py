"""The sum of g times y, of all of them."""


def softmax_rule(g, y, x):
    s = float(np.vdot(g, y))
    return [g * y - s * y]
