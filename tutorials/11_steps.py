# %% [markdown]
# # 11. Steps
#
# The gradient says where downhill is. How far should I go, and is straight downhill the best way?
# This page draws three ways to take a step, plain, with momentum, and Adam, on a surface with two
# parameters, where one can see them walk. Then it lets the learning rate change on the way.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## A valley
#
# The loss is $L = ½ (w_1² + 20 w_2²)$: a long valley, flat along $w_1$ and steep along $w_2$. Its
# lowest point is (0, 0). The gradient is $(w_1, 20 w_2)$: across the valley the slope changes 20
# times as fast as along it. This ratio is the *condition number* of the surface.
#
# A step of gradient descent, $w − η · ∂L/∂w$, multiplies $w_1$ by $1 − η$ and $w_2$ by $1 − 20η$.
# Before you run the cell: what happens to $w_2$ if $η = 0.09$? And if $η = 0.11$?


# %%
def gradient(w):
    return np.array([1.0, 20.0]) * w


def walk(step, memory=0.0, steps=40):  # step(w, memory, k) gives the next w and memory
    path = [np.array([-4.0, 1.0])]
    for k in range(1, steps + 1):
        w, memory = step(path[-1], memory, k)
        path.append(w)
    return np.array(path)


def plain(w, memory, k, rate=0.09):
    return w - rate * gradient(w), memory


print("w2 with rate 0.09:", walk(plain)[:5, 1].round(3))
print("w2 with rate 0.11:", walk(lambda w, m, k: plain(w, m, k, 0.11))[:5, 1].round(3))
assert np.allclose(walk(plain)[:3, 1], [1, -0.8, 0.64])

# %% [markdown]
# With 0.09 the factor is −0.8: each step jumps to the other side, and lands a little lower. With
# 0.11 it is −1.2: each step lands higher, and the loss grows without end. At $2/20 = 0.1$ it is −1:
# the steep direction allows no larger rate. But then $w_1$ shrinks by a tenth in a step at most.
# The larger the condition number, the longer the flat direction has to wait.
#
# ## A step with memory
#
# A ball does not turn at each slope; it keeps rolling. Its *velocity* $v$ adds up the gradients,
# and each step keeps a share $ρ$ of the old velocity, the *momentum*, here 0.7, often 0.9:
# $v_{k+1} = ρ v_k + ∂L/∂w$, then $w_{k+1} = w_k − η v_{k+1}$. Across the valley the gradient
# changes its sign at each step, and the velocity cancels. Along it the velocity grows: if the
# gradient stays 1, it is 1, then 1.7, then 2.19, and comes close to $1/(1 − 0.7)$, about 3.3.


# %%
def with_momentum(w, v, k):
    v = 0.7 * v + gradient(w)
    return w - 0.06 * v, v


# %% [markdown]
# ## A rate for each parameter
#
# *Adam* keeps two running means for each parameter, $r$ of the gradient and $q$ of its square. In
# $r$ the new number has a share of 0.1, the old mean of 0.9; in $q$ it is 0.001 and 0.999. So $√q$
# is the usual size of the gradient, and the step is $−η · r / √q$: the gradient, measured by its
# usual size. Both means start at 0, so they are too small at first: after one step $r$ is a tenth
# of the gradient. Dividing $r$ by $1 − 0.9^k$ after step $k$, and $q$ by $1 − 0.999^k$, mends that.
# Write down: how far is Adam's first step at $η = 0.3$, where the gradient is (−4, 20)?


# %%
def adam(w, means, k):
    r, q = means or (0.0, 0.0)
    r, q = 0.9 * r + 0.1 * gradient(w), 0.999 * q + 0.001 * gradient(w) ** 2
    usual = np.sqrt(q / (1 - 0.999**k)) + 1e-8  # never 0, since it divides
    return w - 0.3 * r / (1 - 0.9**k) / usual, (r, q)


paths = {"plain": walk(plain), "with momentum": walk(with_momentum), "Adam": walk(adam)}
print("Adam, the first step:", paths["Adam"][1] - paths["Adam"][0])
assert np.allclose(paths["Adam"][1] - paths["Adam"][0], [0.3, -0.3])

# %%
figure, axes = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained", sharey=True)
w1, w2 = np.meshgrid(np.linspace(-4.5, 1.5, 100), np.linspace(-1.2, 1.2, 80))
for axis, (name, path) in zip(axes, paths.items(), strict=True):
    axis.contour(w1, w2, (w1**2 + 20 * w2**2) / 2, levels=[0.2, 1, 3, 6, 10, 16], colors="silver")
    axis.plot(*path.T, "o-", color="#D55E00", markersize=3)
    axis.plot(0, 0, "+", color="#0072B2", markersize=14)
    axis.set(title=f"{name}: {np.hypot(*path[-1]):.3f} from (0, 0)", xlabel="w₁", ylabel="w₂")
plt.show()
assert [np.hypot(*path[-1]).round(2) for path in paths.values()] == [0.09, 0.0, 0.09]

# %% [markdown]
# Each gray curve joins points of the same loss; a title says how far off the 40 steps end, each
# with a rate that suits it. Plain steps jump from side to side and creep along the valley. Momentum
# damps the jumps and gathers speed. Adam first takes 0.3 in each direction: after one step $r / √q$
# is only the sign of the gradient. It swings past the end and returns.
#
# On this surface Adam is no better than plain steps. But multiply the loss by 1000, and Adam takes
# the same steps, where plain ones need another rate; and the gradients of a network's layers can
# differ as much. Below is tinynet's Adam; momentum is `tn.optimizers.SGD` with `momentum=0.7`.

# %%
w = tn.Tensor([-4.0, 1.0], requires_grad=True)
optimizer = tn.optimizers.Adam([w], lr=0.3)
for _ in range(40):
    optimizer.zero_grad()
    np.sum(500 * np.array([1, 20]) * w**2).backward()  # 1000 times the loss
    optimizer.step()
print("1000 times the loss, the same end:", w.data.round(3), paths["Adam"][-1].round(3))
assert np.allclose(w.data, paths["Adam"][-1], atol=1e-6)

# %% [markdown]
# ## Batches, and a rate that falls
#
# The gradient of a batch is that of all rows plus noise. Steps along it are *stochastic gradient
# descent*, SGD; "stochastic" means "by chance". Far from the lowest point the noise hardly matters.
# Near it, the weights never come to rest; a smaller rate makes them tremble less. So begin with a
# large rate and let it fall. A rate that depends on the step is a *schedule*; it is given as `lr`.
# It often begins with a *warmup*, a rise from 0, as the first gradients are large and tell little.
# `cosine` falls to 0 along half a wave; `+` puts one after the other. Before you run the cell: a
# line is fitted with batches of 8. Draw how its weight moves, at a constant rate and at this one.

# %%
rng = np.random.default_rng(0)
x = rng.uniform(-1, 1, (200, 1))
y = 2 * x + 1 + rng.normal(size=(200, 1))
falling = tn.schedules.warmup(0.2, steps=20) + tn.schedules.cosine(0.2, steps=380)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
trembling = []
for rate, style, color in ((lambda k: 0.2, "--", "#0072B2"), (falling, "-", "#D55E00")):
    model, weights = tn.layers.Linear(1, 1, rng=0), []
    optimizer = tn.optimizers.SGD(model.parameters(), lr=rate)
    for rows in np.random.default_rng(0).integers(200, size=(400, 8)):
        optimizer.zero_grad()
        tn.losses.mse(y[rows], model(x[rows])).backward()
        optimizer.step()
        weights.append(model.weight.item())
    left.plot([rate(k) for k in range(400)], style, color=color)
    right.plot(weights, style, color=color)
    trembling.append(np.std(weights[-50:]))
right.axhline(np.polyfit(x[:, 0], y[:, 0], 1)[0], color="gray", linestyle=":")
left.set(xlabel="step", ylabel="learning rate", title="Two schedules: constant, and falling")
right.set(xlabel="step", ylabel="weight", title="The falling rate comes to rest")
plt.show()
assert trembling[1] < trembling[0] / 5

# %% [markdown]
# The dashed weight trembles to the end, the other comes to rest, next to least squares (dotted).
#
# ## What you can do now
#
# - Say which rate a surface allows, and why a valley makes plain steps slow.
# - Write momentum and Adam in a few lines each, and say what each is good for.
# - Let the learning rate rise and fall by a schedule, and say what noise has to do with it.
#
# ## Exercises
#
# **11.1** On paper: $L = ½ (w_1² + 50 w_2²)$. Above which rate do plain steps grow without end?

# %%
answer = ...
check("11.1", answer)

# %% [markdown]
# **11.2** By mistake a loss is the sum over 200 rows, no longer the mean. Which one takes the same
# steps as before? a) plain steps b) momentum c) Adam

# %%
answer = ...
check("11.2", answer)

# %% [markdown]
# **11.3** In code: one step with momentum, $ρ = 0.9$ and $η = 0.1$, from the place `w`, with the
# old velocity `v` and the gradient `g`. Return the new `w`.


# %%
def answer(w, v, g): ...


check("11.3", answer)

# %% [markdown]
# ## Read on
#
# - Goh, Why momentum really works, *Distill* 2017: the valley, with handles to pull.
# - Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015.
#
# Next: [12. Where training starts](12_where_training_starts.py)
