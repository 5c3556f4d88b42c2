"""Helpers, a list of the losses that is filled from the front, prints, type hints."""

from collections.abc import Callable


def zero_grad(parameters: list) -> None:
    for p in parameters:
        p.grad = 0


def step(parameters: list, rate: float) -> None:
    for p in parameters:
        p.data = p.data - rate * p.grad


def descend(loss: Callable, parameters: list, rate: float, steps: int) -> list[float]:
    if steps == 0:
        return []
    zero_grad(parameters)
    now = loss()
    now.backward()
    print("loss", now.data)
    step(parameters, rate)
    return [now.data] + descend(loss, parameters, rate, steps - 1)
