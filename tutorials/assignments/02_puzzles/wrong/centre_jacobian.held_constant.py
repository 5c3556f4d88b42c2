"""The mean is a number; numbers that are subtracted have no slope."""


def centre_jacobian(x):
    mean = x.mean()
    return np.eye(len(x - mean))
