"""What moves numbers, undone by indices and slices, with prints and type hints."""


def reshape_rule(g: np.ndarray, y, x: np.ndarray) -> list:
    print("reshape", g.shape, x.shape)
    return [np.array(g.ravel().tolist()).reshape(x.shape)]


def transpose_rule(g, y, x, axes):
    inverse = [list(axes).index(i) for i in range(len(axes))]
    return [np.transpose(g, inverse).copy()]


def take_rule(g, y, x, index):
    one_hot = np.eye(len(x))[index]
    return [np.tensordot(one_hot, g, axes=(0, 0))]


def concatenate_rule(g, y, *arrays, axis=0):
    parts, start = [], 0
    for array in arrays:
        stop = start + array.shape[axis]
        parts.append(np.take(g, np.arange(start, stop), axis=axis))
        start = stop
    return tuple(parts)
