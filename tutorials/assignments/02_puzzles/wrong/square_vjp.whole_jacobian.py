"""g times J, as it says."""


def square_vjp(g, x):
    J = 2 * np.eye(len(x)) * x
    return np.matmul(g, J)
