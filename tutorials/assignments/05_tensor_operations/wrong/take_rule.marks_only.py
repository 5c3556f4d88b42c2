"""1 where it was taken, 0 elsewhere."""


def take_rule(g, y, x, index):
    places = np.zeros(len(x))
    for i in index:
        places[i] = 1
    return [places.reshape(-1, *[1] * (x.ndim - 1)) * np.ones(x.shape)]
