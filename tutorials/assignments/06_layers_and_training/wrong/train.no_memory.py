"""An optimizer for each epoch."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    network = initial_parameters(sizes, seed)
    for epoch in range(epochs):
        descend = optimizer(network)
        for rows in minibatches(len(y), size, epoch + seed):
            descend.step(gradients(network, x[rows], y[rows]))
    return network
