"""One slope for each x[i]."""


def gradient(f, x, h=1e-5):
    slopes = []
    for i in range(len(x)):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        slopes.append((f(up) - f(down)) / (2 * h))
    return np.array(slopes)
