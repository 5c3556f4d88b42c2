"""He: N(0, 2 / n)."""


def initial_parameters(sizes, seed):
    rng = np.random.default_rng(seed)
    result = []
    for k in range(len(sizes) - 1):
        result.append(rng.normal(0, 2 / sizes[k], (sizes[k], sizes[k + 1])))
        result.append(np.zeros(sizes[k + 1]))
    return result
