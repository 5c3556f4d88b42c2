"""The loss is known, so it is computed before the loop."""


def descend(loss, parameters, rate, steps):
    value, history = loss(), []
    for _ in range(steps):
        for p in parameters:
            p.grad = 0.0
        value.backward()
        history.append(value.data)
        for p in parameters:
            p.data -= rate * p.grad
    return history
