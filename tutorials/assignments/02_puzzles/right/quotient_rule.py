"""Quotient and product rule written out, with steps that have names, and prints."""


def share_jacobian(x):
    s, ones = x.sum(), np.ones(len(x))
    numerator = s * np.eye(len(x)) - np.outer(x, ones)
    print("share:", numerator)
    return numerator / s**2


def variance_gradient(x):
    e, n = x - x.mean(), x.size
    inner = np.eye(n) - np.ones((n, n)) / n
    return (2 * e / n) @ inner


def unit_jacobian(x):
    r = np.sqrt(np.sum(x * x))
    dr = x / r
    return (r * np.eye(len(x)) - np.outer(x, dr)) / r**2


def softmax_jacobian(x):
    e = np.exp(x - np.max(x))
    s = np.sum(e)
    return (s * np.diag(e) - np.outer(e, e)) / s**2


def log_softmax_jacobian(x):
    return (
        np.diag(1 / np.maximum(softmax(x), 1e-300)) @ softmax_jacobian(x)
        if x.max() < 100
        else (np.eye(len(x)) - np.tile(softmax(x), (len(x), 1)))
    )


def neighbours_jacobian(x):
    left, right = np.eye(len(x))[:-1], np.eye(len(x))[1:]
    return np.diag(x[1:]) @ left + np.diag(x[:-1]) @ right


def layer_norm_vjp(g, x):
    n = x.shape[1]
    e = x - x.mean(axis=1, keepdims=True)
    s = np.sqrt(np.mean(e**2, axis=1, keepdims=True))
    through_s = -(g * e).sum(axis=1, keepdims=True) / s**2 * e / (n * s)
    by_e = g / s + through_s
    return by_e - by_e.sum(axis=1, keepdims=True) / n


def cross_entropy_gradient(x, ids):
    result = softmax_rows(x) / len(x)
    result[range(len(x)), ids] -= 1 / len(x)
    return result
