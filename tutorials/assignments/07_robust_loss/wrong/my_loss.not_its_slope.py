"""log(1 + e²), by the rule for the logarithm."""


def my_loss(e):
    return np.log(1 + e**2), np.sign(e) / (1 + e**2)
