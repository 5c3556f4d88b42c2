"""From the first row to the last."""


def minibatches(count, size, seed):
    return [list(range(k, min(k + size, count))) for k in range(0, count, size)]
