"""A piece for each step."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    parameters = initial_parameters(sizes, seed)
    opt = optimizer(parameters)
    steps = len(minibatches(len(x), size, seed))
    for epoch in range(epochs):
        for _ in range(steps):
            rows = list(minibatches(len(x), size, seed + epoch))[0]
            opt.step(gradients(parameters, x[rows], y[rows]))
    return parameters
