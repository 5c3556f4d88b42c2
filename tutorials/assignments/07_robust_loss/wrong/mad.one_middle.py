"""A median by sorting."""


def median(values):
    return np.sort(values)[len(values) // 2]


def mad(e):
    return 1.4826 * median(np.abs(e - median(e)))
