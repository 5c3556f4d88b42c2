"""The same running sum, of g."""


def running_sum_vjp(g, x):
    return np.add.accumulate(g)
