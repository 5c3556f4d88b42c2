"""backward() finds the gradients, and the step uses them. Nothing is set back."""


def descend(loss, parameters, rate, steps):
    history = []
    for _ in range(steps):
        value = loss()
        value.backward()
        for p in parameters:
            p.data = p.data - p.grad * rate
        history.append(value.data)
    return history
