"""The arithmetic by a function of its own, and reductions without spread."""


def _back(g, array):
    axes = tuple(range(-g.ndim, -np.ndim(array)))
    axes += tuple(i for i in range(-np.ndim(array), 0) if np.shape(array)[i] == 1)
    return g.sum(axis=axes).reshape(np.shape(array))


def add_rule(g, y, a, b):
    return [_back(g, array) for array in (a, b)]


def multiply_rule(g, y, a, b):
    return _back(g * b, a), _back(g * a, b)


def divide_rule(g, y, a, b):
    return [_back(g / b, a), _back(-g * y / b, b)]


def where_rule(g, y, a, b, condition):
    mask = np.asarray(condition, dtype=float)
    return [_back(mask * g, a), _back((1 - mask) * g, b)]


def mean_rule(g, y, x, axis=None, keepdims=False):
    if not keepdims and axis is not None:
        g = np.expand_dims(g, axis)
    n = x.size if axis is None else np.prod(np.array(x.shape)[np.array(axis)])
    return [np.full(x.shape, 1.0) * g / n]


def sum_rule(g, y, x, axis=None, keepdims=False):
    return [n * part for part in mean_rule(g, y, x, axis, keepdims) for n in [x.size / np.size(g)]]


def max_rule(g, y, x, axis=None, keepdims=False):
    top = np.max(x, axis=axis, keepdims=True)
    ties = np.where(x == top, 1.0, 0.0)
    return [ties / ties.sum(axis=axis, keepdims=True) * np.reshape(g, top.shape)]
