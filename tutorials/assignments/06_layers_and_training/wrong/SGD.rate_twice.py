"""A velocity is a step already, so it holds the learning rate."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.parameters, self.learning_rate, self.momentum = parameters, learning_rate, momentum
        self.velocity = {k: np.zeros(p.shape) for k, p in enumerate(parameters)}

    def step(self, gradients):
        for k, gradient in enumerate(gradients):
            kept = self.momentum * self.velocity[k]
            self.velocity[k] = kept + self.learning_rate * gradient
            self.parameters[k] -= self.learning_rate * self.velocity[k]
