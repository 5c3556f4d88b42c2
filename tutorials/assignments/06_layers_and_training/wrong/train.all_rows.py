"""So many steps on all of the data."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    network = initial_parameters(sizes, seed)
    opt = optimizer(network)
    for _ in range(epochs):
        opt.step(gradients(network, x, y))
    return network
