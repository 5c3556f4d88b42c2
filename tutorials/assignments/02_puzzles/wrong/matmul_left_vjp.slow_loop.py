"""The sums, as they are in the book."""


def matmul_left_vjp(g, x, w):
    result = np.zeros((len(g), len(w)))
    for i in range(len(g)):
        for k in range(len(w)):
            for j in range(len(w[0])):
                result[i, k] += g[i, j] * w[k, j]
    return result
