"""The numbers are right, so all is well."""


class Value:
    def __init__(self, data, operation="", parents=()):
        self.data, self.operation, self.parents = data, operation, parents
        self.grad = 0.0

    def number(self, other):
        return other.data if isinstance(other, Value) else other

    def __add__(self, other):
        return Value(self.data + self.number(other))

    def __sub__(self, other):
        return Value(self.data - self.number(other))

    def __mul__(self, other):
        return Value(self.data * self.number(other))

    def __truediv__(self, other):
        return Value(self.data / self.number(other))

    def __pow__(self, other):
        return Value(self.data ** self.number(other))

    def __radd__(self, other):
        return Value(other + self.data)

    def __rsub__(self, other):
        return Value(other - self.data)

    def __rmul__(self, other):
        return Value(other * self.data)

    def __rtruediv__(self, other):
        return Value(other / self.data)

    def __rpow__(self, other):
        return Value(other**self.data)

    def __neg__(self):
        return Value(-self.data)

    def exp(self):
        return Value(math.exp(self.data))

    def log(self):
        return Value(math.log(self.data))

    def tanh(self):
        return Value(math.tanh(self.data))

    def relu(self):
        return Value(max(self.data, 0))
