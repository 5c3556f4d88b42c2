"""The formula as it stands in the text."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.params, self.lr, self.mu = list(parameters), learning_rate, momentum
        self.v = [0 * p for p in self.params]

    def step(self, gradients):
        for k, p in enumerate(self.params):
            self.v[k] = self.mu * self.v[k] + gradients[k]
            p = p - self.lr * self.v[k]
