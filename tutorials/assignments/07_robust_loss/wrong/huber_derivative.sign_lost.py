"""Outside it is delta."""


def huber_derivative(e, delta):
    slope = np.array(e, dtype=float)
    slope[np.abs(e) > delta] = delta
    return slope
