"""RANSAC: fits of a few rows, of which the best says what to leave out."""


def my_loss(e):
    square = e * e
    print("Geman and McClure")
    return square / (1 + square) / 2, e / (1 + square) ** 2


def fit_robust(x, y):
    rng = np.random.default_rng(0)
    best, smallest = None, np.inf
    for _ in range(300):
        rows = rng.choice(len(y), size=x.shape[1], replace=False)
        w = np.linalg.lstsq(x[rows], y[rows], rcond=None)[0]
        middle = np.median(np.abs(x @ w - y))
        if middle < smallest:
            best, smallest = w, middle
    near = np.abs(x @ best - y) <= max(3.7 * smallest, 1e-9)
    return list(np.linalg.lstsq(x[near], y[near], rcond=None)[0])
