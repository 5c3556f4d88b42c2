"""The velocity starts at 0."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.params, self.lr, self.mu = list(parameters), learning_rate, momentum
        self.v = 0.0

    def step(self, gradients):
        for p, g in zip(self.params, gradients):
            self.v = self.mu * self.v + g
            p -= self.lr * self.v
