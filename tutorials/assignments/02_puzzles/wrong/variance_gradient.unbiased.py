"""The variance divides by n − 1, I learned."""


def variance_gradient(x):
    e = x - np.mean(x)
    return 2 * e / (e.size - 1)
