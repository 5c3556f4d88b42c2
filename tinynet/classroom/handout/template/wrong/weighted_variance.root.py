"""Takes the variance for the usual distance from the mean."""


def weighted_variance(values, weights):
    squares = np.square(values - weighted_mean(values, weights))
    return (weights @ squares / np.sum(weights)) ** 0.5
