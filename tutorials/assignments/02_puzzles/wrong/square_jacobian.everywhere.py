"""The slope is 2x in every row, since there are n outputs."""


def square_jacobian(x):
    return np.tile(2 * x, (len(x), 1))
