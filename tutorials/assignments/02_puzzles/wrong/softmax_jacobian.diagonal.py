"""s(1 − s) on the diagonal."""


def softmax_jacobian(x):
    s = softmax(x)
    return np.eye(len(s)) * (s - s * s)
