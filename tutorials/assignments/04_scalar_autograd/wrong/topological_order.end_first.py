"""The order in which the sweep needs them."""


def topological_order(end):
    done, stack = {}, [end]
    while stack:
        open_parents = [p for p in stack[-1].parents if p not in done]
        if stack[-1] in done:
            stack.pop()
        elif open_parents:
            stack.append(open_parents[0])
        else:
            done[stack.pop()] = True
    return list(reversed(done))
