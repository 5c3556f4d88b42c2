"""h must be small, so I take a small one."""


def central(f, x, h=1e-5):
    eps = 1e-7
    rise = f(x + eps) - f(x - eps)
    return rise / 2 / eps
