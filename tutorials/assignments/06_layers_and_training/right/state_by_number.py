"""Optimizers as a textbook has them, with their state in dicts."""


class SGD:
    def __init__(self, parameters, learning_rate, momentum=0.9):
        self.parameters = parameters
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.change = {}

    def step(self, gradients):
        for number, (parameter, gradient) in enumerate(zip(self.parameters, gradients)):
            before = self.change.get(number, np.zeros(parameter.shape))
            self.change[number] = self.momentum * before - self.learning_rate * gradient
            parameter[...] = parameter + self.change[number]


class Adam:
    def __init__(self, parameters, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        self.parameters, self.rate, self.betas, self.eps = (
            parameters,
            learning_rate,
            (beta1, beta2),
            eps,
        )
        self.steps, self.means, self.squares = 0, {}, {}

    def step(self, gradients):
        self.steps = self.steps + 1
        one, two = self.betas
        for k, g in enumerate(gradients):
            self.means[k] = one * self.means.get(k, 0) + (1 - one) * g
            self.squares[k] = two * self.squares.get(k, 0) + (1 - two) * np.square(g)
            correction = np.sqrt(1 - two**self.steps) / (1 - one**self.steps)
            eps = self.eps * np.sqrt(1 - two**self.steps)
            move = correction * self.means[k] / (np.sqrt(self.squares[k]) + eps)
            np.subtract(self.parameters[k], self.rate * move, out=self.parameters[k])
