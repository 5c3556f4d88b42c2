"""Scalar autograd: numbers that remember how they were computed, and so know their slopes.

Three parts, which only meet in the last lines of `Value`. A *rule* knows the slope of one
operation; it is a function of numbers. The *sweep* goes back through a recorded computation, from
the result to what it came from, and asks the rule of each step. A *Value* does the recording.
"""

import math
import operator

# --- part 1: the rules ------------------------------------------------------------------------
#
# A rule gets g, how fast the final result grows with the output of the operation; the output y; and
# the arguments of the operation. It returns a list with one number for each argument: how fast the
# final result grows with that argument. By the chain rule, that is g times the slope.


def add_rule(g, y, a, b):
    """y = a + b.

    >>> add_rule(10.0, 5.0, 2.0, 3.0)
    [10.0, 10.0]
    """
    ### BEGIN SOLUTION
    return [g, g]
    ### END SOLUTION


def subtract_rule(g, y, a, b):
    """y = a - b.

    >>> subtract_rule(10.0, -1.0, 2.0, 3.0)
    [10.0, -10.0]
    """
    ### BEGIN SOLUTION
    return [g, -g]
    ### END SOLUTION


def multiply_rule(g, y, a, b):
    """y = a * b.

    >>> multiply_rule(10.0, 6.0, 2.0, 3.0)
    [30.0, 20.0]
    """
    ### BEGIN SOLUTION
    return [g * b, g * a]
    ### END SOLUTION


def divide_rule(g, y, a, b):
    """y = a / b.

    >>> divide_rule(10.0, 1.5, 3.0, 2.0)
    [5.0, -7.5]
    """
    ### BEGIN SOLUTION
    return [g / b, -g * a / b**2]
    ### END SOLUTION


def power_rule(g, y, a, b):
    """y = a ** b. The slope by b needs log(a); where a is 0 or less, it counts as 0.

    >>> power_rule(1.0, 8.0, 2.0, 3.0)  # 3 · 2², and 8 · log 2
    [12.0, 5.545177444479562]
    """
    ### BEGIN SOLUTION
    return [g * b * a ** (b - 1), g * y * math.log(a) if a > 0 else 0.0]
    ### END SOLUTION


def exp_rule(g, y, x):
    """y = exp(x).

    >>> exp_rule(10.0, 1.0, 0.0)
    [10.0]
    """
    ### BEGIN SOLUTION
    return [g * y]
    ### END SOLUTION


def log_rule(g, y, x):
    """y = log(x).

    >>> log_rule(10.0, 1.3862943611198906, 4.0)
    [2.5]
    """
    ### BEGIN SOLUTION
    return [g / x]
    ### END SOLUTION


def tanh_rule(g, y, x):
    """y = tanh(x). The slope is 1 − tanh(x)², and tanh(x) is at hand.

    >>> tanh_rule(10.0, 0.5, 0.5493061443340549)
    [7.5]
    """
    ### BEGIN SOLUTION
    return [g * (1 - y**2)]
    ### END SOLUTION


def relu_rule(g, y, x):
    """y = max(x, 0). At the kink, x = 0, the slope counts as 0.

    >>> relu_rule(10.0, 3.0, 3.0), relu_rule(10.0, 0.0, -3.0)
    ([10.0], [0.0])
    """
    ### BEGIN SOLUTION
    return [g if x > 0 else 0.0]
    ### END SOLUTION


FUNCTIONS = {  # what the operations compute
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "relu": lambda x: max(x, 0.0),
}
RULES = {name: globals()[f"{name}_rule"] for name in FUNCTIONS}


# --- part 2: the sweep ------------------------------------------------------------------------
#
# A node has `data`, a number; `operation`, the name of what it was computed by; `parents`, the
# nodes that it was computed from, in their order; and `grad`, a number. A leaf is a node that was
# not computed: it has no parents.


def topological_order(end):
    """All nodes that `end` was computed from, and itself, as a list: each once, after its parents.

    A long computation has a chain of many thousand nodes. Python stops when functions call each
    other a thousand deep, so keep a list of what is still to do instead.

    >>> a = Value(2.0)
    >>> b = a * a
    >>> [node.data for node in topological_order(b + a)]
    [2.0, 4.0, 6.0]
    """
    ### BEGIN SOLUTION
    order, seen, waiting = [], set(), [(end, False)]
    while waiting:
        node, is_ready = waiting.pop()
        if is_ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))  # its turn comes when its parents have had theirs
            waiting.extend((parent, False) for parent in node.parents)
    return order
    ### END SOLUTION


def backward(order, rules):
    """Find how fast the last node of `order` grows with each node, and keep it in its `grad`.

    `order` has each node after its parents; `rules` the rule of each operation. What a leaf had in
    `grad` stays, and the new gradient is added to it; all other nodes start from 0.

    >>> a, b = Value(2.0), Value(3.0)
    >>> backward([a, b, a * b], RULES)
    >>> a.grad, b.grad
    (3.0, 2.0)
    """
    ### BEGIN SOLUTION
    for node in order:
        if node.parents:
            node.grad = 0.0
    order[-1].grad += 1.0
    for node in reversed(order):
        if node.parents:
            values = [parent.data for parent in node.parents]
            gradients = rules[node.operation](node.grad, node.data, *values)
            for parent, gradient in zip(node.parents, gradients, strict=True):
                parent.grad += gradient
    ### END SOLUTION


# --- part 3: the recording --------------------------------------------------------------------


class Value:
    """A number that remembers how it was computed: a node, as part 2 has them.

    >>> a = Value(2.0)
    >>> b = 3 * a - a / 4
    >>> b.data, b.operation, [parent.data for parent in b.parents]
    (5.5, 'subtract', [6.0, 0.5])
    >>> b.backward()
    >>> a.grad
    2.75
    """

    def __init__(self, data, operation="", parents=()):
        self.data, self.operation, self.parents = data, operation, parents
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data})"

    def record(self, operation, *others):
        """The result of an operation on this Value, and on others: Values or plain numbers.

        >>> Value(2.0).record("multiply", 5)
        Value(10.0)
        """
        ### BEGIN SOLUTION
        parents = [self, *(v if isinstance(v, Value) else Value(v) for v in others)]
        data = FUNCTIONS[operation](*(parent.data for parent in parents))
        return Value(data, operation, parents)
        ### END SOLUTION

    def __add__(self, other):  # self + other
        ### BEGIN SOLUTION
        return self.record("add", other)
        ### END SOLUTION

    def __radd__(self, other):  # other + self, where other is a plain number
        ### BEGIN SOLUTION
        return Value(other).record("add", self)
        ### END SOLUTION

    def __sub__(self, other):  # self - other
        ### BEGIN SOLUTION
        return self.record("subtract", other)
        ### END SOLUTION

    def __rsub__(self, other):  # other - self
        ### BEGIN SOLUTION
        return Value(other).record("subtract", self)
        ### END SOLUTION

    def __mul__(self, other):  # self * other
        ### BEGIN SOLUTION
        return self.record("multiply", other)
        ### END SOLUTION

    def __rmul__(self, other):  # other * self
        ### BEGIN SOLUTION
        return Value(other).record("multiply", self)
        ### END SOLUTION

    def __truediv__(self, other):  # self / other
        ### BEGIN SOLUTION
        return self.record("divide", other)
        ### END SOLUTION

    def __rtruediv__(self, other):  # other / self
        ### BEGIN SOLUTION
        return Value(other).record("divide", self)
        ### END SOLUTION

    def __pow__(self, other):  # self ** other
        ### BEGIN SOLUTION
        return self.record("power", other)
        ### END SOLUTION

    def __rpow__(self, other):  # other ** self
        ### BEGIN SOLUTION
        return Value(other).record("power", self)
        ### END SOLUTION

    def __neg__(self):  # -self
        ### BEGIN SOLUTION
        return self.record("multiply", -1)
        ### END SOLUTION

    def exp(self):
        return self.record("exp")

    def log(self):
        return self.record("log")

    def tanh(self):
        return self.record("tanh")

    def relu(self):
        return self.record("relu")

    def backward(self):
        """Find how fast this number grows with each that it was computed from."""
        backward(topological_order(self), RULES)


# --- part 4: what it is good for --------------------------------------------------------------


def descend(loss, parameters, rate, steps):
    """Gradient descent: move each parameter against its gradient, again and again.

    `loss()` computes the loss anew and returns it as a Value; `parameters` are leaves that it
    depends on, and their `data` are what is to be moved. In each step the loss is computed, its
    gradients are found, from 0 on, and `rate` times the gradient is subtracted. Returns the losses
    before each step, as a list of numbers.

    >>> w = Value(5.0)
    >>> descend(lambda: (w - 3) ** 2, [w], rate=0.25, steps=3)
    [4.0, 1.0, 0.25]
    >>> w
    Value(3.25)
    """
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        for parameter in parameters:
            parameter.grad = 0.0
        result = loss()
        result.backward()
        for parameter in parameters:
            parameter.data -= rate * parameter.grad
        losses.append(result.data)
    return losses
    ### END SOLUTION


if __name__ == "__main__":  # all parts together: a neuron learns to say "or"
    POINTS = [(0, 0, -1), (0, 1, 1), (1, 0, 1), (1, 1, 1)]
    w1, w2, bias = Value(0.1), Value(-0.2), Value(0.0)

    def mean_squared_error():
        return sum(((w1 * a + w2 * b + bias).tanh() - t) ** 2 for a, b, t in POINTS) / len(POINTS)

    losses = descend(mean_squared_error, [w1, w2, bias], rate=0.5, steps=200)
    print(f"the loss falls from {losses[0]:.2f} to {losses[-1]:.4f}")
