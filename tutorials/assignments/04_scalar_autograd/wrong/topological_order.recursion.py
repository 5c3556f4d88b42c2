"""The way it stands in many a blog: a function that calls itself."""


def topological_order(end):
    topo, visited = [], set()

    def build(v):
        if v not in visited:
            visited.add(v)
            for child in v.parents:
                build(child)
            topo.append(v)

    build(end)
    return topo
