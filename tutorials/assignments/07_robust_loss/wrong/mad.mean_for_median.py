"""MAD: mean absolute deviation."""


def mad(e):
    middle = e.sum() / len(e)
    return 1.4826 * np.abs(e - middle).sum() / len(e)
