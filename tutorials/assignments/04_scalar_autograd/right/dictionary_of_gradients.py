"""The sweep keeps its gradients in a dictionary, and hands them out at the end."""


def backward(order, rules):
    gradients = dict.fromkeys(order, 0.0)
    gradients[order[-1]] = 1.0
    for node in order[::-1]:
        if node.operation:
            rule = rules[node.operation]
            parts = rule(gradients[node], node.data, *[p.data for p in node.parents])
            for parent, part in zip(node.parents, parts, strict=False):
                gradients[parent] = gradients[parent] + part
    for node, gradient in gradients.items():
        node.grad = gradient if node.operation else node.grad + gradient
