"""The gradient says where to go, so the parameter goes there."""


def descend(loss, parameters, rate, steps):
    history = []
    for _ in range(steps):
        for p in parameters:
            p.grad = 0
        history.append(loss())
        history[-1].backward()
        for p in parameters:
            p.data += p.grad * rate
    return [h.data for h in history]
