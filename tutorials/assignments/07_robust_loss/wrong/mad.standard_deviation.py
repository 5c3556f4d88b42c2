"""The root of the mean squared deviation is the scale."""


def mad(e):
    return np.sqrt(np.mean(np.square(e - e.mean())))
