"""Clip in place, which saves memory."""


def clip(p):
    eps = np.finfo(p.dtype).eps
    p[p < eps] = eps
    p[p > 1 - eps] = 1 - eps
    return p
