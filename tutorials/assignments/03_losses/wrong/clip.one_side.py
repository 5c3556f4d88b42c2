"""Only log(0) is a problem."""


def clip(p):
    eps = np.finfo(p.dtype).eps
    return np.where(p < eps, eps, p)
