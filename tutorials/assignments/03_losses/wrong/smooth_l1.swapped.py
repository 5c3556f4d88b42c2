"""Near 0 the absolute error, far out the square."""


def smooth_l1(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    distance = np.abs(y_true - y_pred)
    far = distance >= beta
    costs = distance - 0.5 * beta
    costs[far] = distance[far] ** 2 / (2 * beta)
    return costs.mean()
