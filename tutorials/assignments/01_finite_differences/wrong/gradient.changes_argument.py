"""Move the element up, down, and back to where it was."""


def gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        up = f(x)
        x[place] -= 2 * h
        down = f(x)
        x[place] += h
        slopes[place] = (up - down) / (2 * h)
    return slopes
