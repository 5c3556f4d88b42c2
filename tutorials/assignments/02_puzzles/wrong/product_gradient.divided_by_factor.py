"""All, without my own factor: divide it out."""


def product_gradient(x):
    return np.prod(x) * x**-1.0
