"""T is the transposition."""


def matmul_rule(g, y, a, b):
    by_a = np.matmul(g, np.transpose(b))
    by_b = np.matmul(np.transpose(a), g)
    return [unbroadcast(by_a, a.shape), unbroadcast(by_b, b.shape)]
