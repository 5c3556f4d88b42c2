"""Compared with the size of the gradient."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    if claimed.shape != measured.shape:
        raise ValueError("the shapes differ")
    return np.abs(claimed - measured) > tolerance * np.abs(claimed).max()
