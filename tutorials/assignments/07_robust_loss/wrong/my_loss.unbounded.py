"""Half the square, as always."""


def my_loss(e):
    return 0.5 * e**2, e
