"""beta says where the parabola ends; its formula is e²/2."""


def smooth_l1(y_true, y_pred, beta=1.0):
    check_same_shape(y_true, y_pred)
    size = np.abs(y_true - y_pred)
    inside = size < beta
    return np.mean(inside * 0.5 * size**2 + ~inside * (size - 0.5))
