"""Keep the best so far."""


def best_step(quotient, slope, steps):
    best, least = None, float("inf")
    for h in steps:
        error = abs(quotient(h) - slope)
        if error <= least:
            best, least = h, error
    return best
