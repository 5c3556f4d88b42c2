"""A helper that makes one layer."""


def layer(n_in, n_out, seed):
    generator = np.random.default_rng(seed)
    return [generator.normal(scale=(2 / n_in) ** 0.5, size=(n_in, n_out)), np.zeros(n_out)]


def initial_parameters(sizes, seed):
    parameters = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        parameters += layer(n_in, n_out, seed)
    return parameters
