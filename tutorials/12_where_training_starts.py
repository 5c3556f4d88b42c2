# %% [markdown]
# # 12. Where training starts
#
# Gradient descent goes downhill from where it stands. So where should it stand at first? May all
# weights be the same? Why do people take random numbers, and how large? This page shows how to fail
# before the first step, and the rule that avoids it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

rng = np.random.default_rng(0)
spirals = tn.datasets.make_spirals(arms=3, rng=0)

# %% [markdown]
# ## All the same
#
# The choice of the first weights is called *initialisation*. Take a network with four hidden units,
# and set every weight and bias to 0.5. Before you run the cell: its first gradient has a column for
# each hidden unit. How do these columns differ?

# %%
model = tn.layers.MLP([2, 4, 1], rng=0)
for parameter in model.parameters():
    parameter.data[:] = 0.5
tn.losses.mse(spirals.y[:, None], model(spirals.x)).backward()
first = model.parameters()[0]
print(first.grad.round(4))
assert np.all(first.grad == first.grad[:, :1]) and np.any(first.grad != 0)

# %% [markdown]
# They do not. Units with the same weights get the same gradient, and stay the same forever: four
# units that do the work of one. Random weights make them different.
#
# ## How large?
#
# A unit adds up $n$ products, one for each input; $n$ is its *fan-in*. How large is the sum? The
# *variance* of numbers, $s²$, is their mean squared distance from their mean; its root $s$ is the
# *standard deviation*. An input $x$ times a weight of variance $s²$ has the variance $s²x²$. When
# independent numbers are added (one says nothing about another), their variances add. So if the
# $x²$ are 1 on average, and the weights have the mean 0, the sum $u$ has the variance $n s²$.
#
# Before you run the cell: a unit has 100 inputs, and weights with the standard deviation 1. What is
# the standard deviation of $u$? And with weights of 0.1?

# %%
x = rng.normal(size=(500, 100))  # 500 rows, 100 inputs of variance 1
sizes = [np.std(x @ rng.normal(0, s, size=(100, 100))) for s in (1, 0.1)]
print("u has the standard deviations", np.round(sizes, 2))
assert np.allclose(sizes, [10, 1], rtol=0.05)

# %% [markdown]
# $√100 = 10$ times that of the weights. One layer with weights of 1 makes everything 10 times as
# large, two layers 100 times. We want the factor 1. But ReLU sets half of the $u$ to 0, and so
# loses half of their mean square. Hence Kaiming He's rule, $s² = 2/n$ (for tanh it is about $1/n$).
#
# The next cell sends a signal through 20 layers, with ¼, 1 and 4 times this variance: $0.5/n$,
# $2/n$, $8/n$. Each layer should change its size by the roots, ½, 1 and 2. Then a gradient goes
# back, by the rules of tutorial 10. Before you run it: how large is ½ to the power of 20?


# %%
def through(factor):
    Ws = rng.normal(0, np.sqrt(factor / 100), size=(20, 100, 100))
    a, us, g, slopes = x, [], rng.normal(size=(500, 100)), []
    for W in Ws:
        us.append(a @ W)
        a = np.maximum(0, us[-1])
    for W, u in zip(Ws[::-1], us[::-1], strict=True):
        g = (g * (u > 0)) @ W.T
        slopes.append(g)
    return np.std(us, axis=(1, 2)), np.std(slopes, axis=(1, 2))


# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", sharey=True)
for factor, style, color in ((8, "^-", "#D55E00"), (2, "o-", "#0072B2"), (0.5, "s-", "#009E73")):
    forth, back = through(factor)
    left.semilogy(range(1, 21), forth, style, color=color, label=f"variance {factor}/n")
    right.semilogy(range(20, 0, -1), back, style, color=color)
    assert np.allclose(np.log2([forth[-1], back[-1]]), 10 * np.log2(factor / 2), atol=2.5)
left.set(ylabel="standard deviation", title="The signal goes to the right")
right.set(title="The gradient comes back to the left")
plt.setp((left, right), xlabel="layer", xticks=(1, 5, 10, 15, 20))
left.legend()
plt.show()

# %% [markdown]
# The lines are straight on an axis whose marks go up by factors: each layer multiplies by the same
# number. Half to the power of 20 is a millionth. A gradient that shrinks like that on its way back
# is a *vanishing gradient*: the first layers hardly move. One that grows is an *exploding
# gradient*: the first step throws every weight far away. Between them lies $2/n$.
#
# ## Does it matter?
#
# `Linear` starts with the variance $2/n$, and biases of 0. We train eight hidden layers on the
# spirals from there, and from the same numbers times 0.3 and times 3. `tn.fit` is the loop of
# tutorial 9, here with all rows in one batch; it returns the loss of each epoch. A loss of
# $\log 3 = 1.099$ means "a third for each class".


# %%
def train(model, loss, rows, rate, epochs):
    sgd = tn.optimizers.SGD(model.parameters(), lr=rate)
    return tn.fit(model, loss, sgd, rows, epochs=epochs, batch_size=600, progress=False)["loss"]


for scale in (0.3, 1, 3):
    model = tn.layers.MLP([2, *[16] * 8, 3], rng=0)  # eight hidden layers of 16 units
    for parameter in model.parameters():
        parameter.data *= scale
    loss = tn.losses.cross_entropy(spirals.y, model(spirals.x))
    slope = np.abs(loss.gradient(model.parameters()[0])).max()
    end = train(model, tn.losses.cross_entropy, spirals, rate=0.1, epochs=300)[-1]
    print(f"start times {scale:3}: largest slope {slope:.0e}, loss {end:.3f} at the end")
    assert (end < 0.5) == (scale == 1) == (1e-3 < slope < 1) and end < np.log(3) + 1e-3
assert np.all(tn.layers.Sequential(*model.layers[:-1])(spirals.x).data == 0)  # see below

# %% [markdown]
# The slopes are the first layer's, before training. Only the start in the middle learns. From the
# first the gradient vanishes. From the last it explodes; one more experiment shows what breaks.
#
# ## Units that never wake again
#
# A ReLU unit with one input gives $\max(0, u)$ with $u = wx + b$, a line. Twelve such units fit
# $y = 4 − 2x$, with a learning rate that is too large. Before you run the cell: what is the
# gradient of a unit whose line lies below 0 for every row?

# %%
x = np.linspace(-1, 1, 41)[:, None]
y, model = 4 - 2 * x, tn.layers.MLP([1, 12, 1], rng=0)
figure, panels = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
for panel, title in zip(panels, ("At the start", "Two steps later"), strict=True):
    u = model.layers[0](x).data
    dead = np.all(u <= 0, axis=0)
    panel.plot(x, u[:, ~dead], color="#0072B2")
    panel.plot(x, u[:, dead], ":", color="#D55E00")
    panel.axhline(0, color="black")
    panel.set(xlabel="x", ylabel="u", title=f"{title}: {dead.sum()} of 12 units are dead")
    train(model, tn.losses.mse, (x, y), rate=0.5, epochs=2)
plt.show()
losses = train(model, tn.losses.mse, (x, y), rate=0.05, epochs=300)
print(f"300 careful steps later: loss {losses[-1]:.3f}; variance of y: {np.var(y):.3f}")
assert dead.all() and np.isclose(losses[-1], np.var(y)) and np.isclose(np.var(y), 1.4)
normalised = tn.layers.BatchNorm1d(12)(u).data  # see below
assert np.allclose(normalised.var(axis=0), 1, atol=0.01) and np.all(np.any(normalised > 0, axis=0))

# %% [markdown]
# It is 0. Such a unit is a *dead unit*: it gives 0 for every row, no gradient passes its bend, and
# so no step moves it again. Here two steps pushed all lines below the black one. What is left is a
# constant, and the best loss of a constant is the variance of $y$. In the run above that began with
# 3 times the weights, the last hidden layer is dead, too. Smaller steps are the first cure.
# *Normalisation* is another: in every step `BatchNorm1d` moves and shrinks the $u$ of each unit, so
# that over the rows of the batch their mean is 0 and their variance 1. Then some lie above 0.
#
# ## What you can do now
#
# You can say why first weights are random, and find their variance from the fan-in; tell vanishing
# from exploding gradients; recognise dead units, and say why they stay dead.
#
# ## Exercises
#
# **12.1** On paper: which variance fits the weights of a ReLU layer with 50 inputs and 200 units?

# %%
answer = ...
check("12.1", answer)

# %% [markdown]
# **12.2** All parameters of `MLP([2, 16, 1])` are 0, all targets 5, the loss is `mse`. Which get a
# gradient other than 0 in the first step? a) all b) the last weights and bias c) the last bias

# %%
answer = ...
check("12.2", answer)

# %% [markdown]
# **12.3** In code: `a` has a row for each point and a column for each ReLU unit, and holds what the
# units gave. Return the share of dead units, a number from 0 to 1.


# %%
def answer(a): ...


check("12.3", answer)

# %% [markdown]
# ## Read on
#
# - Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks,
#   AISTATS 2010.
# - He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015: $2/n$.
# - Ioffe and Szegedy, Batch normalization, ICML 2015.
#
# Next: [13. Seen and unseen](13_seen_and_unseen.py)
