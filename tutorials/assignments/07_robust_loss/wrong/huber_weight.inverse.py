"""The further, the more."""


def huber_weight(e, delta):
    weight = np.ones(e.shape)
    far = np.abs(e) > delta
    weight[far] = np.abs(e)[far] / delta
    return weight
