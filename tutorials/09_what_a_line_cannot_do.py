# %% [markdown]
# # 9. What a line cannot do
#
# One neuron tells two classes apart by a line: on one side its score is positive, on the other
# negative. What if no line lies between them? On this page two neurons and a bend solve a problem
# that no line can solve. The same idea, with more neurons, then learns three spiral arms.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

rng = np.random.default_rng(0)

# %% [markdown]
# ## Two switches and a lamp
#
# A lamp on the stairs has two switches, one at the bottom and one at the top. It is on when exactly
# one of them is up. Four rows say everything; this table is called XOR, "exclusive or".
#
# A neuron with two inputs gives the score $z = w_1 x_1 + w_2 x_2 + b$, and says "on" where $z > 0$.
# The next cell tries 100,000 neurons with random weights: `switches @ w` multiplies each row of
# switches with each column of weights, and adds up. Write down how many will get all rows right.

# %%
switches, lamp = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
w, b = rng.normal(size=(2, 100_000)), rng.normal(size=100_000)
score = switches @ w + b  # (4, 100000): a row for each state, a column for each neuron
right = np.sum((score > 0) == lamp[:, None], axis=0)
print("neurons with 0, 1, 2, 3, 4 rows right:", np.bincount(right, minlength=5))
assert right.max() == 3

# %% [markdown]
# Not one, and not by bad luck. The four scores are $b$, $w_2 + b$, $w_1 + b$, $w_1 + w_2 + b$. The
# first and the last add up to $w_1 + w_2 + 2b$, and so do the two in the middle. But the first and
# the last must not be positive, and the two in the middle must be. The same sum cannot be both.
#
# ## A bend
#
# Take two neurons, and let each cut off what is negative: $a_1 = \max(0, x_1 − x_2)$ and
# $a_2 = \max(0, x_2 − x_1)$. This activation, $\max(0, u)$, is called *ReLU*, for "rectified linear
# unit": a straight line with one bend, at 0. A third neuron looks only at $a_1$ and $a_2$:
# $z = a_1 + a_2 − ½$.
#
# Before you run the cell: what are $a_1$, $a_2$ and $z$ in each of the four rows?

# %%
W1, b1 = np.array([[1, -1], [-1, 1]]), np.array([0, 0])  # a column for each neuron
W2, b2 = np.array([1, 1]), -0.5
a = np.maximum(0, switches @ W1 + b1)  # (4, 2)
z = a @ W2 + b2  # (4,)
print("x1 x2 a1 a2    z", np.column_stack([switches, a, z]), sep="\n")
assert z.tolist() == [-0.5, 0.5, 0.5, -0.5]

# %% [markdown]
# All four are right. The picture shows why: on the left the inputs, on the right what the last
# neuron sees of them.

# %%
figure, panels = plt.subplots(1, 2, figsize=(8.5, 3.8), layout="constrained")
for panel, points in zip(panels, (switches, a), strict=True):
    for state, marker, color in (("off", "s", "#0072B2"), ("on", "o", "#D55E00")):
        chosen = points[lamp == (state == "on")]
        panel.scatter(*chosen.T, s=120, marker=marker, color=color, label=f"lamp {state}")
panels[0].set(xlabel="x₁", ylabel="x₂", title="The inputs: no line lies between")
panels[1].set(xlabel="a₁", ylabel="a₂", title="After the bend: one line is enough")
panels[1].axline((0, 0.5), (0.5, 0), color="gray", linestyle="--", label="z = 0")
panels[1].legend()
plt.show()

# %% [markdown]
# Left, each kind sits at opposite corners. Right, both rows with the lamp off have moved to the
# same place, (0, 0), and the dashed line separates them from the others.
#
# ## Words for what we have built
#
# Neurons that stand side by side and get the same inputs form a *layer*; a neuron in it is also
# called a *unit*. A *hidden layer* is one whose outputs $a$ only the next layer sees. Layers one
# after the other, with an activation between them, are a *multilayer perceptron*. In code a layer
# is one line, `x @ W + b`: $W$ has a row for each input and a column for each unit.
#
# The bend is what matters. Without it, two layers are one: $(x W_1 + b_1) W_2 + b_2$ is $x W + b$
# with $W = W_1 W_2$ and $b = b_1 W_2 + b_2$. A line of a line is a line.

# %%
without_bend = (switches @ W1 + b1) @ W2 + b2
one_layer = switches @ (W1 @ W2) + (b1 @ W2 + b2)
print("two layers without a bend:", without_bend, "one layer:", one_layer)
assert np.allclose(without_bend, one_layer) and not np.any(without_bend > 0)

# %% [markdown]
# ## Weights that nobody could guess
#
# For XOR we found the weights by thinking. For three spiral arms, a network must learn them. We
# keep a fifth of the 600 points aside, to ask for them at the end. `Linear(2, 3)` is a layer with 2
# inputs and 3 units, one for the score of each arm. `MLP([2, 16, 16, 3])` is a multilayer
# perceptron: 2 inputs, two hidden layers of 16 units with ReLU, and 3 units for the scores.

# %%
shown, aside = tn.datasets.make_spirals(arms=3, rng=0).split((0.8, 0.2), rng=0)
line = tn.layers.Linear(2, 3, rng=0)
network = tn.layers.MLP([2, 16, 16, 3], rng=0)
print(network)
assert (len(shown), len(aside)) == (480, 120)

# %% [markdown]
# The loop is that of tutorial 1, with two changes. First, a step does not look at all 480 points,
# but at 32 of them, a *batch*: they tell the direction well enough, and cost a fifteenth. After 15
# batches each point was used once; this is one *epoch*. For the next one, the points are shuffled.
#
# Second, an *optimizer* holds the parameters and the learning rate `lr`. `zero_grad()` forgets the
# old gradient, to which `backward()` would add. `step()` moves each parameter against the new one.


# %%
def train(model, epochs):
    shuffle = np.random.default_rng(0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)  # tutorial 11 opens it
    for _ in range(epochs):
        for rows in np.split(shuffle.permutation(len(shown)), 15):  # 15 batches of 32 points
            loss = tn.losses.cross_entropy(shown.y[rows], model(shown.x[rows]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return loss.item()  # of the last batch


# %% [markdown]
# The *accuracy* is the share of points whose largest score belongs to the right class. Guessing
# gives 1 in 3. Before you run the cell: what do you expect on the points aside, for each model?

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
accuracy = []
for model, name, axis in zip((line, network), ("Three lines", "Network"), axes, strict=True):
    last = train(model, epochs=60)
    accuracy.append(tn.metrics.accuracy(aside.y, model(aside.x).data))
    tn.plots.decision_boundary(model, aside, axis)
    axis.set_title(f"{name}: {accuracy[-1]:.0%} of the points aside are right")
    print(f"{name}: last loss {last:.3f}, accuracy {accuracy[-1]:.3f}")
assert accuracy[0] < 0.6 and accuracy[1] > 0.95
plt.show()

# %% [markdown]
# A *decision boundary* is where the answer changes from one class to another. Three lines reach
# little more than guessing. The network's boundary follows the arms in straight pieces; it bends
# where a ReLU unit switches on or off. And it is right on points that it never saw.
#
# ## What you can do now
#
# - Show that no line solves XOR, and solve it with two units and a bend.
# - Say what a layer, a unit, a batch and an epoch are, and why an activation stands between layers.
# - Train a multilayer perceptron, and see what it has learned in its decision boundary.
#
# ## Exercises
#
# **9.1** On paper: a switch of the lamp may now stand anywhere. What score $z$ does the network of
# the first half of the page ($a_1$, $a_2$, then $z = a_1 + a_2 − ½$) give for $x_1 = 3$, $x_2 = 1$?

# %%
answer = ...
check("9.1", answer)

# %% [markdown]
# **9.2** On paper: how many parameters does `MLP([4, 10, 3])` have? (Your way of counting must give
# 371 for `MLP([2, 16, 16, 3])`, as in the table above.)

# %%
answer = ...
check("9.2", answer)

# %% [markdown]
# **9.3** Which function between two layers is no help, so that the two still draw one line?
# a) $\tanh(u)$ b) $3u + 1$ c) $u²$

# %%
answer = ...
check("9.3", answer)

# %% [markdown]
# **9.4** In code: a hat, made of straight lines. It is 0 up to $x = 0$, rises to 1 at $x = 1$,
# falls to 0 at $x = 2$, and stays 0. Add up three units, each a weight times `np.maximum(0, …)`.


# %%
def answer(x): ...


check("9.4", answer)

# %% [markdown]
# ## Read on
#
# - Minsky and Papert, *Perceptrons*, MIT Press 1969: what a line cannot do, proved.
# - Glorot, Bordes and Bengio, Deep sparse rectifier neural networks, AISTATS 2011: why ReLU.
#
# Next: [10. Backpropagation by hand](10_backpropagation_by_hand.py)
