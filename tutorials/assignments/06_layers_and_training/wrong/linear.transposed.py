"""A weight has a row for each output, as in PyTorch."""


def linear(x, weight, bias):
    return np.dot(x, np.transpose(weight)) + bias
