"""The outer product of gradient and input, summed over the rows."""


def linear_backward(g, x, weight):
    gweight = sum(np.outer(g[n], x[n]) for n in range(len(g)))
    return g.dot(weight.T), gweight, g.sum(0)
