"""Sums and loops over layers, written out."""


def linear(x, weight, bias):
    product = np.matmul(x, weight)
    return np.add(product, np.broadcast_to(bias, product.shape))


def linear_backward(g, x, weight):
    gweight = np.zeros(weight.shape)
    gbias = np.zeros(weight.shape[1])
    for row, above in zip(x, g):
        gweight += np.outer(row, above)
        gbias += above
    gx = np.array([weight.dot(above) for above in g])
    return gx, gweight, gbias


def gradients(parameters, x, y):
    count = len(parameters) // 2
    z, a = {}, {0: x}
    for k in range(count):
        z[k] = linear(a[k], parameters[2 * k], parameters[2 * k + 1])
        a[k + 1] = relu(z[k])
    g = cross_entropy_derivative(y, z[count - 1])
    found = {}
    for k in range(count - 1, -1, -1):
        gx, found[2 * k], found[2 * k + 1] = linear_backward(g, a[k], parameters[2 * k])
        if k > 0:
            g = relu_backward(gx, z[k - 1])
    return [found[k] for k in sorted(found)]
