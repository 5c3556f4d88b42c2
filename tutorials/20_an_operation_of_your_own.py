# %% [markdown]
# # 20. An operation of your own
#
# Must I write down a derivative for each function that I invent? Rarely: tinynet knows those of
# NumPy's functions, and chains them. This page shows three cases where one writes a rule all the
# same (digits are lost, the slope shall be another, NumPy's function is not known), how short such
# a rule is, and how to check it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Often you need none, until digits are lost
#
# The *softplus*, $\log(1 + \exp x)$, is a $\max(x, 0)$ with a round corner. It is made of functions
# that tinynet knows, so `tn.value_and_grad(composed)` gives its value and its slope, which is the
# sigmoid: at 0 they must be $\log 2$ and ½. Far to the left softplus is almost $\exp x$, far to the
# right almost $x$ with slope 1: harmless numbers. **Before you run the cell:** what will it give
# for the value at −40, and for the slope at 1000?


# %%
def composed(x):
    return np.log(1 + np.exp(x))


with np.errstate(all="ignore"):  # NumPy would warn of the overflow
    for x in (0.0, -40.0, 1000.0):
        value, slope = tn.value_and_grad(composed)(x)
        print(f"composed at {x:6}: value {value:.3g}, slope {slope:.3g}")
    assert np.allclose(tn.value_and_grad(composed)(0.0), (np.log(2), 0.5))
    assert composed(-40.0) == composed(-37.0) == 0  # wrong: they are 4.2e-18 and 8.5e-17
    assert tn.grad(composed)(1000.0) == 0  # wrong: it is 1

# %% [markdown]
# Both are 0. At −40 the computer adds 4e-18 to 1, and has 16 digits to do so: the sum is 1, and its
# log 0. At 1000 the $\exp$ overflows to ∞. There the log has the slope 1/∞, which is 0, and on the
# way back tinynet lets 0 times ∞ be 0. The cure for the value is another formula, in which no
# exponential is above 1: $\max(x, 0) + \log(1 + \exp(−|x|))$. With `np.log1p(r)` for
# `np.log(1 + r)` it keeps the digits of a small `r`.
#
# ## A primitive: a value, and its rule below
#
# Often a better formula is enough. This one has a trap: $\max(x, 0)$ and $|x|$ have a corner at 0.
# In the sum the corners cancel, but the engine sees each alone, and its second derivative at 0 is 0
# in place of ¼. So we say the slope ourselves: by the chain rule $\exp x / (1 + \exp x)$. If `y` is
# the softplus, $1 + \exp x$ is `exp(y)`, so this is `exp(x - y)`: no corner, no overflow. A rule
# gets the upstream gradient `g`, the output `y` and the arguments, and returns `g` times the slope.


# %%
@tn.primitive
def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.defvjp(lambda g, y, x: g * np.exp(x - y))

assert np.isclose(softplus(-40.0), np.exp(-40), rtol=1e-15)
assert tn.grad(softplus)(1000.0) == 1
assert tn.grad(tn.grad(softplus.forward))(0.0) == 0  # the formula without its rule
assert np.isclose(tn.grad(tn.grad(softplus))(0.0), 0.25)

# %%
xs = np.linspace(-45, 0, 400)
for function, color, style in [(composed, "#D55E00", "-"), (softplus, "#0072B2", "--")]:
    error = np.abs(function(xs) / np.logaddexp(0, xs) - 1)  # NumPy's own softplus has all digits
    plt.semilogy(xs, np.maximum(error, 1e-17), style, color=color, label=function.__name__)
plt.gca().set(xlabel="x", ylabel="relative error", title="The composed formula loses its digits")
plt.legend()
plt.show()
assert np.all(error < 1e-15)  # of softplus, the last

# %% [markdown]
# Each step of 2.3 to the left makes $\exp x$ ten times smaller, and costs the composed formula one
# digit. At −37 none is left: the error is 100 %. The primitive loses none (0 is drawn at 1e-17).
#
# ## Check it, always
#
# `tn.gradcheck` compares a rule with central differences. With `order=2` it checks the second
# derivative, too, which nobody wrote: a rule is made of NumPy's functions, so it can be
# differentiated like anything else. (Therefore a rule uses only functions that tinynet knows, and
# changes no array in place.) The most common slip is to forget `g`. As long as softplus is the last
# step, `g` is 1, and nobody sees it. **Before you run the cell:** will the check?

# %%
points = np.array([-3.0, -0.5, 0.2, 4.0])
assert tn.gradcheck(softplus, points, order=2)
slipped = tn.primitive(softplus.forward).defvjp(lambda g, y, x: np.exp(x - y))
verdict = tn.gradcheck(slipped, points)
print(verdict.rows[0].verdict)
assert tn.grad(slipped)(0.5) == tn.grad(softplus)(0.5)  # by itself it looks right
assert not verdict and verdict.rows[0].kind == "upstream"

# %% [markdown]
# It does, since it tries other upstream gradients than 1.
#
# ## A slope that you choose
#
# Suppose that a weight may only be −1, 0 or 1, and is rounded to the nearest of them. That is a
# staircase. Its slope is 0 wherever it has one, and with a slope of 0 nothing learns. The
# *straight-through estimator* is a rule that says something else on purpose: it passes `g` on as if
# nothing had been rounded. There is one rule for each argument, in order; `None` says that there is
# none, here for the levels, which are not learned. Three weights begin at −0.2, 0.3 and 0.9, and
# should be rounded to 1, −1 and 0. **Before you run the next cells:** where will they stop?


# %%
@tn.primitive
def nearest(x, levels):
    return levels[np.argmin(np.abs(x[..., None] - levels), axis=-1)]  # a row for each weight


nearest.defvjp(lambda g, y, x, levels: g, None)
levels, rng = np.array([-1.0, 0.0, 1.0]), np.random.default_rng(0)
inputs = rng.normal(size=(20, 3))
targets = inputs @ np.array([1.0, -1.0, 0.0])


def loss(weights):
    return np.mean((inputs @ nearest(weights, levels) - targets) ** 2)


path = [np.array([-0.2, 0.3, 0.9])]
for _ in range(20):
    path.append(path[-1] - 0.1 * tn.grad(loss)(path[-1]))
print(f"loss before {loss(path[0]):.3f}, after {loss(path[-1]):.3f}")
assert loss(path[0]) > 1 and loss(path[-1]) == 0
assert not tn.gradcheck(lambda weights: nearest(weights, levels), path[0])

# %%
for i, color in enumerate(["#0072B2", "#D55E00", "#009E73"]):
    weight = np.array(path)[:, i]
    plt.plot(weight, "o^s"[i] + "-", color=color, label=f"rounded at the end: {weight[-1]:.0f}")
plt.hlines((-0.5, 0.5), 0, 20, color="gray", linestyles="--")
plt.gca().set(xlabel="step", ylabel="weight", title="The weights move until all round right")
plt.legend()
plt.show()

# %% [markdown]
# They stop behind a dashed line, where rounding jumps, not at 1, −1 and 0: they move as long as one
# rounds to the wrong level. When none does, the loss is 0 and all stand still. `tn.gradcheck` says
# that the rule is wrong. And so it is: this is no derivative, but a direction that works.
#
# ## A function of NumPy's that tinynet does not know
#
# `np.i0(x)`, called a Bessel function, is the mean of `exp(x * c)` over the cosines `c` of all
# angles. So its slope is the mean of `c * exp(x * c)`. `tn.defvjp` enters the rule in the registry:

# %%
c = np.cos(2 * np.pi * np.arange(64) / 64)  # 64 angles are enough up to x = 50
tn.defvjp(np.i0, lambda g, y, x: g * np.mean(c * np.exp(x[..., None] * c), axis=-1))
assert tn.gradcheck(np.i0, np.array([0.5, 1.0, 5.0]), order=2)
print(f"slope of np.i0 at 1: {tn.grad(np.i0)(1.0):.4f}")

# %% [markdown]
# ## What you can do now
#
# You can write a primitive for digits, for a slope of your own, or for a function that tinynet does
# not know; and you check it with `tn.gradcheck`.
#
# ## Exercises
#
# **20.1** On paper: $\log \cosh x$ with $\cosh x = ½(\exp x + \exp(−x))$ overflows at $x = 1000$.
# Its true value is harmless. What is it, to two digits after the point?

# %%
answer = ...
check("20.1", answer)

# %% [markdown]
# **20.2** Each of these stands inside a model that shall learn. Which needs a primitive?
# a) $x · \tanh x$ b) `np.round(x)` c) $√(1 + x²)$

# %%
answer = ...
check("20.2", answer)

# %% [markdown]
# **20.3** Write the rule of a primitive for $\log \cosh x$. It must also work at $x = 800$.


# %%
def answer(g, y, x): ...


check("20.3", answer)

# %% [markdown]
# ## Read on
#
# Yoshua Bengio, Nicholas Léonard and Aaron Courville (2013), Estimating or propagating gradients
# through stochastic neurons for conditional computation, arXiv:1308.3432: straight-through.
#
# Next: [21. Two processes and other arrays](21_two_processes.py)
