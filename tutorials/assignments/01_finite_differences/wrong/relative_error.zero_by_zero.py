"""The formula."""


def relative_error(a, b):
    a, b = a.ravel(), b.ravel()
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))
