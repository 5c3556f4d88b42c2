"""Tensor operations: the rules of an autograd for whole arrays, with NumPy's broadcasting.

A rule gets g, the gradient from above, which has the shape of the output; the output y; and the
arguments: first arrays, then settings such as an axis. It returns a list with one gradient for each
array, in the shape of that array. Nothing that was handed in may be changed: g += 1 is not allowed,
g = g + 1 is. For large arrays, loops in Python are too slow; NumPy has them all.
"""

import numpy as np

# --- part 1: broadcasting, and back -----------------------------------------------------------


def unbroadcast(g, shape):
    """Sum g over what broadcasting repeated, so that the result has this shape.

    Broadcasting does two things to an array of a smaller shape: it adds axes in front, and it
    stretches axes of length 1. Each number is so used many times, and what comes back is summed.

    >>> g = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    >>> unbroadcast(g, (3,))
    array([11., 22., 33.])
    >>> unbroadcast(g, (2, 1))
    array([[ 6.],
           [60.]])
    """
    ### BEGIN SOLUTION
    added = tuple(range(g.ndim - len(shape)))
    g = g.sum(axis=added)
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return g.sum(axis=stretched, keepdims=True)
    ### END SOLUTION


def spread(g, shape, axis=None, keepdims=False):
    """Repeat g, which belongs to x.sum(axis, keepdims=keepdims), so that it has the shape of x.

    `shape` is that of x; `axis` is a number, a tuple of numbers, or None for all axes. A sum turns
    many numbers into one, and each of them gets that one's gradient.

    >>> spread(np.array([1.0, 2.0]), (2, 3), axis=1)
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    ### BEGIN SOLUTION
    if not keepdims:
        g = np.expand_dims(g, tuple(range(len(shape))) if axis is None else axis)
    return np.broadcast_to(g, shape).copy()
    ### END SOLUTION


# --- part 2: arithmetic -----------------------------------------------------------------------


def add_rule(g, y, a, b):
    """y = a + b, where a and b may have different shapes.

    >>> add_rule(np.ones((2, 2)), None, np.ones((2, 2)), np.ones(2))[1]
    array([2., 2.])
    """
    ### BEGIN SOLUTION
    return [unbroadcast(g, a.shape), unbroadcast(g, b.shape)]
    ### END SOLUTION


def multiply_rule(g, y, a, b):
    """y = a * b.

    >>> multiply_rule(np.ones(2), None, np.array([3.0, 4.0]), np.array([5.0]))
    [array([5., 5.]), array([7.])]
    """
    ### BEGIN SOLUTION
    return [unbroadcast(g * b, a.shape), unbroadcast(g * a, b.shape)]
    ### END SOLUTION


def divide_rule(g, y, a, b):
    """y = a / b.

    >>> divide_rule(np.ones(2), None, np.array([3.0, 4.0]), np.array([2.0]))
    [array([0.5, 0.5]), array([-1.75])]
    """
    ### BEGIN SOLUTION
    return [unbroadcast(g / b, a.shape), unbroadcast(-g * a / b**2, b.shape)]
    ### END SOLUTION


def where_rule(g, y, a, b, condition):
    """y = np.where(condition, a, b).

    >>> where_rule(np.array([1.0, 2.0]), None, np.zeros(2), np.zeros(2), np.array([True, False]))
    [array([1., 0.]), array([0., 2.])]
    """
    ### BEGIN SOLUTION
    of_a, of_b = np.where(condition, g, 0.0), np.where(condition, 0.0, g)
    return [unbroadcast(of_a, a.shape), unbroadcast(of_b, b.shape)]
    ### END SOLUTION


def matmul_rule(g, y, a, b):
    """y = a @ b, where both have two axes or more; those before the last two are broadcast.

    By a, it is g @ bᵀ; by b, it is aᵀ @ g, where ᵀ exchanges the last two axes.

    >>> matmul_rule(np.array([[1.0]]), None, np.array([[2.0, 3.0]]), np.array([[4.0], [5.0]]))
    [array([[4., 5.]]), array([[2.],
           [3.]])]
    """
    ### BEGIN SOLUTION
    of_a = g @ np.swapaxes(b, -1, -2)
    of_b = np.swapaxes(a, -1, -2) @ g
    return [unbroadcast(of_a, a.shape), unbroadcast(of_b, b.shape)]
    ### END SOLUTION


# --- part 3: reductions -----------------------------------------------------------------------


def sum_rule(g, y, x, axis=None, keepdims=False):
    """y = x.sum(axis, keepdims=keepdims).

    >>> sum_rule(np.array([1.0, 2.0]), None, np.zeros((2, 2)), axis=0)
    [array([[1., 2.],
           [1., 2.]])]
    """
    ### BEGIN SOLUTION
    return [spread(g, x.shape, axis, keepdims)]
    ### END SOLUTION


def mean_rule(g, y, x, axis=None, keepdims=False):
    """y = x.mean(axis, keepdims=keepdims).

    >>> mean_rule(np.array([1.0, 2.0]), None, np.zeros((2, 2)), axis=0)
    [array([[0.5, 1. ],
           [0.5, 1. ]])]
    """
    ### BEGIN SOLUTION
    count = x.size / np.size(g)  # how many numbers went into each mean
    return [spread(g, x.shape, axis, keepdims) / count]
    ### END SOLUTION


def max_rule(g, y, x, axis=None, keepdims=False):
    """y = x.max(axis, keepdims=keepdims). Where several are the largest, they share g equally.

    >>> max_rule(np.array(6.0), np.array(5.0), np.array([5.0, 1.0, 5.0]))
    [array([3., 0., 3.])]
    """
    ### BEGIN SOLUTION
    is_largest = x == spread(y, x.shape, axis, keepdims)
    count = is_largest.sum(axis=axis, keepdims=keepdims)
    return [is_largest * spread(g / count, x.shape, axis, keepdims)]
    ### END SOLUTION


# --- part 4: moving numbers around ------------------------------------------------------------


def reshape_rule(g, y, x):
    """y = x.reshape(…).

    >>> reshape_rule(np.array([1.0, 2.0, 3.0, 4.0]), None, np.zeros((2, 2)))
    [array([[1., 2.],
           [3., 4.]])]
    """
    ### BEGIN SOLUTION
    return [g.reshape(x.shape)]
    ### END SOLUTION


def transpose_rule(g, y, x, axes):
    """y = x.transpose(axes): axis i of y is axis axes[i] of x.

    >>> transpose_rule(np.zeros((4, 2, 3)), None, np.zeros((2, 3, 4)), (2, 0, 1))[0].shape
    (2, 3, 4)
    """
    ### BEGIN SOLUTION
    return [g.transpose(np.argsort(axes))]
    ### END SOLUTION


def take_rule(g, y, x, index):
    """y = x[index], where index is an array of whole numbers; one of them may be there twice.

    >>> take_rule(np.array([1.0, 10.0, 100.0]), None, np.zeros(3), np.array([2, 0, 2]))
    [array([ 10.,   0., 101.])]
    """
    ### BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    np.add.at(gradient, index, g)  # gradient[index] += g would keep one of several only
    return [gradient]
    ### END SOLUTION


def concatenate_rule(g, y, *arrays, axis=0):
    """y = np.concatenate(arrays, axis).

    >>> concatenate_rule(np.array([1.0, 2.0, 3.0]), None, np.zeros(1), np.zeros(2))
    [array([1.]), array([2., 3.])]
    """
    ### BEGIN SOLUTION
    ends = np.cumsum([array.shape[axis] for array in arrays])
    return np.split(g, ends[:-1], axis)
    ### END SOLUTION


# --- part 5: softmax --------------------------------------------------------------------------


def softmax(x):
    """exp(x) divided by its sum along the last axis, for numbers of any size.

    >>> softmax(np.array([1000.0, 1000.0]))
    array([0.5, 0.5])
    """
    ### BEGIN SOLUTION
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
    ### END SOLUTION


def softmax_rule(g, y, x):
    """y = softmax(x). Along the last axis, ∂yᵢ/∂xⱼ is yᵢ (1 − yᵢ) for i = j, and −yᵢ yⱼ elsewhere.

    >>> softmax_rule(np.array([4.0, 0.0]), np.array([0.5, 0.5]), np.array([7.0, 7.0]))
    [array([ 1., -1.])]
    """
    ### BEGIN SOLUTION
    return [y * (g - (g * y).sum(axis=-1, keepdims=True))]
    ### END SOLUTION


def logsumexp_rule(g, y, x):
    """y = log of the sum of exp(x) along the last axis, which y has no more. Its slope is softmax.

    >>> logsumexp_rule(np.array(4.0), np.log(4.0), np.log([1.0, 3.0]))
    [array([1., 3.])]
    """
    ### BEGIN SOLUTION
    return [np.expand_dims(g, -1) * np.exp(x - np.expand_dims(y, -1))]
    ### END SOLUTION
