# %% [markdown]
# # 1. What is wrong?
#
# How can a computer get better when nobody tells it how, only how wrong it was? Here you find the
# prices of a taxi from four receipts. You guess, measure how wrong the guess is, ask which way is
# less wrong, and take a step that way. Neural networks learn like this, too. Change the code as you
# like. An `assert` checks what the text claims: Python stops there if it is not true.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

x = np.array([1.0, 2.0, 3.0, 4.0])  # four receipts: how far the taxi went, in kilometres,
y = np.array([3.0, 5.0, 6.0, 8.0])  # and the price, rounded to whole euros

# %% [markdown]
# ## A guess
#
# What does a kilometre cost, and what does it cost to get in? Suppose the price follows a line:
#
# $$ŷ = w·x + b$$
#
# This is a *model*: a formula that turns an input $x$, the distance, into a *prediction* $ŷ$ (say
# "y hat") of the price. The price that was really paid is the *target* $y$. The numbers $w$ and $b$
# are the *parameters* of the model: we may choose them. What multiplies the input is a *weight*,
# here the price of a kilometre. What is added is the *bias*, here the price of getting in.
#
# We guess 2 euros for a kilometre and nothing for getting in: $w = 2$, $b = 0$. The *error* of a
# prediction is how far it lies above its target, $e = ŷ − y$. **Before you run the next cell:**
# write down the four predictions and the four errors.

# %%
w, b = 2.0, 0.0
prediction = w * x + b
print("predictions", prediction, "  errors", prediction - y)
plt.plot(x, y, "o", color="#0072B2", label="targets")
plt.plot(x, prediction, color="#D55E00", label="predictions")
plt.vlines(x, prediction, y, color="gray", linestyle="dotted", label="errors")
plt.gca().set(xlabel="x, kilometres", ylabel="euros", title="Short rides cost more than we guess")
plt.legend()
plt.show()

# %% [markdown]
# The line runs 1 euro below the first two points: their errors are −1. It meets the last two.
#
# ## One number for a whole line
#
# The sum of the errors cannot say how good a line is: +5 and −5 add up to 0, as if nothing were
# wrong. Squares are never negative. So take their mean, the *mean squared error*. A number that
# says how wrong a model is, the smaller the better, is a *loss*, $L$:
#
# $$L = 1/N · ∑_i e_i² = 1/N · ∑_i (w·x_i + b − y_i)²$$
#
# $N$ is the number of receipts, here 4, and $∑_i$ adds up what follows for every receipt $i$.
# **Before you run the next cell:** what is the loss of our guess, with the errors −1, −1, 0, 0?


# %%
def loss(w, b):
    return np.mean((w * x + b - y) ** 2)


for w, b in [(2.0, 0.0), (2.1, 0.0), (2.2, 0.0), (1.5, 1.5)]:
    print(f"w = {w}, b = {b}: loss {loss(w, b):.3f}")
assert loss(2.0, 0.0) == 0.5

# %% [markdown]
# It is $(1 + 1 + 0 + 0)/4 = 0.5$. A little more for a kilometre is better, still more is worse. Put
# guesses of your own into the list: how low do you get?
#
# ## Which way is better?
#
# With two parameters, guessing is a game. With a million it is hopeless, unless something tells us
# which way to go. So leave $b$ at 0, go a small step $h$ from $w = 2$ to both sides, and see how
# much the loss rises from left to right. The rise divided by the width, $2h$, is the *slope*;
# measured to both sides, it is a *central difference*. **Before you run the next cell:** will the
# slope at $w = 2$ be positive or negative?

# %%
h = 0.001
slope = (loss(2 + h, 0) - loss(2 - h, 0)) / (2 * h)  # to the right alone: -1.4925
assert abs(slope + 1.5) < 1e-6
ws = np.linspace(1.7, 2.5, 100)
plt.plot(ws, [loss(w, 0) for w in ws], color="#0072B2")
plt.axline((2, 0.5), slope=slope, color="#D55E00", linestyle="--")
plt.gca().set(xlabel="w, with b = 0", ylabel="loss", title=f"With a slope of {slope:.1f}, go right")
plt.show()

# %% [markdown]
# The loss is a valley. The dashed line has its slope at $w = 2$, −1.5: as $w$ grows, the loss falls
# 1.5 times as fast. On the floor of the valley, at $w = 2.1$, the slope is 0.
#
# ## The slope without trying
#
# When $w$ grows by $h$, an error $e$ grows by $x·h$, and its square becomes
# $(e + x·h)² = e² + 2e·x·h + x²h²$. Forget the last part: it is tiny, $h²$ is a millionth. So the
# square grows $2e·x$ times as fast as $w$, and $2e$ times as fast as $b$, without $x$. The mean:
#
# $$∂L/∂w = 1/N · ∑_i 2e_i·x_i, ∂L/∂b = 1/N · ∑_i 2e_i$$
#
# This is the exact slope, for a step that shrinks to nothing: the *derivative* of $L$ with respect
# to $w$, and to $b$. The round $∂$ says that one parameter moves while the other stands still. All
# derivatives together are the *gradient*. At our guess the $2e_i·x_i$ are −2, −4, 0, 0: mean −1.5.


# %%
def gradient(w, b):
    error = w * x + b - y
    return np.mean(2 * error * x), np.mean(2 * error)


assert gradient(2.0, 0.0) == (-1.5, -1.0) and abs(gradient(2.1, 0.0)[0]) < 1e-9

# %% [markdown]
# ## A step against the slope
#
# Both derivatives are negative: the loss falls when $w$ and $b$ grow. Where one is positive, its
# parameter must shrink. So step *against* the slope, to $w − η·∂L/∂w$ and $b − η·∂L/∂b$, and again,
# with the new gradient: this is *gradient descent*. The *learning rate* $η$ ("eta") says how far.
# **Before you run the next cell:** where are $w$ and $b$ after one step with $η = 0.1$?

# %%
learning_rate, w, b = 0.1, 2.0, 0.0
path = [(w, b)]
for _ in range(300):
    dw, db = gradient(w, b)
    w, b = w - learning_rate * dw, b - learning_rate * db
    path.append((w, b))
for step in (0, 1, 10, 100, 300):
    print(f"after {step:3} steps: w = {path[step][0]:.4g}, b = {path[step][1]:.4g}")

# %%
ws, bs = np.meshgrid(np.linspace(1.3, 2.5, 80), np.linspace(-0.3, 1.8, 80))
plt.contour(ws, bs, np.vectorize(loss)(ws, bs), [0.06, 0.1, 0.2, 0.4, 0.8, 1.6], colors="gray")
plt.plot(*np.transpose(path), "o-", color="#D55E00", markersize=3)
plt.gca().set(xlabel="w", ylabel="b", title="The loss from above, and the way down")
plt.axis((1.3, 2.5, -0.3, 1.8))
plt.show()

# %% [markdown]
# A map: along a gray line the loss is the same, as the height is on a hiking map, and in the
# smallest ring it is lowest. The first steps jump across the narrow valley, then the path follows
# it down, to 1.60 a kilometre and 1.50 for getting in. The receipts are these prices, 3.10, 4.70,
# 6.30, 7.90, rounded, so no line meets all four, and a loss of 0.05 is left. *Least squares*
# (`np.polyfit`) finds this lowest point at once. And tinynet spares us the algebra: the function
# `tn.grad(loss, (0, 1))` gives the derivatives of `loss` with respect to arguments 0 and 1.

# %%
if learning_rate == 0.1:
    assert np.allclose(path[1], (2.15, 0.1)) and np.allclose(path[300], (1.6, 1.5), atol=1e-3)
assert np.allclose(np.polyfit(x, y, 1), (1.6, 1.5)) and np.all(np.round(1.6 * x + 1.5) == y)
print("gradient:", *tn.grad(loss, (0, 1))(2.0, 0.0))
assert np.isclose(loss(1.6, 1.5), 0.05) and tn.grad(loss, (0, 1))(2.0, 0.0) == gradient(2.0, 0.0)

# %% [markdown]
# ## What you can do now
#
# You can say in one number how wrong a line is, measure and compute the slope of this number, and
# fit a line to data by gradient descent, step by step.
#
# ## Exercises
#
# **1.1** On paper: a fifth ride, of 5 km, cost 9 euros. At our guess, $w = 2$ and $b = 0$, how many
# times as fast as $w$ does the square of this ride's error grow?

# %%
answer = ...
check("1.1", answer)

# %% [markdown]
# **1.2** Set `learning_rate` to 0.2, draw only `path[:4]`, and run both cells again. What goes
# wrong? a) The steps go up the slope instead of down. b) Each step lands higher on the other side
# of the valley than it began. c) The steps are too short. Write `answer = "a"`, or another letter.

# %%
answer = ...
check("1.2", answer)

# %% [markdown]
# **1.3** A model without a bias, $ŷ = w·x$: write its $∂L/∂w$, for any arrays `x` and `y`.


# %%
def answer(w, x, y): ...


check("1.3", answer)

# %% [markdown]
# ## Read on
#
# A.-L. Cauchy (1847), *Méthode générale pour la résolution des systèmes d'équations simultanées*,
# Comptes rendus 25: gradient descent, on three pages. I. Goodfellow, Y. Bengio and A. Courville
# (2016), *Deep Learning*, deeplearningbook.org: the same today, in chapter 4.
#
# Next: [2. One neuron](02_one_neuron.py)
