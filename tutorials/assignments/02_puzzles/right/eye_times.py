"""np.eye and broadcasting instead of np.diag, and other names."""

identity = np.identity


def same_jacobian(x):
    return identity(x.size)


def scale_jacobian(x, a):
    return np.diag(np.full_like(x, a))


def weigh_jacobian(x, w, b):
    return identity(len(w)) * w


def square_jacobian(x):
    return 2 * identity(len(x)) * x[:, np.newaxis]


def power_jacobian(x, p):
    return identity(len(x)) * (p * x**p / x)


def exponential_jacobian(x):
    return identity(len(x)) * np.exp(x)


def logarithm_jacobian(x):
    return identity(len(x)) * x**-1.0


def sigmoid_jacobian(x):
    return identity(len(x)) * np.exp(-x) / (1 + np.exp(-x)) ** 2


def tanh_jacobian(x):
    return identity(len(x)) / np.cosh(x) ** 2


def relu_jacobian(x):
    return identity(len(x)) * (x > 0)


def delay_jacobian(x):
    return np.tril(np.roll(identity(len(x)), 1, axis=0))


def running_sum_jacobian(x):
    return np.tril(np.ones((len(x), len(x))))


def differences_jacobian(x):
    n = len(x)
    return np.eye(n - 1, n, k=1) - np.eye(n - 1, n)


def neighbours_jacobian(x):
    n = len(x)
    return np.eye(n - 1, n) * np.append(x[1:], 0) + np.eye(n - 1, n, k=1) * np.append(0, x[:-1])
