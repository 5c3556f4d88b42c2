"""np.isclose knows how to compare."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    if claimed.shape != measured.shape:
        raise ValueError("the shapes differ")
    return np.logical_not(np.isclose(claimed, measured, rtol=tolerance, atol=0))
