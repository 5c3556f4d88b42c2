"""A square near 0, the absolute error elsewhere."""


def smooth_l1(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    costs = abs(y_pred - y_true)
    small = costs < beta
    return (np.sum(costs[small] ** 2) / (2 * beta) + np.sum(costs[~small])) / costs.size
