"""This one minus the next one."""


def differences_jacobian(x):
    n = len(x)
    return np.eye(n - 1, n) - np.eye(n - 1, n, 1)
