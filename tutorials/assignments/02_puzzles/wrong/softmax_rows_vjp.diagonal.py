"""g times the slope s(1 − s)."""


def softmax_rows_vjp(g, x):
    s = softmax_rows(x)
    return g * (s - s**2)
