"""The gradient times the direction."""


def directional(f, x, d, h=1e-5):
    total = 0.0
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += h
        down[place] -= h
        total += d[place] * (f(up) - f(down)) / (2 * h)
    return total
