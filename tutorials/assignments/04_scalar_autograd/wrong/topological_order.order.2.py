"""A stack instead of the recursion; each node is taken when it comes up."""


def topological_order(end):
    stack, order = [end], {}
    while stack:
        node = stack.pop(-1)
        if node in order:
            continue
        order[node] = len(order)
        for parent in node.parents:
            stack.append(parent)
    return sorted(order, key=order.get, reverse=True)
