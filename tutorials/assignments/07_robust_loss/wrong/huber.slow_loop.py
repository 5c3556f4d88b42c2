"""Case by case."""


def huber(e, delta):
    loss = np.empty(e.shape)
    for place in np.ndindex(e.shape):
        size = abs(e[place])
        if size <= delta:
            loss[place] = size**2 / 2
        else:
            loss[place] = delta * (size - delta / 2)
    return loss
