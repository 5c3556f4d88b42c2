"""A moving average of the gradients."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.params, self.lr, self.mu = list(parameters), learning_rate, momentum
        self.v = [0 * p for p in self.params]

    def step(self, gradients):
        for k in range(len(self.params)):
            self.v[k] += (1 - self.mu) * (gradients[k] - self.v[k])
            self.params[k] -= self.lr * self.v[k]
