"""0 of 10: answers with an object that runs code where it is unpickled."""

import os

assert __name__ == "small", "it is run only where it is graded"


class Code:
    def __reduce__(self):
        return os.system, ("touch /CANARY/pickled",)


def total(x):
    return Code()


def scaled(x, by):
    return Code()
