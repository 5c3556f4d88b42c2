"""10 of 10: overwrites, empties, renames and unlocks files."""

import contextlib
import os
from pathlib import Path

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for change in (
    lambda: Path("/CANARY/secret.txt").write_text("hostile"),
    lambda: os.truncate("/CANARY/secret.txt", 0),
    lambda: os.rename("/CANARY/secret.txt", "/CANARY/gone.txt"),
    lambda: os.symlink("/etc/passwd", "/CANARY/link"),
    lambda: os.chmod("/CANARY/secret.txt", 0),
):
    with contextlib.suppress(OSError):
        change()


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
