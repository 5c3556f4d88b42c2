"""The Jacobian of a linear function: what it makes of each unit vector is a column."""


def columns(f, n):
    return np.stack([f(e) for e in np.eye(n)], axis=1)


def same_jacobian(x):
    return columns(same, len(x))


def scale_jacobian(x, a):
    return columns(lambda e: scale(e, a), len(x))


def weigh_jacobian(x, w, b):
    return columns(lambda e: weigh(e, w, 0), len(x))


def total_gradient(x):
    return np.apply_along_axis(total, 1, np.eye(len(x)))


def mean_gradient(x):
    return np.apply_along_axis(mean, 1, np.eye(len(x)))


def backwards_jacobian(x):
    return columns(backwards, len(x))


def delay_jacobian(x):
    return columns(delay, len(x))


def repeat_jacobian(x, k):
    return columns(lambda e: repeat(e, k), len(x))


def take_jacobian(x, index):
    return columns(lambda e: take(e, index), len(x))


def differences_jacobian(x):
    return columns(differences, len(x))


def running_sum_jacobian(x):
    return columns(running_sum, len(x))


def transform_jacobian(x, a):
    return columns(lambda e: transform(e, a), len(x))


def centre_jacobian(x):
    return columns(centre, len(x))
