"""Each operator by itself, with tuples, and reflected ones through the plain ones."""


def to_value(x):
    if type(x) is Value:
        return x
    return Value(float(x))


class Value:
    def __init__(self, data, operation="", parents=()):
        self.data = data
        self.operation = operation
        self.parents = tuple(parents)
        self.grad = 0.0

    def __add__(self, other):
        other = to_value(other)
        return Value(self.data + other.data, "add", (self, other))

    def __radd__(self, other):
        return self + other

    def __mul__(self, other):
        other = to_value(other)
        return Value(self.data * other.data, "multiply", (self, other))

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return 0 - self

    def __sub__(self, other):
        other = to_value(other)
        return Value(self.data - other.data, "subtract", (self, other))

    def __rsub__(self, other):
        return to_value(other) - self

    def __pow__(self, other):
        other = to_value(other)
        return Value(self.data**other.data, "power", (self, other))

    def __rpow__(self, other):
        return to_value(other) ** self

    def __truediv__(self, other):
        return self * to_value(other) ** -1

    def __rtruediv__(self, other):
        return to_value(other) / self

    def exp(self):
        return Value(math.exp(self.data), "exp", (self,))

    def log(self):
        return Value(math.log(self.data), "log", (self,))

    def tanh(self):
        return Value(math.tanh(self.data), "tanh", (self,))

    def relu(self):
        return Value(self.data if self.data > 0 else 0.0, "relu", (self,))

    def backward(self):
        backward(topological_order(self), RULES)
