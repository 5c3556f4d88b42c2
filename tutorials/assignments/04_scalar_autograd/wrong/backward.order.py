"""Through the list as it comes."""


def backward(order, rules):
    end = order[-1]
    for node in order:
        node.grad = node.grad if len(node.parents) == 0 else 0
    end.grad = end.grad + 1
    for node in order:
        if node.operation in rules:
            gradients = rules[node.operation](node.grad, node.data, *(p.data for p in node.parents))
            for parent, gradient in zip(node.parents, gradients, strict=True):
                parent.grad = parent.grad + gradient
