"""The reflected methods do the same as the plain ones, as + and * do."""


def _number(v):
    return v if isinstance(v, Value) else Value(v)


class Value:
    def __init__(self, data, operation="", parents=()):
        self.data, self.operation, self.parents = data, operation, parents
        self.grad = 0.0

    def record(self, operation, *others):
        everyone = (self,) + tuple(_number(v) for v in others)
        return Value(FUNCTIONS[operation](*[v.data for v in everyone]), operation, everyone)

    def __add__(self, other):
        return self.record("add", other)

    def __sub__(self, other):
        return self.record("subtract", other)

    def __mul__(self, other):
        return self.record("multiply", other)

    def __truediv__(self, other):
        return self.record("divide", other)

    def __pow__(self, other):
        return self.record("power", other)

    __radd__, __rsub__, __rmul__, __rtruediv__, __rpow__ = (
        __add__,
        __sub__,
        __mul__,
        __truediv__,
        __pow__,
    )

    def __neg__(self):
        return self.record("multiply", -1.0)

    def exp(self):
        return self.record("exp")

    def log(self):
        return self.record("log")

    def tanh(self):
        return self.record("tanh")

    def relu(self):
        return self.record("relu")
