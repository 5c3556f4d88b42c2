"""The sweep, without saying what it starts from."""


def backward(order, rules):
    for node in order:
        if node.operation:
            node.grad = 0.0
    for node in reversed(order):
        if node.operation:
            gradients = rules[node.operation](node.grad, node.data, *[p.data for p in node.parents])
            for k, parent in enumerate(node.parents):
                parent.grad += gradients[k]
