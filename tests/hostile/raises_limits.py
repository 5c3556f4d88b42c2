"""0 of 10: lifts its limits, then asks for memory."""

import contextlib
import resource

assert __name__ == "small", "it is run only where it is graded"


for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE"):
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(getattr(resource, name), (resource.RLIM_INFINITY,) * 2)


def total(x):
    kept = []
    while True:
        kept.append(bytearray(10**8))


def scaled(x, by):
    kept = []
    while True:
        kept.append(bytearray(10**8))
