"""A sample of rows for each step."""


def minibatches(count, size, seed):
    rng = np.random.default_rng(seed)
    pieces = []
    while sum(map(len, pieces)) < count:
        pieces.append(rng.choice(count, min(size, count - sum(map(len, pieces)))))
    return pieces
