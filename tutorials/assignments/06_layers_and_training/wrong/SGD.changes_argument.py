"""The first velocity is the first gradient."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.params, self.lr, self.mu = list(parameters), learning_rate, momentum
        self.v = None

    def step(self, gradients):
        if self.v is None:
            self.v = list(gradients)
        else:
            for v, g in zip(self.v, gradients):
                v *= self.mu
                v += g
        for p, v in zip(self.params, self.v):
            p -= self.lr * v
