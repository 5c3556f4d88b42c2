"""Return the slope of each element."""


def gradient(f, x, h=1e-5):
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        up, down = x.astype(float), x.astype(float)
        up[place] += h
        down[place] -= h
        slopes[place] = (f(up) - f(down)) / (2 * h)
        return slopes
