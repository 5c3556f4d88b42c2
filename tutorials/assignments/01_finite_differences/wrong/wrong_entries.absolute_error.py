"""More than the tolerance is wrong."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    if claimed.shape != measured.shape:
        raise ValueError("the shapes differ")
    return ~np.isclose(claimed, measured, rtol=0, atol=tolerance)
