"""The median of the deviations."""


def mad(e):
    deviations = e - np.quantile(e, 0.5)
    return np.quantile(deviations, 0.5) * 1.4826
