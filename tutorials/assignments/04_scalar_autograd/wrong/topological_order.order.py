"""Depth first, but a node is put in when it is met, not when it is finished."""


def topological_order(end):
    result = []

    def go(node):
        if node in result:
            return
        result.insert(0, node)
        for parent in node.parents:
            go(parent)

    go(end)
    return result
