"""Each layer is a linear one and a relu, so each goes back through both."""


def gradients(parameters, x, y):
    weights, biases = parameters[::2], parameters[1::2]
    before, after = [x], []
    for weight, bias in zip(weights, biases):
        after.append(linear(before[-1], weight, bias))
        before.append(relu(after[-1]))
    g = cross_entropy_derivative(y, after[-1])
    found = []
    for k in reversed(range(len(weights))):
        g, gweight, gbias = linear_backward(relu_backward(g, after[k]), before[k], weights[k])
        found = [gweight, gbias] + found
    return found
