"""0 of 10: raises errors in letters that pile up, and with endless names."""

assert __name__ == "small", "it is run only where it is graded"

Strange = type("A\u0301" * 10**6, (Exception,), {})


def total(x):
    raise Strange("Z\u0351\u036b\u0343" * 10**6)


def scaled(x, by):
    raise Strange("Z\u0351\u036b\u0343" * 10**6)
