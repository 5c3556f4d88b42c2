"""Print the winner."""


def best_step(quotient, slope, steps):
    errors = {h: abs(quotient(h) - slope) for h in steps}
    for h, error in errors.items():
        if error == min(errors.values()):
            print("best step:", h)
            break
