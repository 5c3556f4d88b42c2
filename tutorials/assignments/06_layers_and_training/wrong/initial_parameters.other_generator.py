"""Seeded as it has always been done."""


def initial_parameters(sizes, seed):
    np.random.seed(seed)
    parameters = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        parameters.append(np.random.normal(0, np.sqrt(2 / n_in), (n_in, n_out)))
        parameters.append(np.zeros(n_out))
    return parameters
