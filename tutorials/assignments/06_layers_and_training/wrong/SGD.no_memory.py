"""A velocity for each parameter."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.parameters, self.learning_rate, self.momentum = parameters, learning_rate, momentum

    def step(self, gradients):
        velocities = [np.zeros(p.shape) for p in self.parameters]
        for p, v, g in zip(self.parameters, velocities, gradients):
            v[...] = self.momentum * v + g
            p -= self.learning_rate * v
