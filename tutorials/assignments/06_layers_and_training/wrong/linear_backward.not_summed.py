"""The bias is only added, so its gradient is g."""


def linear_backward(g, x, weight):
    gx = np.matmul(g, weight.T)
    gweight = np.matmul(x.T, g)
    gbias = 1 * g
    return gx, gweight, gbias
