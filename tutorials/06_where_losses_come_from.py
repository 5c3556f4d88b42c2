# %% [markdown]
# # 6. Where losses come from
#
# Why squares? Who decided that? A loss may look like a matter of taste, but it is not: it follows
# from what you want to know, and from what you believe about the errors. This page takes both ways,
# and arrives at the same losses.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Which number do you want to know?
#
# Five targets, 1, 1, 2, 4 and 7, and a model that says one number $ŷ$ for all of them. At the best
# number the pulls of the last tutorial balance. For mse, $2(ŷ − y)$ adds up to 0 at the mean. For
# mae each target pulls with 1: there must be as many below as above. That is the *median*, the
# middle one of the sorted values. A third loss asks only "right or wrong?": 0 where $ŷ = y$,
# else 1. It likes the *mode* best, the value that occurs most often.
#
# **Before you run the next cell,** find mean, median and mode of the five on paper.

# %%
y = np.array([1.0, 1.0, 2.0, 4.0, 7.0])
numbers = np.linspace(0, 8, 801)  # candidates for ŷ
errors = numbers[:, None] - y  # column less row, (801, 5): the errors of each candidate
losses = {"mse": errors**2, "mae": np.abs(errors), "right or wrong": 1 - np.isclose(errors, 0)}
figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
for axis, name, expected in zip(axes, losses, (np.mean(y), np.median(y), 1), strict=True):
    curve = losses[name].mean(axis=1)
    best = numbers[np.argmin(curve)]
    assert np.isclose(best, expected)
    axis.plot(numbers, curve, color="#0072B2")
    axis.plot(best, curve.min(), "o", color="#D55E00")
    axis.set(title=f"{name} likes {best:g} best", xlabel="the number ŷ", ylabel="mean loss")
plt.show()

# %% [markdown]
# A bowl, a chain of straight lines, and needles. Each needle stands on a target; the deepest is the
# mode. Between the needles the slope is 0, so gradient descent learns nothing from the third loss.
#
# ## Too few hurts more than too many
#
# A baker loses 9 for each roll too few and 1 for each roll too many. How many should she bake? The
# *pinball loss* has two slopes: $−τe$ where $ŷ$ is too low, $(1 − τ)e$ where it is too high. With
# $τ = 0.9$ that is a tenth of her bill. Balance the pulls: every day above $ŷ$ pulls up with 0.9,
# every day below pulls down with 0.1. So nine days must lie below for each one above. The number
# below which the share $τ$ of the values lies is their *quantile* of level $τ$; at ½, the median.
#
# tinynet calls the loss `quantile`, and the level `q`. **Guess:** on most days customers ask for 80
# to 120 rolls, and about 100 on the average. Will she bake 90, 100 or 125?

# %%
rng = np.random.default_rng(0)
sold = rng.normal(100, 20, 1000)  # what customers asked for on 1000 days
tries = np.arange(60.0, 160.0)
bills = [tn.losses.quantile(sold, np.full(1000, number), q=0.9) for number in tries]
bake = tries[np.argmin(bills)]
print(f"she bakes {bake:g}, enough on {np.mean(sold < bake):.0%} of the days")
assert abs(bake - np.quantile(sold, 0.9)) < 1

# %% [markdown]
# At 125 some rolls are left on nine days of ten. That costs less than to run out.
#
# ## What do you believe about the errors?
#
# Now the other way. Say that each target is the truth plus *noise*, something that chance adds.
# Noise has a shape. Draw a histogram of very many values, with narrow bars whose areas add up to 1.
# What you see is the *density*, how thickly the values lie at each place. Two densities are famous:
# the *normal distribution*, $\exp(−½e²) / √(2π)$, and the *Laplace distribution*, $½\exp(−|e|)$,
# where $√(2π)$ and ½ make the area 1. **Draw** $−\log$ of both, before you look at the picture.


# %%
def normal(e):
    return np.exp(-0.5 * e**2) / np.sqrt(2 * np.pi)


def laplace(e):
    return np.exp(-np.abs(e)) / 2


# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
e = np.linspace(-5, 5, 501)
left.hist(rng.normal(size=20000), bins=80, density=True, color="lightgray")
for density, line, color in ((normal, "-", "#0072B2"), (laplace, "--", "#D55E00")):
    left.plot(e, density(e), line, color=color)
    right.plot(e, -np.log(density(e)), line, color=color, label=density.__name__)
left.set(xlabel="error e", ylabel="density", title="A bell and a tent; gray: 20,000 values drawn")
right.set(xlabel="error e", ylabel="−log density", title="−log of it: a square and a size")
right.legend(loc="upper center")
plt.show()
assert np.allclose(-np.log(normal(e)), 0.5 * e**2 + np.log(np.sqrt(2 * np.pi)))
assert np.allclose(-np.log(laplace(e)), np.abs(e) + np.log(2))

# %% [markdown]
# $−\log$ makes $½e² + \log √(2π)$ of the bell and $|e| + \log 2$ of the tent: smooth L2 and mae,
# lifted by a constant, which has no slope and moves nothing. Why $−\log$? Ask how well a candidate
# $ŷ$ explains the data. Two dice show two sixes once in 6 · 6 throws: independent chances are
# multiplied. So the *likelihood* of a candidate is the product of the densities of all its errors.
# It is soon too small for a computer, and hard to differentiate. Its logarithm is a sum; with a
# minus in front, smaller is better. That is the *negative log-likelihood*, and it is a loss.
#
# **Write down:** which of the candidates 2 and 3 has the larger likelihood for our five targets, if
# the noise is normal? And if it is Laplace's?

# %%
for density in (normal, laplace):
    two, three = np.prod(density(2 - y)), np.prod(density(3 - y))
    print(f"{density.__name__:7}: likelihood of 2 is {two:.1e}, of 3 is {three:.1e}")
    assert (three > two) == (density is normal)
    assert np.isclose(-np.log(two), np.sum(-np.log(density(2 - y))))

# %% [markdown]
# Normal noise prefers the mean, Laplace noise the median. Read it backwards: a loss believes in the
# noise whose density is $\exp(−\mathrm{loss})$, up to a factor. For $½e²$ an error of 10 is
# $\exp(−50)$ times as likely as none, which is $2 · 10^{−22}$: it cannot be, so the model must
# move. For $|e|$ it is $\exp(−10)$, or one in 22,000: rare, and that is all. Huber believes in a
# bell with the tails, the far ends, of a tent.
#
# ## Does it matter?
#
# Draw 101 values around the truth 0, and estimate it by the mean and by the median. Do it 2000
# times, and measure how far off they typically are. **Guess** which wins under which noise.

# %%
off = {}
for name, draw in (("normal", rng.normal), ("laplace", rng.laplace)):
    samples = draw(size=(2000, 101))
    for estimate in (np.mean, np.median):
        off[name, estimate.__name__] = np.sqrt(np.mean(estimate(samples, axis=1) ** 2))
        print(f"{name:7} noise, {estimate.__name__:6}: off by {off[name, estimate.__name__]:.3f}")
assert off["normal", "mean"] < 0.85 * off["normal", "median"]
assert off["laplace", "median"] < 0.85 * off["laplace", "mean"]
assert f"{np.exp(-50):.0e}" == "2e-22" and round(np.exp(10), -3) == 22000

# %% [markdown]
# The loss that fits the noise comes closer to the truth with the same data. To keep:
#
# | loss | likes best | belongs to | choose it if |
# | --- | --- | --- | --- |
# | mse, smooth L2 | the mean | normal noise | no error is a blunder |
# | mae | the median | Laplace noise | some errors are blunders |
# | pinball | a quantile | a tent with unequal sides | one side costs more |
#
# ## What you can do now
#
# - Name the number that mse, mae and the pinball loss like best, and find it by balancing pulls.
# - Turn a belief about noise into a loss, and read a loss as a belief about noise.
# - Choose a loss by the question, not by habit.
#
# ## Exercises
#
# **6.1** Another baker loses 4 for each roll too few, and 1 for each too many. Which level $τ$?

# %%
answer = ...
check("6.1", answer)

# %% [markdown]
# **6.2** A village wants to know what its taxes will bring in all: the number of its people times
# what the model says for one of them. One is a millionaire. Which loss? a) mae, since she is an
# outlier. b) mse. c) The pinball loss with $τ = 0.9$, to be on the safe side.

# %%
answer = ...
check("6.2", answer)

# %% [markdown]
# **6.3** On paper: noise may also have the density $1/(π(1 + e²))$, whose tails are far thicker
# than Laplace's. Find the loss that belongs to it. How large is its slope at an error of 10?

# %%
answer = ...
check("6.3", answer)

# %% [markdown]
# **6.4** Normal noise of width $s$ has the density $\exp(−½(e/s)²) / (s√(2π))$. Write the mean of
# the negative log-likelihood of an array `e` of errors.


# %%
def answer(e, s): ...


check("6.4", answer)

# %% [markdown]
# ## Read on
#
# - C. F. Gauss, *Theoria motus corporum coelestium*, 1809, book 2, section 3: squares from a bell.
# - R. Koenker and G. Bassett, *Regression Quantiles*, 1978, Econometrica 46: the pinball loss.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, 2006, Springer, section 1.2.
#
# Next: [7. From scores to probabilities](07_scores_to_probabilities.py)
