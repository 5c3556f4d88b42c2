"""One n-th, in whole numbers."""


def mean_gradient(x):
    return np.array([1 // len(x)] * len(x))
