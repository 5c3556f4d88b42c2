"""A mean divides by how many there are."""


def weighted_mean(values, weights):
    total = 0.0
    for value, weight in zip(values, weights, strict=True):
        total = total + weight * value
    return total / values.shape[0]
