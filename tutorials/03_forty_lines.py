# %% [markdown]
# # 3. Forty lines
#
# How can a program find the derivatives of a formula that it has never seen? Each value must
# remember what it was made of, and with which slopes; the chain rule does the rest. This is
# *automatic differentiation*, and it is exact. You write it in forty lines, and train a neuron.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## A number that remembers
#
# A `Value` has its number, and its parents: the values that it was made of, each with a slope,
# which says how fast this value grows with that parent. A value without parents was not computed,
# but given. It is a *leaf* of the graph: there every way back ends.


# %%
class Value:
    def __init__(self, data, parents=()):
        self.data = data  # the number
        self.parents = parents  # pairs: a value that this was made of, and the slope
        self.grad = 0.0  # how fast the output grows with this number


# %% [markdown]
# ## A line for each operation
#
# An operation computes a number and, beside it, the slopes. The sum `a + b` grows as fast as `a`
# and as fast as `b`: slopes 1 and 1. **Before you run the next cell:** which slopes has `a * b`?
#
# Python turns `a + b` into `a.__add__(b)`, and so with the other operators. So we give `Value`
# methods with these names. (A `lambda` is a function in one line.)


# %%
Value.__add__ = lambda a, b: Value(a.data + b.data, [(a, 1.0), (b, 1.0)])
Value.__sub__ = lambda a, b: Value(a.data - b.data, [(a, 1.0), (b, -1.0)])
# a * b grows b times as fast as a, and a times as fast as b
Value.__mul__ = lambda a, b: Value(a.data * b.data, [(a, b.data), (b, a.data)])


def tanh(a):
    y = np.tanh(a.data)
    return Value(y, [(a, 1 - y * y)])


# %% [markdown]
# ## The way back
#
# Slopes along a path are multiplied, and what comes along several paths is added. So a value adds
# up what arrives, and passes it on, times the slope: `walk` calls itself for each parent. We try it
# on the neuron of tutorial 2: $x = 2$, $y = 1$, $w = 0.5$, $b = \log(2) − 1$.


# %%
def walk(value, arriving=1.0):
    value.grad += arriving
    for parent, slope in value.parents:
        walk(parent, arriving * slope)


def squared_error(w, b, x, y, tanh):  # with a tanh of ours, or later NumPy's
    error = tanh(w * x + b) - y
    return error * error


w, b = Value(0.5), Value(np.log(2) - 1)
walk(squared_error(w, b, Value(2.0), Value(1.0), tanh))
print(f"with respect to w {w.grad:.3f}, to b {b.grad:.3f}")
assert np.allclose((w.grad, b.grad), (-1.024, -0.512))

# %% [markdown]
# These are the numbers of tutorial 2. But `walk` goes along every path alone. Add $x$ to itself,
# the result to itself, and so on. **Before you run the next cell:** after 10 such additions, how
# many paths lead back from the result to $x$?

# %%
additions = np.arange(21)
plt.semilogy(additions, 2.0**additions, "o-", color="#D55E00", label="paths")
plt.semilogy(additions, additions + 1, "s-", color="#0072B2", label="values")
plt.gca().set(xlabel="additions", xticks=additions[::5], title="Paths outnumber values by far")
plt.legend()
plt.show()

# %% [markdown]
# Every addition doubles them: 1024 after 10, a million after 20. (Each mark on the axis is ten
# times the one below.) Values are few: visit each only once, and pass on the *sum* of what arrived.
# But first all of it must have arrived. So take a *topological order*, in which each value comes
# after all that it was made of, and go through it from the end.


# %%
def ordered(value, done):
    if value not in done:
        for parent, _ in value.parents:
            ordered(parent, done)
        done[value] = True  # after its parents; a dict keeps the order of its keys
    return done


def backward(output):
    output.grad = 1.0
    for value in reversed(ordered(output, {})):
        for parent, slope in value.parents:
            parent.grad += slope * value.grad


result = x = Value(1.0)
for _ in range(10):
    result = result + result
backward(result)
assert x.grad == 1024 and len(ordered(result, {})) == 11  # all paths, in 11 visits

# %% [markdown]
# Automatic differentiation from the output back is called *reverse mode*: one backward pass finds
# the derivatives with respect to all leaves. Frameworks for large networks work like this, too.
#
# ## A neuron learns
#
# Gradient descent with $η = 0.5$ on 33 points, whose targets are $\tanh(1.5x − 0.5)$. The `grad` of
# a leaf adds up what comes from all points, so divide by 33. Each step makes new leaves: the `grad`
# of old ones would go on adding up. **Before you run the next cell:** where will $w$ and $b$ end?

# %%
xs, colors = np.linspace(-2, 2, 33), {0: "#0072B2", 1: "#A03070", 300: "#D55E00"}
w, b = Value(0.0), Value(0.0)
for step in range(301):
    if step in colors:
        plt.plot(xs, np.tanh(w.data * xs + b.data), color=colors[step], label=f"step {step}")
    for x in xs:
        backward(squared_error(w, b, Value(x), Value(np.tanh(1.5 * x - 0.5)), tanh))
    w, b = Value(w.data - 0.5 * w.grad / 33), Value(b.data - 0.5 * b.grad / 33)
plt.plot(xs, np.tanh(1.5 * xs - 0.5), "o", color="gray", label="targets")
plt.gca().set(xlabel="x", ylabel="ŷ", title=f"It arrives at w = {w.data:.2f}, b = {b.data:.2f}")
plt.legend()
plt.show()
assert np.allclose((w.data, b.data), (1.5, -0.5), atol=1e-3)

# %% [markdown]
# After one step the curve is bent the right way, after 300 it meets all points.
#
# ## The same with tinynet
#
# A Tensor is a `Value` that can hold an array, and NumPy's functions are its operations.

# %%
mine = Value(0.5), Value(0.1)
backward(squared_error(*mine, Value(2.0), Value(1.0), tanh))
theirs = tn.Tensor(0.5, requires_grad=True), tn.Tensor(0.1, requires_grad=True)
squared_error(*theirs, 2.0, 1.0, np.tanh).backward()
print(f"forty lines: {mine[0].grad:.12f}, tinynet: {theirs[0].grad:.12f}")
assert np.allclose([v.grad for v in mine], [t.grad for t in theirs], rtol=1e-12)

# %% [markdown]
# ## What you can do now
#
# You can write automatic differentiation, add operations, and say why the way back needs an order.
#
# ## Exercises
#
# **3.1** Add division: which slopes stand in `Value(a.data / b.data, [(a, …), (b, …)])`? Write a
# function that returns both, for numbers `a` and `b`.


# %%
def answer(a, b): ...


check("3.1", answer)

# %% [markdown]
# **3.2** On paper, value by value: $u = x + x$ and $L = u·u$, at $x = 3$. What is `x.grad`?

# %%
answer = ...
check("3.2", answer)

# %% [markdown]
# **3.3** A value $u$ is used twice, but visited when only one of the two has passed its part on.
# What comes out wrong? a) Nothing: `+=` adds the rest later. b) Only `u.grad`. c) The gradients of
# what $u$ was made of: they miss what came too late.

# %%
answer = ...
check("3.3", answer)

# %% [markdown]
# ## Read on
#
# R. E. Wengert (1964), *A simple automatic derivative evaluation program*, Communications of the
# ACM 7. A. Karpathy (2020), *micrograd*, github.com/karpathy/micrograd.
#
# Next: [4. Arrays](04_arrays.py)
