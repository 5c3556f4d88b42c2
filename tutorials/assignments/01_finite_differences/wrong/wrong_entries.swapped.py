"""True where the gradient is as it should be."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    if claimed.shape != measured.shape:
        raise ValueError("the shapes differ")
    largest = np.abs(measured).max()
    return np.isclose(claimed, measured, rtol=0, atol=tolerance * largest)
