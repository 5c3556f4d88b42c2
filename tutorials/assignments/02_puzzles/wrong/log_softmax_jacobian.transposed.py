"""δ − softmax, the softmax of the row."""


def log_softmax_jacobian(x):
    s = softmax(x).reshape(-1, 1)
    return np.eye(len(x)) - s
