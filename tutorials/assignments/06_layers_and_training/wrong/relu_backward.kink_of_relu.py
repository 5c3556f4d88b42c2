"""Only what is negative is cut off."""


def relu_backward(g, x):
    slope = np.ones_like(x)
    slope[x < 0] = 0
    return slope * g
