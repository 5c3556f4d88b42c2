"""Collected on the way back."""


def gradients(parameters, x, y):
    layers = [(parameters[k], parameters[k + 1]) for k in range(0, len(parameters), 2)]
    inputs = [x]
    for weight, bias in layers:
        inputs.append(relu(linear(inputs[-1], weight, bias)))
    g = cross_entropy_derivative(y, linear(inputs[-2], *layers[-1]))
    collected = []
    for k in range(len(layers) - 1, -1, -1):
        g, gweight, gbias = linear_backward(g, inputs[k], layers[k][0])
        g = relu_backward(g, inputs[k])
        collected.append(gweight)
        collected.append(gbias)
    return collected
