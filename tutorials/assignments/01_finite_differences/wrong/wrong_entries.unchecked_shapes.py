"""A comparison of arrays."""


def wrong_entries(claimed, measured, tolerance=1e-5):
    largest = max(abs(measured.max()), abs(measured.min()))
    return np.abs(measured - claimed) > tolerance * largest
