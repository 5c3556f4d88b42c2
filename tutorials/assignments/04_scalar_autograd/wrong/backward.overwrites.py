"""Each parent gets its gradient: parent.grad is set."""


def backward(order, rules):
    for node in order:
        if node.parents:
            node.grad = 0.0
    order[-1].grad = 1.0
    for node in order[::-1]:
        if not node.parents:
            continue
        numbers = [p.data for p in node.parents]
        result = rules[node.operation](node.grad, node.data, *numbers)
        for i in range(len(result)):
            node.parents[i].grad = result[i]
