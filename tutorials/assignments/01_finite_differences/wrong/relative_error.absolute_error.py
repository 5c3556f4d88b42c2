"""How far apart they are."""


def relative_error(a, b):
    distance = np.subtract(a, b).ravel()
    return np.sqrt(distance @ distance)
