"""Lists, from which NumPy need not even be asked to make arrays."""

import math


def same_jacobian(x):
    return [[1 if i == j else 0 for j in range(len(x))] for i in range(len(x))]


def square_jacobian(x):
    return [[2 * x[i] * (i == j) for j in range(len(x))] for i in range(len(x))]


def exponential_jacobian(x):
    return [[math.exp(v) if i == j else 0.0 for j in range(len(x))] for i, v in enumerate(x)]


def total_gradient(x):
    return [1] * len(x)


def mean_gradient(x):
    return [1 / len(x) for _ in x]


def product_gradient(x):
    return [math.prod(v for j, v in enumerate(x) if j != i) for i in range(len(x))]


def largest_gradient(x):
    return [float(v == max(x)) for v in x]


def take_jacobian(x, index):
    return np.array([[float(j == k) for j in range(len(x))] for k in index])


def repeat_jacobian(x, k):
    return np.array(
        [[1.0 if i // k == j else 0.0 for j in range(len(x))] for i in range(k * len(x))]
    )


def outer_vjp(g, x, w):
    return np.array([row @ w for row in g])


def softmax_rows_vjp(g, x):
    return np.stack([row @ softmax_jacobian(logits) for row, logits in zip(g, x, strict=True)])


def layer_norm_vjp(g, x):
    def row(g, x):
        y = (x - x.mean()) / x.std()
        return (g - g.mean() - y * np.mean(g * y)) / x.std()

    return np.array([row(*pair) for pair in zip(g, x, strict=True)])
