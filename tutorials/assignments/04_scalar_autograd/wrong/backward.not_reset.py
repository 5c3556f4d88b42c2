"""+= everywhere, and never back to 0."""


def backward(order, rules):
    order[-1].grad += 1
    i = len(order) - 1
    while i >= 0:
        node = order[i]
        if node.parents:
            rule = rules[node.operation]
            d = rule(node.grad, node.data, *[p.data for p in node.parents])
            for j in range(len(d)):
                node.parents[j].grad += d[j]
        i -= 1
