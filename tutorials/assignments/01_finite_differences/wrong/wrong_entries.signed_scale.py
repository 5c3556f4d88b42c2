"""The largest of the measured numbers."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    if claimed.shape != measured.shape:
        raise ValueError("the shapes differ")
    allowed = tolerance * measured.max()
    return np.abs(claimed - measured) > allowed
