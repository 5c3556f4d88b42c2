"""Errors are around 0 anyway."""


def mad(e):
    return np.percentile(np.abs(e), 50) * 1.4826
