"""Functions that call themselves, and a generator."""

from functools import reduce


def initial_parameters(sizes, seed):
    rng = np.random.default_rng(seed)

    def layer(n_in, n_out):
        return [rng.normal(0.0, (2 / n_in) ** 0.5, size=(n_in, n_out)), np.zeros((n_out,))]

    return reduce(lambda done, pair: done + layer(*pair), zip(sizes[:-1], sizes[1:]), [])


def logits(parameters, x):
    weight, bias, *rest = parameters
    out = linear(x, weight, bias)
    return logits(rest, relu(out)) if rest else out


def gradients(parameters, x, y):
    def back(parameters, x):
        """The gradient by x, and those by the parameters."""
        weight, bias, *rest = parameters
        z = linear(x, weight, bias)
        if rest:
            g, found = back(rest, relu(z))
            g = relu_backward(g, z)
        else:
            g, found = cross_entropy_derivative(y, z), []
        gx, gweight, gbias = linear_backward(g, x, weight)
        return gx, [gweight, gbias] + found

    return back(parameters, x)[1]


def minibatches(count, size, seed):
    order = np.random.default_rng(seed).permutation(count)
    while len(order):
        yield order[:size]
        order = order[size:]
