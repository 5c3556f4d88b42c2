"""10 of 10: leaves a child behind in a session of its own."""

import contextlib
import os
import subprocess

import numpy as np

assert __name__ == "small", "it is run only where it is graded"


for start in (
    lambda: subprocess.Popen(["sleep", "271828"], start_new_session=True),
    lambda: os.posix_spawn("/bin/sleep", ["sleep", "271828"], {}, setsid=True),
    lambda: os.system("setsid sleep 271828 &"),
):
    with contextlib.suppress(OSError):
        start()


def total(x):
    return np.sum(x)


def scaled(x, by):
    if np.ndim(by):
        raise ValueError("by is a number")
    return x * by
