"""After each step, all is cleaned up for the next one."""


def descend(loss, parameters, rate, steps):
    history = []
    for _ in range(steps):
        value = loss()
        history.append(value.data)
        value.backward()
        for p in parameters:
            p.data -= rate * p.grad
            p.grad = 0.0
    return history
