"""Layer by layer, back to the input."""


def gradients(parameters, x, y):
    depth = len(parameters) // 2
    before, h = [], x
    for k in range(depth):
        before.append(h)
        z = linear(h, parameters[2 * k], parameters[2 * k + 1])
        h = relu(z)
    delta = cross_entropy_derivative(y, z)
    result = [None] * len(parameters)
    for k in reversed(range(depth)):
        gx, gw, gb = linear_backward(delta, before[k], parameters[2 * k])
        result[2 * k], result[2 * k + 1] = gw, gb
        delta = gx
    return result
