"""0 of 10: asks for more memory in every function."""

assert __name__ == "small", "it is run only where it is graded"


def total(x):
    kept = []
    while True:
        kept.append(bytearray(10**8))


def scaled(x, by):
    kept = []
    while True:
        kept.append(bytearray(10**8))
