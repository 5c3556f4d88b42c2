"""As many full pieces as there are."""


def minibatches(count, size, seed):
    order = np.random.default_rng(seed).permutation(count)
    pieces = []
    for k in range(count // size):
        pieces.append(order[k * size : (k + 1) * size])
    return pieces
