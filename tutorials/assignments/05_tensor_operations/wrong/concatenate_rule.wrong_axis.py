"""Row after row, until the array is complete."""


def concatenate_rule(g, y, *arrays, axis=0):
    parts, start = [], 0
    for array in arrays:
        parts.append(g[start : start + array.shape[0]])
        start += array.shape[0]
    return parts
