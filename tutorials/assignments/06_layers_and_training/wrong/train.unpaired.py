"""The rows are shuffled; the classes come in their order."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    parameters = initial_parameters(sizes, seed)
    opt = optimizer(parameters)
    for epoch in range(epochs):
        start = 0
        for rows in minibatches(len(x), size, seed + epoch):
            end = start + len(rows)
            opt.step(gradients(parameters, x[rows], y[start:end]))
            start = end
    return parameters
