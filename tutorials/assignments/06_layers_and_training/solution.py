"""Layers, an optimizer, and training, in NumPy alone.

A network is a list of arrays, its parameters: [weight, bias, weight, bias, …], two for each layer.
Data are rows: x has shape (N, D), N samples of D numbers each; y holds N classes, 0 … C−1. A weight
has shape (columns in, columns out), a bias (columns out,).

Nothing here changes an array that it is given, but for an optimizer's `step`: it is its work to
change the parameters.
"""

import numpy as np
from losses import cross_entropy_derivative  # your own, from the assignment before

# --- one layer ------------------------------------------------------------------------------


def linear(x, weight, bias):
    """x @ weight + bias: shapes (N, D), (D, M) and (M,) give (N, M).

    >>> linear(np.array([[1, 2]]), np.array([[1, 0, 3], [2, 1, 0]]), np.array([0, 0, 5]))
    array([[5, 2, 8]])
    """
    ### BEGIN SOLUTION
    return x @ weight + bias
    ### END SOLUTION


def linear_backward(g, x, weight):
    """What `linear` hands back: (gx, gweight, gbias), each in the shape of x, weight and bias.

    g, of shape (N, M), says how much the loss changes with each output. An input x[n, d] went into
    all M outputs of its row, a weight into those of all N rows, and so did a bias: what went into
    several outputs gets the sum of what comes back from them. There is no 1/N here; g has it.

    >>> g, x = np.array([[1, 0], [0, 2]]), np.array([[1, 2, 3], [4, 5, 6]])
    >>> gx, gweight, gbias = linear_backward(g, x, np.array([[1, 2], [3, 4], [5, 6]]))
    >>> gx
    array([[ 1,  3,  5],
           [ 4,  8, 12]])
    >>> gweight
    array([[ 1,  8],
           [ 2, 10],
           [ 3, 12]])
    >>> gbias
    array([1, 2])
    """
    ### BEGIN SOLUTION
    return g @ weight.T, x.T @ g, g.sum(axis=0)
    ### END SOLUTION


def relu(x):
    """max(x, 0), number by number; given."""
    return np.maximum(x, 0)


def relu_backward(g, x):
    """What `relu` hands back: g where x > 0, and 0 elsewhere (at x = 0, too, by agreement).

    >>> relu_backward(np.array([5.0, -6.0, 7.0]), np.array([1.0, 2.0, -3.0])) + 0
    array([ 5., -6.,  0.])
    """
    ### BEGIN SOLUTION
    return g * (x > 0)
    ### END SOLUTION


# --- a network ------------------------------------------------------------------------------


def initial_parameters(sizes, seed):
    """The parameters before training, for layers with so many columns, by the rule of He.

    For sizes = [2, 16, 3] there are two layers, and the list is [weight (2, 16), bias (16,),
    weight (16, 3), bias (3,)]. A weight is drawn by `rng.standard_normal`, in its shape, times the
    square root of 2 / (columns in), so that the numbers neither grow nor shrink from layer to
    layer. One rng = np.random.default_rng(seed) draws all of them, in order. A bias starts at 0.

    >>> [a.shape for a in initial_parameters([2, 16, 3], seed=0)]
    [(2, 16), (16,), (16, 3), (3,)]
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    parameters = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        parameters.append(rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in))
        parameters.append(np.zeros(n_out))
    return parameters
    ### END SOLUTION


def logits(parameters, x):
    """What the network says of x: `linear` for each layer, and `relu` between two of them.

    There is no relu behind the last layer: logits may be negative.

    >>> one, zero = np.ones((1, 1)), np.zeros(1)
    >>> logits([one, zero, -one, zero], np.array([[3.0], [-3.0]])) + 0
    array([[-3.],
           [ 0.]])
    """
    ### BEGIN SOLUTION
    for i in range(0, len(parameters), 2):
        if i > 0:
            x = relu(x)
        x = linear(x, parameters[i], parameters[i + 1])
    return x
    ### END SOLUTION


def gradients(parameters, x, y):
    """The gradient of the mean cross entropy by each parameter: a list in the order of parameters.

    Go forwards as in `logits`, and keep what each layer was given. Then go backwards, from
    `cross_entropy_derivative(y, logits)` through `linear_backward` and `relu_backward`.

    >>> gradients([np.zeros((1, 2)), np.zeros(2)], np.array([[4.0]]), np.array([0]))
    [array([[-2.,  2.]]), array([-0.5,  0.5])]
    """
    ### BEGIN SOLUTION
    weights, biases = parameters[::2], parameters[1::2]
    inputs = [x]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        inputs.append(relu(linear(inputs[-1], weight, bias)))
    g = cross_entropy_derivative(y, linear(inputs[-1], weights[-1], biases[-1]))
    found = []
    for weight, given in zip(reversed(weights), reversed(inputs), strict=True):
        gx, gweight, gbias = linear_backward(g, given, weight)
        found = [gweight, gbias, *found]
        g = relu_backward(gx, given)
    return found
    ### END SOLUTION


def predict(parameters, x):
    """The class of each row: where its logit is largest, shape (N,).

    >>> predict([np.eye(3), np.zeros(3)], np.array([[1.0, 5.0, 2.0], [9.0, 0.0, 3.0]]))
    array([1, 0])
    """
    ### BEGIN SOLUTION
    return logits(parameters, x).argmax(axis=1)
    ### END SOLUTION


# --- optimizers -----------------------------------------------------------------------------


class GradientDescent:
    """The plainest optimizer; given, as a pattern for the other two.

    It holds the very arrays of the network, so that it has to change them in place, by -=.

    >>> weight = np.array([1.0, 2.0])
    >>> GradientDescent([weight], learning_rate=0.1).step([np.array([10.0, 0.0])])
    >>> weight
    array([0., 2.])
    """

    def __init__(self, parameters, learning_rate):
        self.parameters, self.learning_rate = parameters, learning_rate

    def step(self, gradients):
        """Move each parameter a little against its gradient."""
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter -= self.learning_rate * gradient


class SGD:
    """Gradient descent with momentum, which is what a ball has that rolls downhill.

    Each parameter has a velocity, an array of its shape that starts at 0. In each step:

        velocity = momentum · velocity + gradient
        parameter = parameter − learning_rate · velocity

    >>> weight = np.array([1.0])
    >>> optimizer = SGD([weight], learning_rate=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     optimizer.step([np.array([2.0])])
    ...     print(weight)
    [0.8]
    [0.5]
    """

    def __init__(self, parameters, learning_rate, momentum=0.9):
        ### BEGIN SOLUTION
        self.parameters, self.learning_rate, self.momentum = parameters, learning_rate, momentum
        self.velocities = [np.zeros_like(parameter) for parameter in parameters]
        ### END SOLUTION

    def step(self, gradients):
        """Change the parameters; gradients is a list of arrays in their order."""
        ### BEGIN SOLUTION
        each = zip(self.parameters, self.velocities, gradients, strict=True)
        for parameter, velocity, gradient in each:
            velocity *= self.momentum
            velocity += gradient
            parameter -= self.learning_rate * velocity
        ### END SOLUTION


class Adam:
    """Steps of about learning_rate in each direction, however steep it is (Kingma and Ba, 2015).

    Each parameter has two averages, arrays of its shape that start at 0. In step t = 1, 2, …:

        m = beta1 · m + (1 − beta1) · gradient
        v = beta2 · v + (1 − beta2) · gradient²
        parameter = parameter − learning_rate · (m / (1 − beta1ᵗ)) / (√(v / (1 − beta2ᵗ)) + eps)

    The two divisions make up for the start at 0.

    >>> weight = np.array([1.0, 1.0])
    >>> Adam([weight], learning_rate=0.1).step([np.array([0.01, -1000.0])])
    >>> weight.round(6)
    array([0.9, 1.1])
    """

    def __init__(self, parameters, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
        ### BEGIN SOLUTION
        self.parameters, self.learning_rate = parameters, learning_rate
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.m = [np.zeros_like(parameter) for parameter in parameters]
        self.v = [np.zeros_like(parameter) for parameter in parameters]
        self.t = 0
        ### END SOLUTION

    def step(self, gradients):
        """Change the parameters; gradients is a list of arrays in their order."""
        ### BEGIN SOLUTION
        self.t += 1
        each = zip(self.parameters, self.m, self.v, gradients, strict=True)
        for parameter, m, v, gradient in each:
            m += (1 - self.beta1) * (gradient - m)
            v += (1 - self.beta2) * (gradient**2 - v)
            mean, square = m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)
            parameter -= self.learning_rate * mean / (np.sqrt(square) + self.eps)
        ### END SOLUTION


# --- training -------------------------------------------------------------------------------


def minibatches(count, size, seed):
    """The row numbers 0 … count−1, shuffled and cut into pieces: a list of arrays.

    Shuffle by `np.random.default_rng(seed).permutation(count)`. Each piece has `size` numbers, but
    the last may have fewer: every row comes once.

    >>> [len(rows) for rows in minibatches(count=10, size=4, seed=0)]
    [4, 4, 2]
    """
    ### BEGIN SOLUTION
    order = np.random.default_rng(seed).permutation(count)
    return [order[i : i + size] for i in range(0, count, size)]
    ### END SOLUTION


def train(x, y, sizes, optimizer, epochs, size, seed):
    """A trained network: its parameters.

    Start from `initial_parameters(sizes, seed)`, and make an optimizer of them, once:
    `optimizer(parameters)` gives an object with a method `step(gradients)`. In each of the epochs
    0, 1, …, epochs − 1, take the rows in `minibatches(len(x), size, seed + epoch)`, and after each
    of these pieces make one step with the `gradients` of its rows.

    >>> x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1])
    >>> descent = lambda parameters: GradientDescent(parameters, learning_rate=0.5)
    >>> predict(train(x, y, [1, 2], descent, epochs=10, size=2, seed=0), x)
    array([0, 0, 1, 1])
    """
    ### BEGIN SOLUTION
    parameters = initial_parameters(sizes, seed)
    optimizer = optimizer(parameters)
    for epoch in range(epochs):
        for rows in minibatches(len(x), size, seed + epoch):
            optimizer.step(gradients(parameters, x[rows], y[rows]))
    return parameters
    ### END SOLUTION


def settings():
    """Settings with which a network learns three spiral arms: your own choice, found by trying.

    A dict: "sizes", which begins with 2 for the plane and ends with 3 for the arms, and the numbers
    "learning_rate", "epochs" and "size" of `train` with `GradientDescent`. After at most 300 steps
    (the judge makes no more) the network must know the arm of 95 % of 600 points that it has not
    seen. The points are those of `tinynet.datasets.make_spirals`.
    """
    ### BEGIN SOLUTION
    return {"sizes": [2, 32, 32, 3], "learning_rate": 0.5, "epochs": 30, "size": 60}
    ### END SOLUTION
