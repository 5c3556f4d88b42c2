"""NumPy has it already."""


def weighted_mean(values, weights):
    return np.average(values, axis=0, weights=weights)


def weighted_variance(values, weights):
    middle = np.average(values, axis=0, weights=weights)
    return np.average((values - middle) ** 2, axis=0, weights=weights)
