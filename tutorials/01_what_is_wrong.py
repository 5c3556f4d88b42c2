# %% [markdown]
# # 1. Fit a line
#
# Learning, in four steps that never change: predict, measure how wrong the prediction is, ask
# which way to move, take a small step. Here they are on the smallest model there is, a line; first
# written out in NumPy, then with tinynet, with the same numbers.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn

# %% [markdown]
# ## The data
#
# Fifty points around the line y = 2x + 1. The computer sees the points, not the 2 and the 1.

# %%
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (50, 1))
y = 2 * x + 1 + 0.2 * rng.normal(size=(50, 1))

# %% [markdown]
# ## Predict, and measure how wrong
#
# The model has two parameters, a weight w and a bias b. The loss is one number for a whole line:
# the mean of the squared errors. It is 0 only when the line goes through every point.


# %%
def loss(w, b):
    error = w * x + b - y  # (50, 1)
    return np.mean(error**2)


print(f"loss of the line w = 0, b = 0: {loss(0, 0):.4f}")
print(f"loss of the line w = 2, b = 1: {loss(2, 1):.4f}")
assert loss(2, 1) < 0.1 < 2 < loss(0, 0)

# %% [markdown]
# ## Which way to move
#
# The gradient says how fast the loss grows when a parameter grows. For one point, with the error
# e = wx + b − y, the chain rule gives
#
# - d(e²)/dw = 2e · de/dw = 2e · x
# - d(e²)/db = 2e · de/db = 2e
#
# and the loss is the mean over the points, so its gradient is the mean of these. Never trust a
# formula that you have just derived: move a parameter a little, and see what the loss does.


# %%
def gradient(w, b):
    error = w * x + b - y  # (50, 1)
    return np.mean(2 * error * x), np.mean(2 * error)


h = 1e-6
slope_w = (loss(h, 0) - loss(-h, 0)) / (2 * h)
slope_b = (loss(0, h) - loss(0, -h)) / (2 * h)
print("gradient by formula:", gradient(0, 0))
print("gradient by trying: ", (slope_w, slope_b))
assert np.allclose(gradient(0, 0), (slope_w, slope_b), atol=1e-8)

# %% [markdown]
# ## Take a small step, and repeat
#
# The gradient points uphill, so we go the other way. How far is the learning rate: too small and it
# takes all day, too large and each step jumps over the valley. This loop is gradient descent.

# %%
learning_rate, w, b = 0.3, 0.0, 0.0
as_in_the_text = learning_rate == 0.3  # what is claimed below is claimed of this one
path, losses = [(w, b)], [loss(w, b)]
for _ in range(60):
    dw, db = gradient(w, b)
    w, b = w - learning_rate * dw, b - learning_rate * db
    path.append((w, b))
    losses.append(loss(w, b))

print(f"after 60 steps: w = {w:.4f}, b = {b:.4f}, loss {losses[-1]:.4f}")
falls = all(later < earlier for earlier, later in zip(losses[:20], losses[1:21], strict=True))
print(f"the loss falls in each of the first 20 steps: {falls}")
if as_in_the_text:
    assert falls

# %% [markdown]
# For a line there is also an exact answer, least squares. We arrived there. The loss that is left
# is the noise, 0.2² = 0.04: no line can remove it.

# %%
exact_w, exact_b = np.polyfit(x.ravel(), y.ravel(), 1)
print(f"least squares:  w = {exact_w:.4f}, b = {exact_b:.4f}")
if as_in_the_text:
    assert np.allclose((w, b), (exact_w, exact_b), atol=1e-4)
    assert 0.02 < losses[-1] < 0.06

# %% [markdown]
# ## The same with tinynet: no gradient by hand
#
# A Tensor remembers how it was computed. `backward()` walks that way back and applies the chain
# rule for us; what we derived above is now in `.grad`. The NumPy formula of the loss stays as it
# is.

# %%
weight, bias = tn.Tensor(0.0, requires_grad=True), tn.Tensor(0.0, requires_grad=True)
loss(weight, bias).backward()
print("gradient by tinynet:", (float(weight.grad), float(bias.grad)))
assert np.allclose((weight.grad, bias.grad), gradient(0, 0), rtol=1e-12)

# %% [markdown]
# And the whole program, with the parts that larger models need too: a layer, a loss, an optimizer.
# Starting from the same line, 60 steps later it stands at the same place, to 12 digits.

# %%
model = tn.layers.Linear(1, 1, rng=0)
model.load_state_dict({"weight": np.zeros((1, 1)), "bias": np.zeros(1)})
optimizer = tn.optimizers.SGD(model.parameters(), lr=learning_rate)
for _ in range(60):
    value = tn.losses.mse(y, model(x))  # predict, and measure how wrong
    optimizer.zero_grad()
    value.backward()  # which way to move
    optimizer.step()  # a small step

print(f"tinynet:        w = {model.weight.item():.4f}, b = {model.bias.item():.4f}")
assert np.allclose((model.weight.item(), model.bias.item()), (w, b), rtol=1e-12, atol=1e-12)

# %% [markdown]
# ## What it looks like
#
# Left: the line turns into the points. Right: the loss as a landscape over w and b, and the way
# down from (0, 0). Each step is at right angles to the curves of equal loss, and shorter where it
# is flat.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), layout="constrained")
left.scatter(x, y, s=12, color="gray", label="data")
for step, color in [(0, "#56B4E9"), (2, "#E69F00"), (60, "#D55E00")]:
    left.axline((0, path[step][1]), slope=path[step][0], color=color, label=f"after {step} steps")
left.set(xlabel="x", ylabel="y", title="The line")
left.legend()
ws, bs = np.meshgrid(np.linspace(-0.5, 3.5, 80), np.linspace(-0.5, 2.5, 80))
heights = [loss(*point) for point in zip(ws.ravel(), bs.ravel(), strict=True)]
right.contour(ws, bs, np.reshape(heights, ws.shape), levels=20, cmap="Blues_r")
right.plot(*np.transpose(path), "o-", color="#D55E00", markersize=3)
right.set(xlabel="w", ylabel="b", title="The loss, and the way down", aspect="equal")
right.set(xlim=(-0.5, 3.5), ylim=(-0.5, 2.5))

if folder := os.environ.get("FIGURES"):
    tn.plots.save(figure, f"{folder}/01_what_is_wrong.png")
else:
    print("the picture opens in a window; FIGURES=. before python keeps it as a file instead")
    plt.show()

# %% [markdown]
# **Try it.** Set `learning_rate` to 1.2 and look at `losses` and at the way in the picture. What
# happens, and why? (Each step jumps over the valley and lands further up than it began.)
#
# Next: [05_six_losses.py](05_six_losses.py), other ways to say "wrong".
