# %% [markdown]
# # 21. Two processes and other arrays
#
# *One core of my computer trains, the others rest. Can two of them share the work, and still find
# the same weights?* They can: in each step they exchange one sum. This page shows which sum, a
# mistake that nothing warns of, and which losses can be shared. In the end the numbers move to
# arrays that are not NumPy's.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Each takes a share of the rows
#
# A *process* is a running program with a memory of its own. Two of them can run on two cores, or on
# two computers, and neither can look into the memory of the other. In *data parallelism* every
# process has a copy of the whole model, and a share of the rows. Each computes the loss of its
# share. Then they have to agree on one number for all rows.
#
# **Before you run the next cell:** five rows have the squared errors 1, 1, 1, 9 and 9. One process
# takes three of them, the other two. What is the mean of each share, of these means, and of all?

# %%
squares = np.array([1.0, 1, 1, 9, 9])
shares = [squares[:3], squares[3:]]
means = [np.mean(share) for share in shares]
print("means:", *means, " their mean:", np.mean(means), " the mean of all:", np.mean(squares))
plt.bar(range(1, 6), squares, color=["#009E73"] * 3 + ["#A03070"] * 2)
plt.axhline(np.mean(means), color="#D55E00", linestyle="--", label="mean of the two means")
plt.axhline(np.mean(squares), color="#0072B2", label="mean of all rows")
plt.gca().set(xlabel="row", ylabel="squared error", title="The mean of means is not the mean")
plt.legend()
plt.show()
assert means == [1, 9] and np.mean(means) == 5 and np.mean(squares) == 4.2

# %% [markdown]
# The dashed line is too high: the mean of means is 5, and the mean of all is 4.2. A row of the
# small share counted ½ of ½, one of the large share only ⅓ of ½. To count every row once, weigh the
# means by the sizes of the shares, $N_1$ and $N_2$, out of $N = N_1 + N_2$:
#
# $$L = (N_1 / N) · L_1 + (N_2 / N) · L_2$$
#
# Here that is $⅗ · 1 + ⅖ · 9 = 4.2$. The slope of a sum is the sum of the slopes. So the gradients
# are combined with the same weights, and one combined gradient is all that a step needs.
#
# ## One sum for all: Allreduce
#
# In an *Allreduce* every process puts in a vector, and all get the sum. So each one multiplies its
# gradient by its weight beforehand. Here two entries of a list stand for the processes, and they
# meet in `allreduce` only. Seven points are shared as five and two, and the last is an outlier. One
# line gets the weights 5/7 and 2/7, another ½ and ½. **Guess** which comes nearer to the outlier.


# %%
def allreduce(vectors):
    return [sum(vectors) for _ in vectors]


def gradient(line, rows):
    return tn.grad(lambda line: tn.losses.mse(y[rows], line[0] * x[rows] + line[1]))(line)


x, y = np.arange(-3.0, 4), np.array([0.0, 1, 2, 3, 4, 5, 0])
rows = [slice(0, 5), slice(5, 7)]


def train(weights):
    lines = [np.zeros(2) for _ in weights]  # slope and height: each process has its own copy
    for _ in range(100):
        parts = [w * gradient(line, r) for w, line, r in zip(weights, lines, rows, strict=True)]
        lines = [line - 0.1 * g for line, g in zip(lines, allreduce(parts), strict=True)]
    assert np.array_equal(lines[0], lines[1])  # the copies never drift apart
    return lines[0]


right, wrong = train([5 / 7, 2 / 7]), train([1 / 2, 1 / 2])
plt.plot(x, y, "o", color="gray")
plt.axline((0, right[1]), slope=right[0], color="#0072B2", label="weights 5/7 and 2/7")
plt.axline((0, wrong[1]), slope=wrong[0], color="#D55E00", linestyle="--", label="½ and ½")
plt.gca().set(xlabel="x", ylabel="y", title="Equal weights for unequal shares: another line")
plt.legend()
plt.show()
assert np.allclose(right, np.polyfit(x, y, 1)) and wrong @ [3, 1] < right @ [3, 1] - 0.3

# %% [markdown]
# With 5/7 and 2/7 the line is that of least squares, as one process finds it. The dashed one gives
# the small share too large a say, and comes nearer to its outlier. No copy differs, nothing warns.
#
# For two real processes, give `fit` the option `parallel=tn.training.parallel.MPI()`, and start the
# script with `mpiexec -n 2 python script.py`. `fit` shares each batch and chooses the weights. (MPI
# is the common standard for programs that exchange arrays: `pip install "tinynet-learn[mpi]"`.)
#
# ## What this asks of a loss
#
# A loss can be shared if it is a sum or a mean over rows. (With sample weights, each share counts
# with its part of the sum of the weights.) **Before you run the cell:** take the root of the mean
# squared error instead. The roots of the two shares above are 1 and 3. Combine them with 3/5 and
# 2/5. Is that √4.2, the root for all rows?

# %%
combined = (3 * np.sqrt(means[0]) + 2 * np.sqrt(means[1])) / 5
print(f"combined {combined:.2f}, for all rows {np.sqrt(np.mean(squares)):.2f}")
assert np.allclose([combined, np.sqrt(np.mean(squares))], [1.8, 2.05], atol=0.005)

# %% [markdown]
# No: 1.8 is not 2.05, since the root of a mean is not the mean of the roots. Share the mean, and
# take the root after the Allreduce. A loss that compares rows with each other cannot be mended so.
#
# ## Arrays that are not NumPy's
#
# Numbers may also live on another device, such as a graphics card. In [tutorial 4](04_arrays.py)
# you saw that NumPy hands a call over to its argument, if that has the methods `__array_ufunc__`
# and `__array_function__`. This is the *array protocol*. The arrays of CuPy, which compute on
# graphics cards, follow it, too. Here is a small stand-in, which notes each call. **Before you run
# the cells:** which calls will `np.mean(np.tanh(w) ** 2)` make?


# %%
class Elsewhere(np.lib.mixins.NDArrayOperatorsMixin):  # which hands +, * … to NumPy
    def __init__(self, numbers):
        self._there = np.asarray(numbers)

    def __array_ufunc__(self, function, method, *inputs, **options):  # np.tanh, np.multiply …
        return run(function, inputs, options)

    def __array_function__(self, function, types, inputs, options):  # np.mean, np.where …
        return run(function, inputs, options)

    def __getattr__(self, name):  # shape, dtype, any() …
        value = getattr(self._there, name)
        return (lambda *inputs: run(value, inputs, {})) if callable(value) else value

    def __bool__(self):
        return bool(self._there)


def run(function, inputs, options):
    calls.append(function.__name__)
    inputs = [value._there if isinstance(value, Elsewhere) else value for value in inputs]
    return Elsewhere(function(*inputs, **options))


# %%
calls = []
w = tn.Tensor(Elsewhere([0.5, 1.0, 2.0]), requires_grad=True)
loss = np.mean(np.tanh(w) ** 2)
print("calls of the forward pass:", calls)
loss.backward()
print("the gradient is an", type(w.grad).__name__, w.grad._there.round(3))
assert isinstance(loss.data, Elsewhere) and calls[:3] == ["tanh", "power", "mean"]

# %% [markdown]
# One for each of NumPy's functions: `** 2` is `np.power`. The Tensor has kept the array as it is,
# and loss and gradient are of the same kind.
#
# ## What you can do now
#
# You can combine losses and gradients of unequal shares, train with two processes, and say which
# loss can be shared. You can explain how a Tensor computes on a device that it does not know.
#
# ## Exercises
#
# **21.1** On paper. The mean loss of 30 rows is 2, that of 10 others is 6. What is it for all?

# %%
answer = ...
check("21.1", answer)

# %% [markdown]
# **21.2** Which of these can be combined from two shares with the weights $N_1 / N$ and $N_2 / N$?
# a) the median of the absolute errors b) their mean c) the largest of them

# %%
answer = ...
check("21.2", answer)

# %% [markdown]
# **21.3** `gradients` is an array with one row for each process, `sizes` says how many data rows
# each had. Return the gradient of the mean over all data rows.


# %%
def answer(gradients, sizes): ...


check("21.3", answer)

# %% [markdown]
# ## Read on
#
# - P. Goyal and others (2017), *Accurate, large minibatch SGD: training ImageNet in 1 hour*,
#   arXiv:1706.02677: 256 graphics cards, and by what to divide the loss of a share.
# - NumPy enhancement proposals 13 and 18, numpy.org/neps: the array protocol.
#
# Next: [22. Moving on](22_moving_on.py)
