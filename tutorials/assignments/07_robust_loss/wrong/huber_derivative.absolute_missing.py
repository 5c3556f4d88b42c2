"""Not more than delta."""


def huber_derivative(e, delta):
    return np.where(e > delta, delta, e)
