"""The order by counting how many uses are still to come (Kahn's algorithm)."""

from collections import Counter, deque


def topological_order(end):
    nodes, found = [end], {end}
    for node in nodes:
        new = [p for p in dict.fromkeys(node.parents) if p not in found]
        found.update(new)
        nodes.extend(new)
    uses = Counter(parent for node in nodes for parent in node.parents)
    ready, order = deque([end]), []
    while ready:
        node = ready.popleft()
        order.append(node)
        for parent in node.parents:
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return order[::-1]
