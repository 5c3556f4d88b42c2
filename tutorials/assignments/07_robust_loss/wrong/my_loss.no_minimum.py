"""exp(−e²) is robust: it is flat far out."""


def my_loss(e):
    bell = np.exp(-(e**2))
    return bell - 1, -2 * e * bell
