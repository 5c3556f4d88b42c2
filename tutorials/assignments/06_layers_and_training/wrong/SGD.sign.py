"""The ball rolls along the gradient."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.params, self.lr, self.mu = list(parameters), learning_rate, momentum
        self.v = [0 * p for p in self.params]

    def step(self, gradients):
        for k in range(len(self.params)):
            self.v[k] = self.mu * self.v[k] + gradients[k]
            self.params[k] += self.lr * self.v[k]
