"""All gradients to 0 first, to be safe."""


def backward(order, rules):
    for node in order:
        node.grad = 0.0
    order[-1].grad = 1.0
    for node in order[::-1]:
        if len(node.parents) > 0:
            inputs = tuple(p.data for p in node.parents)
            gradients = rules[node.operation](node.grad, node.data, *inputs)
            for i, p in enumerate(node.parents):
                p.grad = p.grad + gradients[i]
