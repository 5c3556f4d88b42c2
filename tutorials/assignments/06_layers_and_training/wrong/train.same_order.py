"""The pieces are cut once, and used in each epoch."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    pieces = list(minibatches(len(x), size, seed))
    parameters = initial_parameters(sizes, seed)
    opt = optimizer(parameters)
    for rows in pieces * epochs:
        opt.step(gradients(parameters, x[rows], y[rows]))
    return parameters
