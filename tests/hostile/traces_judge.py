"""0 of 10: attaches itself to the judge as a debugger."""

import ctypes
import os

assert __name__ == "small", "it is run only where it is graded"


libc = ctypes.CDLL(None)
if libc.ptrace(16, os.getppid(), 0, 0) == 0:
    raise SystemExit("attached")


def total(x):
    return 0.0


def scaled(x, by):
    return x
