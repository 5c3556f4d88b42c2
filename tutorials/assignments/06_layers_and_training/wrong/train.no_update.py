"""The optimizer works on a copy, so that nothing is changed by accident."""


def train(x, y, sizes, optimizer, epochs, size, seed):
    network = initial_parameters(sizes, seed)
    descend = optimizer([np.array(a) for a in network])
    for epoch in range(epochs):
        for rows in minibatches(len(y), size, epoch + seed):
            descend.step(gradients(network, x[rows], y[rows]))
    return network
