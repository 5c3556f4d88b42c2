"""The derivative of the derivative."""


def second_derivative(f, x, h=1e-4):
    def slope(t):
        return (f(t + h) - f(t - h)) / (2 * h)

    return (slope(x + h) - slope(x - h)) / (2 * h)
