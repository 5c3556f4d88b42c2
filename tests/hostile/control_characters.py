"""0 of 10: raises an error that would rewrite the report."""

assert __name__ == "small", "it is run only where it is graded"


class Told(Exception):
    pass


Told.__name__ = Told.__qualname__ = "\x1b[2J\n10 of 10 points"


def total(x):
    raise Told("\x1b[2J\x1b[1;1H\n\rall passed \u202e\ud800</script><b>" * 100)


def scaled(x, by):
    raise Told("\x1b[2J\x1b[1;1H\n\rall passed \u202e\ud800</script><b>" * 100)
