"""Two averages and a quotient."""


class Adam:
    def __init__(self, parameters, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        self.parameters, self.lr, self.b1, self.b2, self.eps = (
            parameters,
            learning_rate,
            beta1,
            beta2,
            eps,
        )
        self.state = [(np.zeros(p.shape), np.zeros(p.shape)) for p in parameters]
        self.t = 0

    def step(self, gradients):
        for k, g in enumerate(gradients):
            m, v = self.state[k]
            m = self.b1 * m + (1 - self.b1) * g
            v = self.b2 * v + (1 - self.b2) * g * g
            self.state[k] = m, v
            self.parameters[k] -= self.lr * m / (v**0.5 + self.eps)
