# %% [markdown]
# # 4. Your own operation
#
# tinynet knows the derivatives of NumPy's functions. This tutorial shows when that is enough, when
# it is not, and how to write an operation of your own: its value, and directly below it its slope.

# %%
import numpy as np

import tinynet as tn

# %% [markdown]
# ## Often you need none
#
# A function made of functions that tinynet knows is differentiable as it stands. Here is the
# "Mexican hat". Nobody had to write down its slope, (x³ − 3x) e^(−x²/2).


# %%
def hat(x):
    return (1 - x**2) * np.exp(-(x**2) / 2)


print("slope of the hat at 1:", tn.grad(hat)(1.0))
assert np.isclose(tn.grad(hat)(1.0), -2 * np.exp(-0.5))

# %% [markdown]
# ## When that is not enough: digits
#
# log(1 + eˣ), the softplus, is a smooth max(x, 0). Its value and its slope are harmless numbers.
# But on the way there the computer meets e¹⁰⁰⁰, which is too large for a float, and 1 + 4e-18,
# which it takes for 1.


# %%
def composed(x):
    return np.log(1 + np.exp(x))


with np.errstate(all="ignore"):  # NumPy would warn of the overflow
    for x in (-40.0, 0.0, 1000.0):
        value, slope = tn.value_and_grad(composed)(x)
        print(f"composed at {x:6}: value {value:.4g}, slope {slope:.4g}")
    assert composed(-40.0) == 0  # wrong: it is 4.2e-18
    assert tn.grad(composed)(1000.0) == 0  # wrong: it is 1

# %% [markdown]
# A better formula for the value is max(x, 0) + log(1 + e^−|x|), where no power is above 0; its
# digits are kept by `np.log1p(z)`, log(1 + z) for small z. For the slope eˣ / (1 + eˣ) there is
# one too: since 1 + eˣ is e^y, with y the value, it is e^(x − y). The engine cannot find that, but
# you can.
#
# ## A primitive: a value, and its slope below
#
# A primitive is a function of arrays and a rule. The rule gets g, how fast the final result grows
# with the output; the output y; and what the function itself got. It returns how fast the final
# result grows with x: by the chain rule, g times the slope.


# %%
@tn.primitive
def softplus(x):
    """log(1 + eˣ), for any x."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.defvjp(lambda g, y, x: g * np.exp(x - y))

for x in (-40.0, 0.0, 1000.0):
    value, slope = tn.value_and_grad(softplus)(x)
    print(f"softplus at {x:6}: value {value:.4g}, slope {slope:.4g}")
assert np.isclose(softplus(-40.0), np.exp(-40), rtol=1e-15)
assert tn.grad(softplus)(1000.0) == 1

# %% [markdown]
# ## Check it, always
#
# `tn.gradcheck` moves each element a little and looks what happens, as we did by hand in the first
# tutorial. With `order=2` it checks the second derivative too. Nobody wrote one: a rule is itself
# made of NumPy's functions, so it can be differentiated like anything else, as often as you like.

# %%
points = np.array([-3.0, -0.5, 0.2, 4.0])
checked = tn.gradcheck(softplus, points, order=2)
print(checked)
assert checked
assert np.isclose(tn.grad(tn.grad(softplus))(0.0), 1 / 4)
assert np.isclose(tn.grad(tn.grad(tn.grad(tn.grad(softplus))))(0.0), -1 / 8)

# %% [markdown]
# This asks two things of a rule: it uses only functions that tinynet knows, or primitives; and it
# changes nothing in place, neither g nor y nor x.
#
# ## What a wrong rule looks like
#
# The most common slip is to forget g. As long as softplus is the last step, g is 1 and all looks
# well. Inside of a larger formula it is not. `tn.gradcheck` knows this mistake, and others, by
# their traces.


# %%
@tn.primitive
def slipped(x):
    return softplus(x)


slipped.defvjp(lambda g, y, x: np.exp(x - y))

verdict = tn.gradcheck(slipped, points)
print(verdict)
assert tn.grad(slipped)(0.5) == tn.grad(softplus)(0.5)  # by itself it looks right
assert not verdict and verdict.rows[0].kind == "upstream"

# %% [markdown]
# ## Two arguments, and a number worth keeping
#
# swish is x · sigmoid(βx): for a large β a relu, for β = 0 a line, and β can be learned
# (Ramachandran et al. 2017). There is one rule for each argument, in their order, and only those
# run that somebody asks for.
#
# Both rules need the sigmoid again. With `saves=True` the function returns a tuple, the output and
# then what its rules want to see again, and y in the rules is this tuple. (For second derivatives
# the function then runs on Tensors, so it too must be made of functions that tinynet knows.)
#
# Here x has shape (4, 3) and β shape (3,), one for each column. The rule of β returns shape (4, 3)
# all the same: where NumPy repeated an array, the engine adds up its gradients; rules never do.


# %%
def swish(x, beta):
    s = np.exp(-np.logaddexp(0, -beta * x))  # the sigmoid of βx, for any βx
    return x * s, s


swish = tn.Primitive(swish, saves=True).defvjp(
    lambda g, y, x, beta: g * y[1] * (1 + beta * x * (1 - y[1])),
    lambda g, y, x, beta: g * y[1] * (1 - y[1]) * x**2,
)

x, beta = np.linspace(-3, 2, 12).reshape(4, 3), np.array([0.5, 1.0, 2.0])
checked = tn.gradcheck(swish, x, beta, order=2)
print(checked)
dx, dbeta = tn.grad(lambda x, beta: np.mean(swish(x, beta)), (0, 1))(x, beta)
print("gradients of shape", dx.shape, "and", dbeta.shape)
assert checked and (dx.shape, dbeta.shape) == ((4, 3), (3,))

# %% [markdown]
# ## A slope that you choose
#
# Rounding to the nearest of a few levels is a staircase. Its slope is 0 wherever it has one, and
# with a slope of 0 nothing learns. A rule may say something else on purpose: the straight-through
# estimator passes g as if nothing had been rounded (Bengio et al. 2013), here times an option,
# `strength`. An option is given by its name, and rules take it under the same name.
#
# `levels` gets None instead of a rule: they are not there to be learned. Whoever asks for that
# gradient is told so, and does not get a silent 0.


# %%
@tn.primitive
def nearest(x, levels, strength=1.0):
    """The level nearest to each element of x."""
    return levels[np.argmin(np.abs(x[..., None] - levels), axis=-1)]


nearest.defvjp(lambda g, y, x, levels, strength=1.0: strength * g, None)

levels = np.array([-1.0, 0.0, 1.0])  # all that a weight may be
inputs = np.random.default_rng(0).normal(size=(20, 3))
targets = inputs @ np.array([1.0, -1.0, 0.0])


def loss(weights):
    return np.mean((inputs @ nearest(weights, levels, strength=0.5) - targets) ** 2)


weights = np.array([-0.2, 0.3, 0.9])
print("loss before:", loss(weights))
for _ in range(20):
    weights = weights - 0.2 * tn.grad(loss)(weights)
print("loss after: ", loss(weights), "with the weights", nearest(weights, levels))
assert loss(weights) == 0

try:
    tn.grad(lambda levels: np.sum(nearest(weights, levels)))(levels)
except TypeError as error:
    print(error)
    assert "no derivative with respect to this argument" in str(error)
else:
    raise AssertionError("a gradient that nobody wrote")

# %% [markdown]
# And what does `tn.gradcheck` say? That the rule is wrong, since what it measures is the staircase.
# It is right to: this is no derivative, but a direction that works.

# %%
checked = tn.gradcheck(lambda x: nearest(x, levels), np.array([0.2, 0.7]))
print("is it the derivative?", bool(checked), "- the one measured is", checked.rows[0].numerical)
assert not checked and checked.rows[0].numerical == 0

# %% [markdown]
# ## A function of NumPy's that tinynet does not know
#
# Directions, as of the wind or of birds, often follow the von Mises distribution, with the density
# e^(κ cos θ) / (2π I₀(κ)). The Bessel function I₀ is `np.i0`. tinynet has no rule for it, and says
# so.

# %%
try:
    tn.grad(np.i0)(1.0)
except TypeError as error:
    print(error)
    assert "no derivative for numpy.i0" in str(error)
else:
    raise AssertionError("tinynet learned np.i0: choose another function for this tutorial")

# %% [markdown]
# `tn.defvjp` teaches it. I₀(x) is the mean of e^(x cos θ) over all angles, so its slope is the
# mean of cos θ · e^(x cos θ). For a smooth function around the circle 64 angles are as good as all
# of them.

# %%
cosines = np.cos(2 * np.pi * np.arange(64) / 64)
tn.defvjp(np.i0, lambda g, y, x: g * np.mean(cosines * np.exp(x[..., None] * cosines), axis=-1))

checked = tn.gradcheck(np.i0, np.array([0.5, 1.0, 5.0]), order=2)
print(checked)
assert checked

# %% [markdown]
# Now `np.i0` is a function like any other. How strongly do the birds agree on a direction? Not at
# all if κ is 0. Newton's method finds the κ that fits best, with a second derivative that nobody
# wrote.

# %%
angles = np.random.default_rng(0).vonmises(mu=0.0, kappa=2.5, size=500)


def surprise(kappa):  # − log density, mean over the birds
    return np.log(2 * np.pi * np.i0(kappa)) - kappa * np.mean(np.cos(angles))


kappa = 1.0
for _ in range(6):
    kappa = kappa - tn.grad(surprise)(kappa) / tn.grad(tn.grad(surprise))(kappa)
print(f"kappa: {kappa:.2f}")
assert abs(tn.grad(surprise)(kappa)) < 1e-12
assert abs(kappa - 2.5) < 0.3

# %% [markdown]
# In short: what is made of NumPy's functions is differentiable as it is; a primitive is for
# digits, for speed, or for a slope that you choose; and `tn.gradcheck` is for all of them.
#
# **Try it.** Write `logcosh` as a primitive: cosh(1000) overflows, although log cosh 1000 is close
# to 999.3. What is its slope, and which form of the value is stable? Let `tn.gradcheck` be the
# judge.
