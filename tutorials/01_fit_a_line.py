# %% [markdown]
# # 1. Fit a line
#
# Learning is three steps, again and again: predict, measure how wrong the prediction is, and change
# the parameters a little such that it gets less wrong. Here we do each by hand, on the smallest
# model there is, a line; then tinynet does the same, to the last digit.

# %%
import numpy as np

import tinynet as tn

rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (50, 1))  # (50, 1): one column, 50 rows
y = 2 * x + 1 + 0.1 * rng.normal(size=x.shape)  # a line with noise

# %% [markdown]
# ## A loss
#
# The model is y_pred = w x + b. How wrong is it? We square each error e = y_pred − y and take the
# mean: the mean squared error. It is 0 only where every point is met, and it grows with each error.


# %%
def mse(w, b):
    return np.mean((w * x + b - y) ** 2)


print(f"the line y = 0 is wrong by {mse(0, 0):.3f}, the true line by {mse(2, 1):.3f}")
assert mse(2, 1) < mse(0, 0)

# %% [markdown]
# ## Its gradient
#
# The gradient says how the loss changes when a parameter grows a little. By the chain rule:
# d loss / d w = mean(2 e · x) and d loss / d b = mean(2 e · 1). Is that right? Ask the loss itself:
# move w a little to both sides and look at the slope (a central difference).


# %%
def gradient(w, b):
    e = w * x + b - y
    return np.mean(2 * e * x), np.mean(2 * e)


h = 1e-6
slope_w = (mse(0.5 + h, 0.3) - mse(0.5 - h, 0.3)) / (2 * h)
slope_b = (mse(0.5, 0.3 + h) - mse(0.5, 0.3 - h)) / (2 * h)
print("by the chain rule:", gradient(0.5, 0.3))
print("by looking:       ", (slope_w, slope_b))
assert np.allclose(gradient(0.5, 0.3), (slope_w, slope_b), atol=1e-8)

# %% [markdown]
# ## Gradient descent
#
# The gradient points uphill, so we step the other way. How far? The learning rate decides.

# %%
w, b, learning_rate = 0.0, 0.0, 0.5
by_hand = []
for _ in range(40):
    grad_w, grad_b = gradient(w, b)
    w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
    by_hand.append(mse(w, b))

print(f"after 40 steps: y = {w:.3f} x + {b:.3f}, loss {by_hand[-1]:.4f}")
assert abs(w - 2) < 0.1 and abs(b - 1) < 0.1
assert all(later <= earlier + 1e-12 for earlier, later in zip(by_hand, by_hand[1:], strict=False))

# %% [markdown]
# ## The same with tinynet
#
# A `Tensor` is an array that remembers how it was computed. `backward()` walks that way back and
# does the chain rule for us, however long the way is. The NumPy line of the loss stays as it was.

# %%
w_tensor = tn.Tensor([[0.0]], requires_grad=True, name="w")
b_tensor = tn.Tensor([0.0], requires_grad=True, name="b")
optimizer = tn.optimizers.SGD([w_tensor, b_tensor], lr=learning_rate)

with_tinynet = []
for _ in range(40):
    loss = np.mean((x @ w_tensor + b_tensor - y) ** 2)
    optimizer.zero_grad()  # forget the gradients of the last step
    loss.backward()  # put d loss / d w in w.grad, d loss / d b in b.grad
    optimizer.step()  # w ← w − learning rate · w.grad
    with_tinynet.append(mse(w_tensor.data.item(), b_tensor.data.item()))

difference = np.max(np.abs(np.array(with_tinynet) - by_hand))
print(f"the two ways differ by at most {difference:.1e}")
assert difference < 1e-12

# %% [markdown]
# ## And once more, shorter
#
# A line is a `Linear` layer, the loss is `tn.losses.mse`, the loop is `tn.fit`. With batches of 10
# rows it takes five small steps where we took one.

# %%
model = tn.layers.Linear(1, 1, rng=0)
optimizer = tn.optimizers.SGD(model.parameters(), lr=0.1)
history = tn.fit(model, tn.losses.mse, optimizer, (x, y), epochs=30, batch_size=10, progress=False)
print(f"y = {model.weight.data.item():.3f} x + {model.bias.data.item():.3f}")
print(f"loss: {history['loss'][0]:.4f} in the first epoch, {history['loss'][-1]:.4f} in the last")
assert history["loss"][-1] < 0.02

# %% [markdown]
# **Try it.** Set `learning_rate` to 2 and look at the losses. What happens, and why? (Each step
# jumps over the minimum and lands further away than it began.)
#
# Next: [02_six_losses.py](02_six_losses.py), other ways to say "wrong".
