"""Forty derivative puzzles.

Each puzzle gives a function f, as a formula and as code; you write its derivative in one line of
NumPy, without a loop. What is asked for is in the name:

- f_jacobian: the Jacobian J, a matrix with a row for each output and a column for each input:
  J[i, j] says how fast yᵢ grows when xⱼ grows.
- f_gradient: where f gives one number, J has one row only: write it as a vector.
- f_vjp: where J would be large, only g·J is wanted: g holds how fast some loss grows with each
  output of f, and g·J how fast it grows with each input. It has the shape of that input.

All is by x, unless the puzzle says otherwise. You may call whatever stands in this file.

One is done for you. In yᵢ = xᵢ / 2, output i looks at input i alone, with the slope 1/2:

>>> half_jacobian(np.array([4.0, 6.0, 10.0]))
array([[0.5, 0. , 0. ],
       [0. , 0.5, 0. ],
       [0. , 0. , 0.5]])
"""

import numpy as np


def half(x):
    """yᵢ = xᵢ / 2"""
    return x / 2


def half_jacobian(x):
    """J of half, shape (n, n)."""
    return np.eye(len(x)) / 2


# --- 1 to 5: each output looks at one input, so J has numbers on its diagonal only -------------


def same(x):
    """yᵢ = xᵢ"""
    return x


def same_jacobian(x):
    """1. J of same, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x))
    ### END SOLUTION


def scale(x, a):
    """yᵢ = a xᵢ, with a number a

    >>> scale(np.array([1.0, 2.0, 4.0]), 3.0)
    array([ 3.,  6., 12.])
    """
    return a * x


def scale_jacobian(x, a):
    """2. J of scale, shape (n, n)."""
    ### BEGIN SOLUTION
    return a * np.eye(len(x))
    ### END SOLUTION


def weigh(x, w, b):
    """yᵢ = wᵢ xᵢ + bᵢ

    >>> weigh(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([0.5, 0.0]))
    array([3.5, 8. ])
    """
    return w * x + b


def weigh_jacobian(x, w, b):
    """3. J of weigh, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(w)
    ### END SOLUTION


def square(x):
    """yᵢ = xᵢ²

    >>> square(np.array([1.0, 2.0, -3.0]))
    array([1., 4., 9.])
    """
    return x**2


def square_jacobian(x):
    """4. J of square, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(2 * x)
    ### END SOLUTION


def power(x, p):
    """yᵢ = xᵢ to the power of p, a number; x > 0

    >>> power(np.array([1.0, 2.0]), 3)
    array([1., 8.])
    """
    return x**p


def power_jacobian(x, p):
    """5. J of power, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(p * x ** (p - 1))
    ### END SOLUTION


# --- 6 to 10: still one input each, along a curve; the slope is often told by the value --------


def exponential(x):
    """yᵢ = exp(xᵢ)"""
    return np.exp(x)


def exponential_jacobian(x):
    """6. J of exponential, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(np.exp(x))
    ### END SOLUTION


def logarithm(x):
    """yᵢ = log xᵢ, the natural one; x > 0"""
    return np.log(x)


def logarithm_jacobian(x):
    """7. J of logarithm, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(1 / x)
    ### END SOLUTION


def sigmoid(x):
    """yᵢ = 1 / (1 + exp(−xᵢ))

    >>> sigmoid(np.array([0.0]))
    array([0.5])
    """
    return 1 / (1 + np.exp(-x))


def sigmoid_jacobian(x):
    """8. J of sigmoid, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(sigmoid(x) * (1 - sigmoid(x)))
    ### END SOLUTION


def tanh(x):
    """yᵢ = tanh xᵢ"""
    return np.tanh(x)


def tanh_jacobian(x):
    """9. J of tanh, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(1 - np.tanh(x) ** 2)
    ### END SOLUTION


def relu(x):
    """yᵢ = xᵢ where xᵢ > 0, else 0

    >>> relu(np.array([1.5, -2.0, 0.5]))
    array([1.5, 0. , 0.5])
    """
    return np.where(x > 0, x, 0.0)


def relu_jacobian(x):
    """10. J of relu, shape (n, n). At xᵢ = 0 take the slope of the left side, 0."""
    ### BEGIN SOLUTION
    return np.diag(np.where(x > 0, 1.0, 0.0))
    ### END SOLUTION


# --- 11 to 15: one number comes out, so J is one row: the gradient, a vector -------------------


def total(x):
    """y = x₀ + x₁ + …, a number"""
    return x.sum()


def total_gradient(x):
    """11. The gradient of total, shape (n,)."""
    ### BEGIN SOLUTION
    return np.ones(len(x))
    ### END SOLUTION


def mean(x):
    """y = (x₀ + x₁ + …) / n, a number"""
    return x.mean()


def mean_gradient(x):
    """12. The gradient of mean, shape (n,)."""
    ### BEGIN SOLUTION
    return np.full(len(x), 1 / len(x))
    ### END SOLUTION


def dot(x, w):
    """y = w₀ x₀ + w₁ x₁ + …, a number

    >>> float(dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    11.0
    """
    return w @ x


def dot_gradient(x, w):
    """13. The gradient of dot, by x, shape (n,)."""
    ### BEGIN SOLUTION
    return w
    ### END SOLUTION


def product(x):
    """y = x₀ · x₁ · …, a number

    >>> float(product(np.array([2.0, 3.0, 4.0])))
    24.0
    """
    return x.prod()


def product_gradient(x):
    """14. The gradient of product, shape (n,). Some xⱼ may be 0."""
    ### BEGIN SOLUTION
    return np.where(np.eye(len(x)) == 1, 1.0, x).prod(axis=1)
    ### END SOLUTION


def largest(x):
    """y = the largest xⱼ, a number; no two are the same

    >>> float(largest(np.array([2.0, 7.0, 4.0])))
    7.0
    """
    return x.max()


def largest_gradient(x):
    """15. The gradient of largest, shape (n,)."""
    ### BEGIN SOLUTION
    return np.where(x == x.max(), 1.0, 0.0)
    ### END SOLUTION


# --- 16 to 19: numbers are moved or copied; J holds ones, and its shape need not be square -----


def backwards(x):
    """yᵢ = xₙ₋₁₋ᵢ

    >>> backwards(np.array([1.0, 2.0, 3.0]))
    array([3., 2., 1.])
    """
    return x[::-1]


def backwards_jacobian(x):
    """16. J of backwards, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x))[::-1]
    ### END SOLUTION


def delay(x):
    """y₀ = 0, and yᵢ = xᵢ₋₁ for the others

    >>> delay(np.array([1.0, 2.0, 3.0]))
    array([0., 1., 2.])
    """
    return np.concatenate([[0.0], x[:-1]])


def delay_jacobian(x):
    """17. J of delay, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x), k=-1)
    ### END SOLUTION


def repeat(x, k):
    """Each number k times, one after the other

    >>> repeat(np.array([1.0, 2.0]), 3)
    array([1., 1., 1., 2., 2., 2.])
    """
    return np.repeat(x, k)


def repeat_jacobian(x, k):
    """18. J of repeat, shape (k n, n)."""
    ### BEGIN SOLUTION
    return np.repeat(np.eye(len(x)), k, axis=0)
    ### END SOLUTION


def take(x, index):
    """yᵢ = the number of x at the place index[i]

    >>> take(np.array([5.0, 6.0, 7.0]), np.array([2, 0, 2, 1]))
    array([7., 5., 7., 6.])
    """
    return x[index]


def take_jacobian(x, index):
    """19. J of take, shape (m, n), where index has m numbers."""
    ### BEGIN SOLUTION
    return np.eye(len(x))[index]
    ### END SOLUTION


# --- 20 to 24: an output adds up, or multiplies, several inputs: a row with several numbers ----


def differences(x):
    """yᵢ = xᵢ₊₁ − xᵢ, n − 1 numbers

    >>> differences(np.array([1.0, 4.0, 9.0]))
    array([3., 5.])
    """
    return x[1:] - x[:-1]


def differences_jacobian(x):
    """20. J of differences, shape (n − 1, n)."""
    ### BEGIN SOLUTION
    return np.diff(np.eye(len(x)), axis=0)
    ### END SOLUTION


def running_sum(x):
    """yᵢ = x₀ + x₁ + … + xᵢ

    >>> running_sum(np.array([1.0, 2.0, 3.0]))
    array([1., 3., 6.])
    """
    return np.cumsum(x)


def running_sum_jacobian(x):
    """21. J of running_sum, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.tri(len(x))
    ### END SOLUTION


def transform(x, a):
    """y = A x: yᵢ = aᵢ₀ x₀ + aᵢ₁ x₁ + …, with a matrix A of shape (m, n)

    >>> transform(np.array([1.0, 2.0]), np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 5.0]]))
    array([ 1.,  3., 10.])
    """
    return a @ x


def transform_jacobian(x, a):
    """22. J of transform, by x, shape (m, n)."""
    ### BEGIN SOLUTION
    return a
    ### END SOLUTION


def centre(x):
    """yᵢ = xᵢ − the mean of all

    >>> centre(np.array([1.0, 2.0, 6.0]))
    array([-2., -1.,  3.])
    """
    return x - x.mean()


def centre_jacobian(x):
    """23. J of centre, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x)) - 1 / len(x)
    ### END SOLUTION


def neighbours(x):
    """yᵢ = xᵢ xᵢ₊₁, n − 1 numbers

    >>> neighbours(np.array([2.0, 3.0, 5.0]))
    array([ 6., 15.])
    """
    return x[:-1] * x[1:]


def neighbours_jacobian(x):
    """24. J of neighbours, shape (n − 1, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x))[:-1] * x[1:, None] + np.eye(len(x))[1:] * x[:-1, None]
    ### END SOLUTION


# --- 25 to 29: every output looks at all inputs, through a sum that moves with each of them ----


def share(x):
    """yᵢ = xᵢ / (x₀ + x₁ + …)

    >>> share(np.array([1.0, 1.0, 2.0]))
    array([0.25, 0.25, 0.5 ])
    """
    return x / x.sum()


def share_jacobian(x):
    """25. J of share, shape (n, n)."""
    ### BEGIN SOLUTION
    return (np.eye(len(x)) - share(x)[:, None]) / x.sum()
    ### END SOLUTION


def variance(x):
    """y = the mean of (xᵢ − m)², where m is the mean of x: a number

    >>> float(variance(np.array([1.0, 2.0, 6.0]))) * 3
    14.0
    """
    return np.mean((x - x.mean()) ** 2)


def variance_gradient(x):
    """26. The gradient of variance, shape (n,)."""
    ### BEGIN SOLUTION
    return 2 * (x - x.mean()) / len(x)
    ### END SOLUTION


def unit(x):
    """yᵢ = xᵢ / r, where r is the length of x: r² = x₀² + x₁² + …

    >>> unit(np.array([3.0, 4.0]))
    array([0.6, 0.8])
    """
    return x / np.linalg.norm(x)


def unit_jacobian(x):
    """27. J of unit, shape (n, n)."""
    ### BEGIN SOLUTION
    return (np.eye(len(x)) - np.outer(unit(x), unit(x))) / np.linalg.norm(x)
    ### END SOLUTION


def softmax(x):
    """yᵢ = exp(xᵢ) / (exp(x₀) + exp(x₁) + …); shifted first, so that no exp is too large

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    return np.exp(x - x.max()) / np.exp(x - x.max()).sum()


def softmax_jacobian(x):
    """28. J of softmax, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))
    ### END SOLUTION


def log_softmax(x):
    """yᵢ = xᵢ − log(exp(x₀) + exp(x₁) + …), the log of softmax"""
    return x - x.max() - np.log(np.exp(x - x.max()).sum())


def log_softmax_jacobian(x):
    """29. J of log_softmax, shape (n, n)."""
    ### BEGIN SOLUTION
    return np.eye(len(x)) - softmax(x)
    ### END SOLUTION


# --- 30 to 34: only g·J, and without J: g has the shape of y, the answer that of the input ------


def square_vjp(g, x):
    """30. g·J of square, shape (n,); n may be a million."""
    ### BEGIN SOLUTION
    return 2 * x * g
    ### END SOLUTION


def running_sum_vjp(g, x):
    """31. g·J of running_sum, shape (n,); n may be a million."""
    ### BEGIN SOLUTION
    return np.cumsum(g[::-1])[::-1]
    ### END SOLUTION


def plus_row(x, b):
    """yᵢⱼ = xᵢⱼ + bⱼ: the row b, shape (m,), is added to each row of x, shape (n, m)

    >>> plus_row(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0]))
    array([[11., 22.],
           [13., 24.]])
    """
    return x + b


def plus_row_vjp(g, x, b):
    """32. g·J of plus_row by b: g has shape (n, m), the answer (m,)."""
    ### BEGIN SOLUTION
    return g.sum(axis=0)
    ### END SOLUTION


def outer(x, w):
    """yᵢⱼ = xᵢ wⱼ, a matrix of shape (n, m)

    >>> outer(np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0]))
    array([[ 3.,  4.,  5.],
           [ 6.,  8., 10.]])
    """
    return x[:, None] * w


def outer_vjp(g, x, w):
    """33. g·J of outer by x: g has shape (n, m), the answer (n,)."""
    ### BEGIN SOLUTION
    return g @ w
    ### END SOLUTION


def softmax_rows(x):
    """softmax of each row of a matrix x

    >>> softmax_rows(np.array([[0.0, 0.0], [5.0, 5.0]]))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_rows_vjp(g, x):
    """34. g·J of softmax_rows; g, x and the answer have the same shape."""
    ### BEGIN SOLUTION
    return softmax_rows(x) * (g - (g * softmax_rows(x)).sum(axis=1, keepdims=True))
    ### END SOLUTION


# --- 35 to 40: what networks are made of: matrix products, losses, normalisation, a layer ------


def matmul(x, w):
    """Y = X W, with X of shape (n, k), W of shape (k, m), Y of shape (n, m)"""
    return x @ w


def matmul_left_vjp(g, x, w):
    """35. g·J of matmul by x, shape (n, k)."""
    ### BEGIN SOLUTION
    return g @ w.T
    ### END SOLUTION


def matmul_right_vjp(g, x, w):
    """36. g·J of matmul by w, shape (k, m)."""
    ### BEGIN SOLUTION
    return x.T @ g
    ### END SOLUTION


def mse(y_true, y_pred):
    """The mean of (y_pred − y_true)² over all elements, a number"""
    return np.mean((y_pred - y_true) ** 2)


def mse_gradient(y_true, y_pred):
    """37. The gradient of mse by y_pred, in the shape of y_pred: a vector or a matrix."""
    ### BEGIN SOLUTION
    return 2 * (y_pred - y_true) / y_pred.size
    ### END SOLUTION


def cross_entropy(x, ids):
    """The mean over the n rows of −log of what softmax gives to the true class, ids[i] in row i"""
    return -np.mean(np.log(softmax_rows(x)[np.arange(len(ids)), ids]))


def cross_entropy_gradient(x, ids):
    """38. The gradient of cross_entropy by x, shape (n, classes)."""
    ### BEGIN SOLUTION
    return (softmax_rows(x) - np.eye(x.shape[1])[ids]) / len(ids)
    ### END SOLUTION


def layer_norm(x):
    """Of each row of x, subtract its mean, then divide by its standard deviation

    >>> layer_norm(np.array([[1.0, 3.0], [10.0, 50.0]]))
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)


def layer_norm_vjp(g, x):
    """39. g·J of layer_norm; g, x and the answer have the same shape. The line may be long."""
    ### BEGIN SOLUTION
    return (
        g
        - g.mean(axis=1, keepdims=True)
        - layer_norm(x) * (g * layer_norm(x)).mean(axis=1, keepdims=True)
    ) / x.std(axis=1, keepdims=True)
    ### END SOLUTION


def layer(x, w, b):
    """Y = relu(X W + b): a linear layer and its activation; b is added to each row"""
    return relu(x @ w + b)


def layer_vjp(g, x, w, b):
    """40. g·J of layer by w, the shape of w."""
    ### BEGIN SOLUTION
    return x.T @ (g * (x @ w + b > 0))
    ### END SOLUTION
