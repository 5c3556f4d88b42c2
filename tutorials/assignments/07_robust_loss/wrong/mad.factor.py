"""The median absolute deviation, as in the name."""


def mad(e):
    deviations = [abs(value - np.median(e)) for value in e]
    return np.median(deviations)
