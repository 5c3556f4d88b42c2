"""Row by row, with the whole Jacobian of each."""


def softmax_rule(g, y, x):
    rows, out = y.reshape(-1, y.shape[-1]), []
    for p, q in zip(rows, g.reshape(rows.shape), strict=True):
        jacobian = np.diag(p) - np.outer(p, p)
        out.append(jacobian @ q)
    return [np.array(out).reshape(x.shape)]
