"""Step with x[i], up and down."""


def gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.empty(x.shape)
    flat, out = x.reshape(-1), slopes.reshape(-1)
    for k in range(flat.size):
        flat[k] = flat[k] + h
        up = f(x)
        flat[k] = flat[k] - 2 * h
        out[k] = (up - f(x)) / (2 * h)
    return slopes
