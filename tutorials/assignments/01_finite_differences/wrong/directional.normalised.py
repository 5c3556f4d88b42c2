"""A direction has length 1."""


def directional(f, x, d, h=1e-5):
    unit = d / np.linalg.norm(d.ravel())
    return (f(x + h * unit) - f(x - h * unit)) / (2 * h)
