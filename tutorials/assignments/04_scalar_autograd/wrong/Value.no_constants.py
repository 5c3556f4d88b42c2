"""other has data, as everything has."""


class Value:
    def __init__(self, data, operation="", parents=()):
        self.data, self.operation, self.parents = data, operation, parents
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.data + other.data, "add", (self, other))

    def __radd__(self, other):
        return self + other

    def __sub__(self, other):
        return Value(self.data - other.data, "subtract", (self, other))

    def __rsub__(self, other):
        return -self + other

    def __mul__(self, other):
        return Value(self.data * other.data, "multiply", (self, other))

    def __rmul__(self, other):
        return self * other

    def __truediv__(self, other):
        return Value(self.data / other.data, "divide", (self, other))

    def __rtruediv__(self, other):
        return self**-1 * other

    def __pow__(self, other):
        return Value(self.data**other.data, "power", (self, other))

    def __rpow__(self, other):
        return Value(other.data**self.data, "power", (other, self))

    def __neg__(self):
        return self * -1

    def exp(self):
        return Value(math.exp(self.data), "exp", (self,))

    def log(self):
        return Value(math.log(self.data), "log", (self,))

    def tanh(self):
        return Value(math.tanh(self.data), "tanh", (self,))

    def relu(self):
        return Value(max(0.0, self.data), "relu", (self,))
