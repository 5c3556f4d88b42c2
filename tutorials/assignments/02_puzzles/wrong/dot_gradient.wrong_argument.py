"""What is left when w goes away is x."""


def dot_gradient(x, w):
    return x.copy()
