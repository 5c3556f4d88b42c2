"""How often does 2h go into the difference?"""


def central(f, x, h=1e-5):
    rise = f(x + h) - f(x - h)
    run = (x + h) - (x - h)
    return np.floor(rise / run)
