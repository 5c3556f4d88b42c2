"""Level by level from the end; a node is taken when it is first met."""

from collections import deque


def topological_order(end):
    found, queue = {end}, deque([end])
    levels = []
    while queue:
        node = queue.popleft()
        levels.append(node)
        for parent in node.parents:
            if parent not in found:
                found.add(parent)
                queue.append(parent)
    levels.reverse()
    return levels
