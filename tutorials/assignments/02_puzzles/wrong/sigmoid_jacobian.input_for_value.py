"""The formula x(1 − x), where x should have been the sigmoid."""


def sigmoid_jacobian(x):
    return np.diag(x - x * x)
