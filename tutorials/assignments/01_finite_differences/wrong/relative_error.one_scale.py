"""Compared with the true one."""


def relative_error(a, b):
    size = np.linalg.norm(b.ravel())
    if size == 0:
        return 0.0
    return np.linalg.norm((a - b).ravel()) / size
