"""0 of 10: ignores every signal, and loops."""

import contextlib
import signal

assert __name__ == "small", "it is run only where it is graded"


for number in range(1, 64):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)


def total(x):
    while True:
        pass


def scaled(x, by):
    while True:
        pass
