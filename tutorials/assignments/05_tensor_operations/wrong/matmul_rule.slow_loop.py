"""Three loops, as the formula has three indices; stacks through a loop over them."""


def product(p, q):
    out = np.zeros((len(p), len(q[0])))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(len(q)):
                out[i, j] += p[i, k] * q[k, j]
    return out


def stacked(p, q):
    if p.ndim == q.ndim == 2:
        return product(p, q)
    front = np.broadcast_shapes(p.shape[:-2], q.shape[:-2])
    ps, qs = np.broadcast_to(p, front + p.shape[-2:]), np.broadcast_to(q, front + q.shape[-2:])
    return np.array([stacked(one, other) for one, other in zip(ps, qs, strict=True)])


def matmul_rule(g, y, a, b):
    of_a = stacked(g, np.swapaxes(b, -1, -2))
    of_b = stacked(np.swapaxes(a, -1, -2), g)
    return [unbroadcast(of_a, a.shape), unbroadcast(of_b, b.shape)]
