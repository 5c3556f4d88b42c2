"""What is missing to the truth."""


def residuals(x, y, w):
    return np.subtract(y, np.dot(x, w))
