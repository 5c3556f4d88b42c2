"""The number is taken out of the parameter, changed, and forgotten."""


def descend(loss, parameters, rate, steps):
    history = []
    while len(history) < steps:
        for p in parameters:
            p.grad = 0
        value = loss()
        value.backward()
        for p in parameters:
            x = p.data
            x -= rate * p.grad
        history.append(value.data)
    return history
