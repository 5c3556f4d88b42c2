"""x₀ goes into all sums, so row 0 is full."""


def running_sum_jacobian(x):
    return np.triu(np.ones((len(x), len(x))))
