"""Moves the numbers of a copy, and writes the old one back; loops over flat numbers."""


def gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    slopes = []
    for k in range(x.size):
        old = x.flat[k]
        x.flat[k] = old + h
        up = f(x)
        x.flat[k] = old - h
        down = f(x)
        x.flat[k] = old
        slopes.append((up - down) / (2 * h))
    return np.array(slopes).reshape(x.shape)


def best_step(quotient, slope, steps):
    best = steps[0]
    for h in steps[1:]:
        if abs(quotient(h) - slope) < abs(quotient(best) - slope):
            best = h
    print("best of", len(steps), "steps:", best)
    return best
