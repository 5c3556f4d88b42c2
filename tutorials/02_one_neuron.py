# %% [markdown]
# # 2. One neuron
#
# For the loss of a straight line, the algebra of two slopes filled half a page. Must we begin again
# for every new formula? No: cut the formula into small steps. Each step has a slope that one can
# see at once, and the slope of the whole is made of these, by one rule. Here is the rule at work,
# number by number.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## A line that bends
#
# A taxi fare may rise for ever, but many things level off: a plant that gets more and more water
# does not grow and grow. So we add up as before, call the result $u$, and bend it with the function
# *tanh*:
#
# $$u = w·x + b, ŷ = \tanh(u)$$
#
# This model is a *neuron*, and the function that bends is its *activation*. Near 0, tanh changes
# its argument little; far from 0 it levels off at −1 or 1, for it is
# $(\exp(u) − \exp(−u))/(\exp(u) + \exp(−u))$. Its slope at $u$ is $1 − \tanh(u)²$: a central
# difference in the next cell confirms it. **Before you run it:** where is tanh steepest, and how
# steep is it there?

# %%
u = np.linspace(-3, 3, 121)
plt.plot(u, np.tanh(u), color="#0072B2", label="tanh(u)")
plt.plot(u, 1 - np.tanh(u) ** 2, color="#D55E00", linestyle="--", label="its slope")
plt.gca().set(xlabel="u", title="tanh is steep in the middle and flat outside")
plt.legend()
plt.show()
measured = (np.tanh(u + 1e-4) - np.tanh(u - 1e-4)) / 2e-4
assert np.allclose(measured, 1 - np.tanh(u) ** 2) and np.tanh(0) == 0 and measured[-1] < 0.01

# %% [markdown]
# It is steepest at 0, with slope 1. At $u = 3$ not even a hundredth is left of the slope.
#
# ## Forward: five small steps
#
# Take one input $x = 2$ with the target $y = 1$, and a neuron with $w = 0.5$ and $b = \log(2) − 1$
# (log is the natural logarithm), about −0.307. Then the numbers come out round, since
# $\exp(\log(2)) = 2$ and $\exp(−\log(2)) = ½$. **Before you run the next cell:** what is $u$? Check
# that $\tanh(u)$ is 0.6. What are the error and the loss?


# %%
def neuron(w, b, x, y):
    product = w * x
    u = product + b
    prediction = np.tanh(u)
    error = prediction - y
    loss = error**2
    return product, u, prediction, error, loss


b = np.log(2) - 1
print("product, u, prediction, error, loss:", np.round(neuron(0.5, b, 2.0, 1.0), 3))
assert np.allclose(neuron(0.5, b, 2.0, 1.0), (1, 0.693, 0.6, -0.4, 0.16), atol=5e-4)

# %% [markdown]
# This is the *forward pass*: from the inputs to the loss, each step uses what was computed before.
#
# Now let $w$ grow by 0.001. The product is $w·2$, so it grows by 0.002. Adding $b$ changes nothing
# in that, so $u$ grows by 0.002 too. The slope of tanh is $1 − 0.6² = 0.64$: the prediction grows
# by $0.64 · 0.002 = 0.00128$, and so does the error. The slope of the square is
# $2e = 2 · (−0.4) = −0.8$. **Before you run the next cell:** by how much does the loss change?

# %%
changes = np.subtract(neuron(0.501, b, 2.0, 1.0), neuron(0.5, b, 2.0, 1.0))
print("product, u, prediction, error, loss:", np.round(changes, 5))
assert np.allclose(changes, (0.002, 0.002, 0.00128, 0.00128, -0.00102), atol=5e-6)

# %% [markdown]
# By $−0.8 · 0.00128$, about −0.00102. Divide by the 0.001 that $w$ grew by, and you have the slope
# of the loss. In one line, with a factor for each step:
#
# $$∂L/∂w = 2 · 1 · 0.64 · 1 · (−0.8) = −1.024$$
#
# This is the **chain rule**: slopes along a path are multiplied. It is so with gears: if one wheel
# turns twice as fast as the first, and the next three times as fast as that one, it turns six times
# as fast.
#
# ## Backward: the same product from the other end
#
# For $b$ we could do the same once more: move it a little, and follow the change. With a million
# parameters, that is a million times. So begin at the other end, with the loss, and go back. Ask at
# each value how fast the *loss* grows with it. To find it, take what you found at the next value,
# and multiply by one more slope. **Before you run the next cell:** what comes out for $u$, and for
# $b$?

# %%
product, u, prediction, error, loss = neuron(0.5, b, 2.0, 1.0)
d_loss = 1.0  # the loss grows as fast as itself
d_error = d_loss * 2 * error  # how fast the loss grows with the error, and so on
d_prediction = d_error * 1
d_u = d_prediction * (1 - prediction**2)
d_b = d_u * 1
d_product = d_u * 1
d_w = d_product * 2.0  # times x
print(f"with respect to u {d_u:.3f}, to b {d_b:.3f}, to w {d_w:.3f}")
assert np.allclose((d_error, d_u, d_b, d_w), (-0.8, -0.512, -0.512, -1.024))

# %% [markdown]
# This is the *backward pass*: one multiplication for each step, and all derivatives are there.
#
# ## tinynet walks back for us
#
# A *Tensor* is a number, or an array of numbers, that remembers how it was computed. Otherwise use
# it as you use NumPy's arrays. `requires_grad=True` says: with respect to this one I want the
# derivative. `loss.backward()` is the backward pass, and leaves each derivative in `.grad`.

# %%
x, y = tn.Tensor(2.0), tn.Tensor(1.0)
w, b = tn.Tensor(0.5, requires_grad=True), tn.Tensor(np.log(2) - 1, requires_grad=True)
product, u, prediction, error, loss = neuron(w, b, x, y)
loss.backward()
print("w.grad", w.grad, "  b.grad", b.grad)
assert np.allclose((w.grad, b.grad), (d_w, d_b))
tn.plots.graph(loss, plt.figure(figsize=(12, 2), layout="constrained").gca())
plt.show()

# %% [markdown]
# The picture, which `tn.plots.graph` draws, is the *graph* of the computation. Each value is a
# *node*, and arrows lead to it from the values it was made of: forward along the arrows, backward
# against them. `tn.Graph` knows the steps of both passes and tells each in a sentence, where
# `per unit of u` means: for each 1 by which u grows. Here are the last four.

# %%
for step in list(tn.Graph(loss).steps())[-4:]:
    print(step.sentence)

# %% [markdown]
# Step through the whole of it: in a notebook, the next cell shows each step in the graph. In a
# terminal, `tinynet step --demo neuron` does the same with another neuron.

# %%
tn.Graph(loss)

# %% [markdown]
# ## Two paths
#
# What if a value is used twice? Write $e²$ as $e·e$ and let $e$ grow by $h$. The left factor adds
# $h·e$, the right factor adds $e·h$, together $2e·h$ (and $h²$, which is tiny). That is the other
# half of the chain rule: **what comes back along several paths is added.**

# %%
error = tn.Tensor(-0.4, requires_grad=True)
(error * error).backward()
assert np.isclose(error.grad, 2 * -0.4)

# %% [markdown]
# ## What you can do now
#
# You can cut a formula into steps, draw it as a graph, and find every derivative by multiplying
# slopes along each path, from the end to the beginning, and adding up the paths.
#
# ## Exercises
#
# **2.1** On paper: $x = 3$, $w = 0.2$ and $b = \log(2) − 0.6$, so that $\tanh(u)$ is 0.6 again. But
# now the target is $y = 0$. What is $∂L/∂w$?

# %%
answer = ...
check("2.1", answer)

# %% [markdown]
# **2.2** For another neuron $x = 1$, $u = 5$ and $y = −1$, as wrong as can be. How large is
# $∂L/∂w$? a) Large, since the error is large. b) Almost 0, since tanh is flat at 5. c) Almost 4,
# like the loss.

# %%
answer = ...
check("2.2", answer)

# %% [markdown]
# **2.3** In $L = u·\tanh(u)$, the value $u$ is used twice. Write $∂L/∂u$.


# %%
def answer(u): ...


check("2.3", answer)

# %% [markdown]
# ## Read on
#
# M. Nielsen (2015), *Neural Networks and Deep Learning*, chapter 2,
# neuralnetworksanddeeplearning.com. F. Rosenblatt (1958), *The perceptron*, Psychological Review
# 65: a neuron that learns. C. Olah (2015), *Calculus on Computational Graphs: Backpropagation*,
# colah.github.io.
#
# Next: [3. Forty lines](03_forty_lines.py)
