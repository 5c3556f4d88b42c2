"""The parameters have moved, so the work is done."""


def descend(loss, parameters, rate, steps):
    for _ in range(steps):
        for p in parameters:
            p.grad = 0.0
        value = loss()
        value.backward()
        for p in parameters:
            p.data -= rate * p.grad
