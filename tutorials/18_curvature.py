# %% [markdown]
# # 18. Curvature
#
# *Why does training with a learning rate of 0.3 blow up, when with 0.2 all is well?* The gradient
# says which way is down, but not how far to go: that depends on how fast the slope itself changes.
# This page measures that, finds the largest rate that works, and then watches a network walk along
# the edge of what its rate allows.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## 0.2 and 0.3, on one parabola
#
# Take the loss $L = 4w²$. Its slope is $8w$, and it is lowest at 0. **Before you run the cell:** we
# start at $w = 1$. Where does one step end with $η = 0.2$? And with $η = 0.3$?

# %%
w = np.linspace(-4, 4, 100)
plt.plot(w, 4 * w**2, color="gray")
for rate, mark, color in [(0.2, "s--", "#0072B2"), (0.3, "o-", "#D55E00")]:
    path = [1.0]
    for _ in range(4):
        path.append(path[-1] - rate * 8 * path[-1])
    print(f"η = {rate}:", *(f"{place:.2f}" for place in path))
    plt.plot(path, 4 * np.square(path), mark, color=color, label=f"η = {rate}")
plt.gca().set(xlabel="w", ylabel="loss", title="0.2 walks down, 0.3 climbs out of the same bowl")
plt.legend()
plt.show()
assert np.allclose(path, [1, -1.4, 1.96, -2.744, 3.8416])  # each −1.4 times the one before

# %% [markdown]
# Both paths jump across the bowl, but the dashed one lands lower each time, the other one higher. A
# step takes $w$ to $w − η · 8w = (1 − 8η) · w$: that is $−0.6w$ or $−1.4w$. The 8 is the slope of
# the slope, the second derivative of the loss: its *curvature*, $H$. A step multiplies by $1 − ηH$.
# If this is below −1, each jump is longer than the one before. Gradient descent is *stable* for
#
# $$H < 2/η$$
#
# With $η = 0.2$ the limit is 10, with $η = 0.3$ only 6.67. Our $H$ is 8; in tutorial 11 it was 20.
#
# ## Two parameters: the curvature has directions
#
# The line $ŷ = wx + b$ has two parameters, and its loss is a bowl over a plane. It has four second
# derivatives: how the slope in $w$ or in $b$ changes as $w$ or $b$ moves. The square table of them
# is the *Hessian*, also $H$; `tn.hessian` makes it. Two directions, at right angles, are special:
# there the bowl curves most, and least. The curvatures in them are the *eigenvalues* of $H$.
# **Before you run the cell:** suppose the larger one sets the limit of the rate. The cell tries a
# rate one per cent below it, and one per cent above. How much will that matter after 1000 steps?

# %%
x = np.linspace(0, 2, 50)  # the points lie on the line y = 2x + 1


def line_loss(both):
    return np.mean((both[0] * x + both[1] - (2 * x + 1)) ** 2)


hessian = tn.hessian(line_loss)(np.zeros(2))
least, most = np.linalg.eigvalsh(hessian)  # NumPy finds the eigenvalues
print(hessian.round(3), f" eigenvalues {least:.3f} and {most:.3f}, limit of η: {2 / most:.3f}")
for rate in (0.99 * 2 / most, 1.01 * 2 / most):
    both = np.zeros(2)
    for _ in range(1000):
        both = both - rate * tn.grad(line_loss)(both)
    print(f"η = {rate:.3f}: the loss after 1000 steps is {line_loss(both):.3g}")
    assert line_loss(both) < 1e-9 if rate < 2 / most else line_loss(both) > 1e9

# %% [markdown]
# Below the limit the loss goes to 0, above it the loss explodes. So the largest eigenvalue sets the
# limit: it is enough if the jumps grow in one direction, the most curved one.
#
# ## Newton: let the curvature choose the step
#
# Why not divide the slope by the curvature? On our parabola that goes exactly to the bottom, since
# $w − 8w / 8 = 0$. This is *Newton's method*: $w_{k+1} = w_k − (dL/dw) / H$, with slope and
# curvature at $w_k$. On a loss that is no parabola it takes a few steps. Take $L = \exp(w) − 2w$,
# lowest at $\log 2$, where its slope $\exp(w) − 2$ is 0. **Before you run the cell:** from $w = 0$,
# the distances to $\log 2$ are 0.7, 0.3, 0.04, 0.0009. Guess the next one.

# %%
slope = tn.grad(lambda w: np.exp(w) - 2 * w)
place, off = 0.0, []
for _ in range(5):
    off.append(abs(place - np.log(2)))
    place = place - slope(place) / tn.grad(slope)(place)
print("distances:", *(f"{distance:.1g}" for distance in off))
assert np.allclose(off, [0.7, 0.3, 0.04, 9e-4, 4e-7], rtol=0.1)

# %% [markdown]
# 0.0000004: each is about half the square of the one before, so a step doubles the number of right
# digits. `tn.optimizers.Newton` adds safeguards: far from the bottom a whole step can be too long,
# and a negative curvature leads uphill. The price: 1000 parameters need a table of a million.
#
# ## The largest curvature, without the table
#
# $H$ times a direction tells how the gradient changes in that direction. This *Hessian-vector
# product*, `tn.hvp`, needs no table. Multiply the result by $H$ again, and again: its part in the
# most curved direction grows most, and soon little else is left. Then a product multiplies its
# length by the largest eigenvalue (if no negative one is larger in size), the loss's *sharpness*.


# %%
def sharpness(loss, parameters, direction, times):
    for _ in range(times):
        product = tn.hvp(loss, parameters, direction)
        size = np.sqrt(sum(np.sum(part**2) for part in product))
        direction = [part / size for part in product]  # of length 1 again
    return size, direction


assert np.isclose(sharpness(line_loss, [np.zeros(2)], [np.ones(2)], 10)[0], most)

# %% [markdown]
# ## The edge of stability
#
# A network is no bowl: its curvature changes on the way. The next one, with two hidden layers,
# learns a sine wave. (`step(x, y)` takes a step of gradient descent, and returns the loss.)
# **Before you run the cell:** with $η = 0.1$ the limit is $2/η = 20$, and training begins at a
# sharpness of 8. Where will it go?

# %%
x = np.linspace(-1, 1, 40)[:, None]


def loss(w1, b1, w2, b2, w3, b3):
    return np.mean((np.tanh(np.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3 - np.sin(3 * x)) ** 2)


figure, (upper, lower) = plt.subplots(2, 1, sharex=True, layout="constrained")
for rate, style, color in [(0.1, "-", "#0072B2"), (0.15, "--", "#D55E00")]:
    model = tn.layers.MLP([1, 16, 16, 1], activation=tn.layers.Tanh, rng=2)
    step = tn.training.Step(model, tn.losses.mse, tn.optimizers.SGD(model.parameters(), lr=rate))
    parameters = [parameter.data for parameter in model.parameters()]  # step changes these arrays
    losses, sharp, direction = [], [], [np.ones_like(p) for p in parameters]
    for k in range(2000):
        if k % 50 == 0:  # the direction is known from before, so that four products are enough
            size, direction = sharpness(loss, parameters, direction, 4 if k else 20)
            sharp.append(size)
        losses.append(float(step(x, np.sin(3 * x))))
    upper.plot(range(0, 2000, 50), sharp, style, color=color, label=f"η = {rate}")
    upper.axhline(2 / rate, color=color, linestyle=":")
    lower.semilogy(losses, style, color=color)
    assert round(sharp[0]) == 8 and abs(np.mean(sharp[-12:]) / (2 / rate) - 1) < 0.15
upper.set(ylabel="sharpness", title="The sharpness climbs to 2/η (dotted), and stays about there")
upper.legend()
lower.set(xlabel="step", ylabel="loss")
plt.show()

# %% [markdown]
# It climbs to the limit and a little beyond, then falls back, each time with a spike of the loss.
# Beyond $2/η$ the jumps in the most curved direction grow, as on the parabola. But here they throw
# the weights to a wider place, and training goes on. This is the *edge of stability*: the rate says
# how sharp a valley can be where one stays. Why the sharpness climbs is an open question.
#
# ## What you can do now
#
# You can say which rate a curvature allows, take Newton's steps, and measure the sharpness of a
# network without its Hessian. You can read the spikes in a loss: a run at the edge of stability.
#
# ## Exercises
#
# **18.1** On paper. Below which learning rate does gradient descent reach the bottom of $L = 3w²$?

# %%
answer = ...
check("18.1", answer)

# %% [markdown]
# **18.2** Gradient descent with $η = 0.04$ has run for a long time. The loss falls, with a spike
# now and then. Near which value is the sharpness? a) 0.04 b) 25 c) 50

# %%
answer = ...
check("18.2", answer)

# %% [markdown]
# **18.3** Return where one step of Newton's method from `w` ends on $L = √(1 + w²)$. Try it from
# 0.5 and from 2, several steps each.


# %%
def answer(w): ...


check("18.3", answer)

# %% [markdown]
# ## Read on
#
# - J. Cohen and others (2021), *Gradient descent on neural networks typically occurs at the edge of
#   stability*, ICLR, arXiv:2103.00065.
# - J. Nocedal, S. Wright (2006), *Numerical Optimization*, Springer: Newton's method, made safe.
#
# Next: [19. Inside tinynet](19_inside_tinynet.py)
