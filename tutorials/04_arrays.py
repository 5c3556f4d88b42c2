# %% [markdown]
# # 4. Arrays
#
# A network computes with millions of numbers. Does it need a million Values, each with its own
# slopes? No: one node can hold a whole array, and one rule per NumPy function is enough for the way
# back. Here you see how NumPy and a Tensor work together, and why some rules are sums.

# %%
import inspect

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## NumPy asks before it computes
#
# NumPy knows nothing of tinynet. How can `np.tanh` take a Tensor? It looks at its arguments first:
# if one has a method `__array_ufunc__`, NumPy calls this method instead of computing. That is for
# the functions that go element by element. Most others, such as `np.sum`, look for
# `__array_function__`. Here is something that NumPy has never seen. **Before you run the next
# cell:** what will it print?


# %%
class Listener:
    def __array_ufunc__(self, function, method, *arguments, **options):
        return f"NumPy hands over {function.__name__}, element by element"

    def __array_function__(self, function, types, arguments, options):
        return f"NumPy hands over {function.__name__}"


for result in (np.tanh(Listener()), np.add(1.0, Listener()), np.sum(Listener())):
    print(result)
assert np.sum(Listener()) == "NumPy hands over sum"

# %% [markdown]
# A Tensor does this too. It looks the function up in a list of rules, lets NumPy compute with its
# array, and keeps the function and the arguments for the way back. So write NumPy, as always.
#
# ## One rule per function
#
# In the forty lines each value kept its slopes. For an array these are many: each element of the
# output has a slope with respect to each element of the input. The table of all of them, a row for
# each output and a column for each input, is called the *Jacobian*, $J$. `tn.jacobian` computes it.

# %%
x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
figure, axes = plt.subplots(1, 3, figsize=(10, 3), layout="constrained")
for ax, function in zip(axes, (np.tanh, np.cumsum, np.sum), strict=True):
    J = np.atleast_2d(tn.jacobian(function)(x))
    picture = ax.imshow(J, cmap="Blues", vmin=0, vmax=1)
    ax.set(title=function.__name__, xlabel="input", ylabel="output", yticks=range(len(J)))
figure.colorbar(picture, label="slope")
figure.suptitle("The Jacobian of a function: a row for each output")
plt.show()

# %% [markdown]
# tanh goes element by element: an output depends on one input only, so all slopes off the diagonal
# are 0. `cumsum` adds up from the left: output 2 depends on inputs 0, 1 and 2, with slope 1. `sum`
# has one output, and it grows as fast as each input. For 1000 elements the table of tanh has a
# million numbers, and 999 000 of them are 0. Nobody has to store that.
#
# On the way back, an operation is told $g$, how fast the final value grows with each of its
# outputs: the *upstream gradient*. It must answer how fast the final value grows with each of its
# inputs. The chain rule says how: multiply along each path, add over the paths. **Before you run
# the next cell:** let $g$ be 1, 2, 3, 4, −1. In `cumsum` the last input has one path, to the last
# output; the input before it has two. What do these two inputs get?

# %%
g = np.array([1.0, 2.0, 3.0, 4.0, -1.0])
print("cumsum, by its table", g @ tn.jacobian(np.cumsum)(x))
y, J = np.tanh(x), tn.jacobian(np.tanh)(x)
print("tanh, by its table", np.round(g @ J, 3), "  by its rule", np.round(g * (1 - y**2), 3))
assert np.allclose((g @ tn.jacobian(np.cumsum)(x))[-2:], (4 - 1, -1))
assert np.allclose(g @ J, g * (1 - y**2))
assert "defvjp(np.tanh, lambda g, y, x: g * (1 - y * y))" in inspect.getsource(tn.ops.elementwise)

# %% [markdown]
# The last input gets −1, the one before it $4 − 1 = 3$. In general, an input gets the $g$ of each
# output times the slope in the input's column, all added up. That is $g·J$, the *vector-Jacobian
# product*, or vjp; NumPy writes it `g @ J`. A rule computes it without the table, for tanh as
# `g * (1 - y**2)`, where `y` is the output. In tinynet's list this line reads
# `defvjp(np.tanh, lambda g, y, x: g * (1 - y * y))`, and the others look like it.
#
# ## Sums go back as copies
#
# An operation that makes few numbers of many, such as a sum or a mean, is a *reduction*. Each input
# of a sum has the slope 1, so each gets the whole of $g$: the number is copied. **Before you run
# the next cell:** what does each of five elements get from their mean? (`y.gradient(x)` gives the
# gradient of `y` with respect to `x`.)

# %%
x = tn.Tensor([-1.0, 0.0, 0.5, 1.0, 2.0], requires_grad=True)
print("from the sum ", np.sum(x).gradient(x))
print("from the mean", np.mean(x).gradient(x))
assert np.all(np.sum(x).gradient(x) == 1) and np.allclose(np.mean(x).gradient(x), 1 / 5)

# %% [markdown]
# ## Copies go back as sums
#
# The *shape* of an array says how many elements it has along each axis: a table of 4 rows and 3
# columns has the shape `(4, 3)`. What is such a table plus a bias of shape `(3,)`? NumPy repeats
# the smaller array until the shapes fit, here for each row. This is called *broadcasting*. **Before
# you run the next cell:** let the upstream gradient be the numbers 0 to 11, row by row. But there
# are only 3 biases. What is the gradient of the first, whose column holds 0, 3, 6, 9?

# %%
bias = tn.Tensor([1.0, 2.0, 3.0], requires_grad=True)
result = np.zeros((4, 3)) + bias
g = np.arange(12.0).reshape(4, 3)
gradient = result.gradient(bias, gradient=g)  # with respect to bias, from the upstream g
figure, axes = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
titles = ("bias", "repeated", "upstream gradient", "gradient of bias")
for ax, table, title in zip(axes, (bias.data, result.data, g, gradient), titles, strict=True):
    ax.imshow(np.atleast_2d(table), cmap="Blues", vmin=0, vmax=40)
    for (row, column), number in np.ndenumerate(np.atleast_2d(table)):
        ax.text(column, row, f"{number:g}", ha="center", va="center")
    ax.set(title=title, xticks=[], yticks=[])
figure.suptitle("The bias is copied to each row, so its gradient is the sum of the rows")
plt.show()
assert np.array_equal(gradient, g.sum(axis=0)) and gradient[0] == 0 + 3 + 6 + 9

# %% [markdown]
# It is $0 + 3 + 6 + 9 = 18$. The first bias is used four times, once per row, and what comes back
# along several paths is added: the gradient is the sum of the column. So a gradient always has the
# shape of its array. Copies go back as sums, and sums as copies.
#
# ## The taxi once more
#
# With arrays, the line of tutorial 1 has one node for each function, however many receipts there
# are. `x * w` copies $w$ to all of them, so its gradient is a sum.

# %%
x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 5.0, 6.0, 8.0])
w, b = tn.Tensor(2.0, requires_grad=True), tn.Tensor(0.0, requires_grad=True)
error = x * w + b - y
loss = np.mean(error**2)
loss.backward()
g = 2 * error.data / 4  # upstream gradient of x * w + b: the square gives 2e, the mean 1/4
print("w.grad", w.grad, " by hand", np.sum(g * x), "  b.grad", b.grad, " by hand", np.sum(g))
assert (w.grad, b.grad) == (np.sum(g * x), np.sum(g)) == (-1.5, -1.0)
tn.Graph(loss)

# %% [markdown]
# ## What you can do now
#
# You can say how a NumPy function reaches a Tensor, read a rule $g·J$, and find the gradient of
# what was repeated or summed.
#
# ## Exercises
#
# **4.1** On paper: `table` has the shape `(5, 3)` and `bias` the shape `(3,)`. What is the gradient
# of `np.sum(table + bias)` with respect to `bias`? Answer with a list: `answer = [1, 2, 3]`.

# %%
answer = ...
check("4.1", answer)

# %% [markdown]
# **4.2** Which Jacobian has only zeros off its diagonal, whatever the input? a) That of `np.sort`.
# b) That of `np.sqrt`. c) That of `np.mean`.

# %%
answer = ...
check("4.2", answer)

# %% [markdown]
# **4.3** The rule of the mean: `g` is one number, `x` the array whose mean was taken, of any shape.
# Return the gradient of `x`, an array of its shape (`np.full` helps).


# %%
def answer(g, x): ...


check("4.3", answer)

# %% [markdown]
# **4.4** `column * table`, of the shapes `(4, 1)` and `(4, 3)`: from the upstream gradient `g`,
# find the gradient of `column`. (A sum with `keepdims=True` keeps its axis.)


# %%
def answer(g, column, table): ...


check("4.4", answer)

# %% [markdown]
# ## Read on
#
# C. R. Harris and others (2020), *Array programming with NumPy*, Nature 585. How it hands calls
# over: NEP 13 and 18, numpy.org/neps. A. Griewank and A. Walther (2008), *Evaluating Derivatives*.
#
# Next: [5. Six losses for the same errors](05_six_losses.py)
