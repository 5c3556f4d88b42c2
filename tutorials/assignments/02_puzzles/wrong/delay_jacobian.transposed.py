"""x₀ goes to place 1: row 0, column 1."""


def delay_jacobian(x):
    J = np.zeros((len(x), len(x)))
    for i in range(len(x) - 1):
        J[i, i + 1] = 1
    return J
