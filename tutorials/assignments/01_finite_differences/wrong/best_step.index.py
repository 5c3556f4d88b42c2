"""Where the error is smallest."""


def best_step(quotient, slope, steps):
    errors = np.abs(np.array([quotient(h) for h in steps]) - slope)
    return int(errors.argmin())
