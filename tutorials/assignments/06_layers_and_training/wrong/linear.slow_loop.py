"""The sum over the columns, written out."""


def linear(x, weight, bias):
    out = np.zeros((len(x), weight.shape[1]))
    for n in range(len(x)):
        for m in range(weight.shape[1]):
            for d in range(weight.shape[0]):
                out[n, m] += x[n, d] * weight[d, m]
            out[n, m] += bias[m]
    return out
