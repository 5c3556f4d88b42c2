"""The end starts at 1, and the rest adds up."""


def backward(order, rules):
    order[-1].grad = 1.0
    for node in reversed(order):
        if node.parents:
            values = [p.data for p in node.parents]
            gradients = rules[node.operation](node.grad, node.data, *values)
            for p, gradient in zip(node.parents, gradients, strict=True):
                p.grad = p.grad + gradient
