"""Masks and np.select in the place of np.where, and prints that were left in."""


def mae_derivative(y_true, y_pred):
    check_same_shape(y_true, y_pred)
    print("shape:", y_pred.shape)
    e = y_pred - y_true
    return ((e > 0).astype(float) - (e < 0)) / e.size


def smooth_l1(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    inner = np.minimum(size, beta)
    costs = inner * (size - inner / 2) / beta
    print("mean cost:", costs.mean())
    return costs.mean()


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    e = y_pred - y_true
    slopes = np.select([e <= -beta, e >= beta], [-1.0, 1.0], e / beta)
    return slopes / e.size
