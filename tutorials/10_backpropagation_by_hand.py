# %% [markdown]
# # 10. Backpropagation by hand
#
# `backward()` finds every gradient of a network. Could I find them myself, with paper and NumPy?
# And if I make a mistake, how would I notice? On this page you derive each gradient of a network of
# two layers, and hold it against that of tinynet's engine, which computes them for us. Then you put
# in a bug: the network learns all the same, but a check names the rule that is wrong.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

data = tn.datasets.make_spirals(arms=3, rng=0)
x, y = data.x[40::121], data.y[40::121]  # a batch of 5 points: (5, 2) and (5,)
t = np.eye(3)[y]  # (5, 3), one-hot: 1 at the true class, else 0

# %% [markdown]
# ## Forward, with the shapes
#
# The network takes 2 inputs, has 4 hidden units with ReLU, and gives 3 scores; the batch has 5
# rows. All these numbers differ, so NumPy will refuse most factors that stand in the wrong place.
#
# A hidden unit adds up $u = x W_1 + b_1$ and gives $a = \max(0, u)$. The scores are
# $z = a W_2 + b_2$. Softmax makes probabilities $p$ of them, and the cross-entropy is the mean of
# $−\log p$ of the true class.


# %%
def forward(x, t, W1, b1, W2, b2):
    u = x @ W1 + b1  # (N, 4)
    a = np.maximum(0, u)  # (N, 4)
    z = a @ W2 + b2  # (N, 3)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)  # (N, 3), each row adds up to 1
    return u, a, p, -np.mean(np.log(np.sum(t * p, axis=1)))


model = tn.layers.MLP([2, 4, 3], rng=0)  # the engine's network; we use the same numbers
parameters = [parameter.data for parameter in model.parameters()]  # W1, b1, W2, b2
u, a, p, loss = forward(x, t, *parameters)
engine = tn.losses.cross_entropy(y, model(x))
print(f"by hand {loss:.6f}, engine {engine.item():.6f}")
assert np.isclose(loss, engine.item())

# %% [markdown]
# ## Backward, from the loss to the first weight
#
# *Backpropagation* is the chain rule, layer by layer: a layer gets the gradient of what it gave,
# and hands on the gradient of what it got. We begin at the loss.
#
# **The scores.** For one row, softmax and cross-entropy together have the gradient $p − t$
# (tutorial 7). The loss is a mean over $N$ rows, so each row has $1/N$ of a say:
# $∂L/∂z = (p − t)/N$.
#
# Before you run the cell: one number in each row of $p − t$ will be negative. Which, and why?

# %%
figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), layout="constrained")
drawn = {"p: predicted": p, "t: true": t, "p − t": p - t}
for axis, (title, values) in zip(axes, drawn.items(), strict=True):
    axis.imshow(values, cmap="PuOr_r", vmin=-1.6, vmax=1.6)
    for (row, column), value in np.ndenumerate(values):
        axis.text(column, row, f"{value:.2f}".replace("-", "−"), ha="center", va="center")
    axis.set(title=title, xlabel="class", ylabel="row", xticks=range(3))
plt.show()
assert np.all((p - t < 0) == (t == 1)) and np.allclose((p - t).sum(axis=1), 0)

# %% [markdown]
# At the true class the gradient is negative: when this score rises, the loss falls. The other
# scores should fall. Each row adds up to 0, as the rows of $p$ and of $t$ both add up to 1.
#
# **The last weights.** Take one weight $w$, from one unit to one score. In row $i$ it adds $a_i w$
# to that score. So its gradient is a sum over the rows, $∑_i a_i · ∂L/∂z_i$: a column of $a$ times
# one of $∂L/∂z$. For all weights at once this is a matrix product: $∂L/∂W_2 = aᵀ · ∂L/∂z$. The rows
# of $aᵀ$, the *transpose* of $a$, are the columns of $a$. A bias is in all rows: add the rows up.
#
# **The hidden units.** A unit goes into all three scores. If its $a$ grows by 1, each score grows
# by the weight that leads there. So add up over the scores: $∂L/∂a = ∂L/∂z · W_2ᵀ$.
#
# **The bend.** ReLU has the slope 1 where $u > 0$, and 0 elsewhere. The gradient passes where the
# unit is on, and stops where it is off.
#
# **The first weights** are as the last ones, with $x$ in place of $a$. Before you read on, write
# down the shapes of $∂L/∂W_2$, $∂L/∂a$ and $∂L/∂W_1$; the code calls them `dW2`, `da`, `dW1`.


# %%
def backward(x, t, W1, b1, W2, b2, slope=lambda u: u > 0):
    u, a, p, _ = forward(x, t, W1, b1, W2, b2)
    dz = (p - t) / len(x)  # (N, 3)
    dW2, db2 = a.T @ dz, dz.sum(axis=0)  # (4, N) @ (N, 3) = (4, 3), and (3,)
    da = dz @ W2.T  # (N, 3) @ (3, 4) = (N, 4)
    du = da * slope(u)  # (N, 4)
    dW1, db1 = x.T @ du, du.sum(axis=0)  # (2, N) @ (N, 4) = (2, 4), and (4,)
    return dW1, db1, dW2, db2


engine.backward()
for mine, parameter in zip(backward(x, t, *parameters), model.parameters(), strict=True):
    print(f"{mine.shape!s:7} differs by {np.abs(mine - parameter.grad).max():.0e}")
    assert np.allclose(mine, parameter.grad, rtol=1e-12, atol=1e-15)
tn.Graph(engine)

# %% [markdown]
# The same numbers, up to rounding. A gradient has the shape of what it belongs to: each weight has
# a slope. A notebook shows the graph here; step through it, and meet the rules in this order.
#
# ## A bug on purpose
#
# Now forget the bend: hand on `da` as it came, also where the unit is off. Every shape still fits.
# Before you run the cell: will a network with this bug learn, in 300 steps on all 600 points?

# %%
last = []
for slope, style, name in ((lambda u: u > 0, "-", "right"), (np.ones_like, "--", "with the bug")):
    weights, losses = [start.data for start in tn.layers.MLP([2, 16, 3], rng=0).parameters()], []
    for _ in range(300):
        losses.append(forward(data.x, np.eye(3)[data.y], *weights)[-1])
        gradients = backward(data.x, np.eye(3)[data.y], *weights, slope)
        weights = [w - 0.5 * g for w, g in zip(weights, gradients, strict=True)]
    plt.plot(losses, style, color="#D55E00" if style == "--" else "#0072B2", label=name)
    last.append(losses[-1])
plt.gca().set(xlabel="step", ylabel="loss", title="A wrong gradient learns, too, but less")
plt.legend()
plt.show()
assert last[0] < 0.5 and 0.9 < last[1] < losses[0] and min(losses) == last[1]

# %% [markdown]
# It learns: the dashed curve falls to the last step. Without the blue curve you would think that
# the network is too small. A falling loss does not show that a gradient is right. The central
# difference of tutorial 1 does: holding each number of a gradient against that is a *gradient
# check*, in tinynet `tn.gradcheck`. If they differ, it seeks a mistake that gives these numbers.
#
# Below, `tn.primitive` makes a node of the function `bend`, and `defvjp` hands over its backward
# rule: `g` is the upstream gradient, `a` the output, `u` the input. The rule has our bug. Before
# you run the cell: which gradients will be wrong, those of the first layer, of the last, or all?


# %%
@tn.primitive
def bend(u):
    return np.maximum(0, u)


bend.defvjp(lambda g, a, u: g)  # the bug: the gradient is handed on as it came
layers = tn.layers.Sequential(model.layers[0], bend, model.layers[2])  # one after the other
result = tn.gradcheck(layers, tn.losses.cross_entropy, (x, y))
print(result)
assert [row.kind for row in result.rows] == ["mask", "mask", "right", "right"]

# %% [markdown]
# `analytic` comes from the rules, `numerical` from central differences. The last layer is right: on
# the way back it comes before the bend. The verdict names the node and the cure: its rule must be 0
# where ReLU is flat. So multiply with $u > 0$, ones and zeros: such a factor is called a mask.
#
# ## What you can do now
#
# - Derive the gradients of a network with two layers on paper, with their shapes.
# - Write its backward pass in NumPy, and hold it against the engine.
# - Find a wrong rule by a gradient check, even if the network learns.
#
# ## Exercises
#
# **10.1** On paper: a batch of 2 rows and 2 classes. In the first row the network says 0.8 for the
# class that is true, and 0.2 for the other. What is $∂L/∂z$ for the score of the true class?

# %%
answer = ...
check("10.1", answer)

# %% [markdown]
# **10.2** Inputs `x` are (7, 3), the layer has 5 units, and `du` is (7, 5). The gradient of its
# weights is: a) `x @ du` b) `du.T @ x` c) `x.T @ du` d) `x.T @ du / 7`

# %%
answer = ...
check("10.2", answer)

# %% [markdown]
# **10.3** In code: the bend is now tanh, $a = \tanh(u)$, whose slope is $1 − \tanh(u)²$. Write the
# line for `du`, from `da` and the output `a` alone.


# %%
def answer(da, a): ...


check("10.3", answer)

# %% [markdown]
# ## Read on
#
# - Rumelhart, Hinton, Williams, Learning representations by back-propagating errors, *Nature* 1986.
# - Goodfellow, Bengio and Courville, *Deep Learning*, MIT Press 2016, section 6.5.
#
# Next: [11. Steps](11_steps.py)
