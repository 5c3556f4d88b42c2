# %% [markdown]
# # 15. Choosing a loss
#
# *tinynet has fifty losses. Which one is for my data?*
#
# Two things decide: what you want to know, and what your targets look like. This page asks
# `tn.losses.suggest` about four kinds of real targets, and believes it when held-out rows confirm
# what it says. Its models are linear, and `trained`, below, returns a function that predicts.

# %%
import functools

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check


def trained(loss, x, y, outputs=1):
    μ, s, model = x.mean(axis=0), x.std(axis=0), tn.layers.Linear(x.shape[1], outputs, rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=tn.schedules.cosine(0.05, steps=200))
    tn.fit(model, loss, optimizer, ((x - μ) / s, y), epochs=200, batch_size=len(x), progress=False)
    return lambda x: tn.training.predict(model, (x - μ) / s)


# %% [markdown]
# ## Heavy tails
#
# Cells in 569 images of tumours were measured. The column `area_error` says how unsure the area of
# an image's cells is. Can it be predicted from eight other columns? Mostly, but a few targets are
# very far off. Such errors have a *heavy tail*: more far values than a normal distribution has.
# `suggest` measures the targets and gives points to losses for what we want to know, the median.

# %%
cells = tn.datasets.load_breast_cancer()
x, y = cells.x[:, [0, 1, 4, 5, 6, 7, 8, 9]], cells.x[:, [13]] / 100
print(*tn.losses.suggest(y, "median", x=x / x.std(axis=0)), sep="\n")

# %% [markdown]
# 2.6 % are outliers. The first loss needs a second output, so we take the next one, `mae`, and
# `mse` beside it. **Before you run it: on rows held out, which of them will have the smaller median
# error, and which the smaller root of the mean square?**

# %%
rng, found = np.random.default_rng(0), []
for _ in range(5):  # five throws of the dice, as in tutorial 13
    seen, held = np.array_split(rng.permutation(len(y)), 2)
    for loss in (tn.losses.mse, tn.losses.mae):
        error = 100 * np.abs(trained(loss, x[seen], y[seen])(x[held]) - y[held])
        found.append([np.median(error), np.sqrt(np.mean(error**2))])
found = np.reshape(found, (5, 2, 2))  # throw, loss, measure
for name, (middle, root) in zip(("mse", "mae"), found.mean(axis=0), strict=True):
    print(f"{name}: median error {middle:.1f}, root of the mean square {root:.1f}")
assert np.all(found[:, 1, 0] < found[:, 0, 0]) and np.all(np.diff(found.mean(axis=0)[:, 1]) > 0)
assert np.allclose(found[:, :, 0].mean(axis=0), (11.3, 8.5), atol=0.1)

# %% [markdown]
# For the typical image `mae` is better in each throw, 8.5 instead of 11.3. In its own measure `mse`
# keeps a hair ahead. Each plays its own game, so first ask which game is yours.
#
# ## Counts
#
# How many disasters with ten dead or more were there in British coal mines, in each year from 1851
# to 1961? Targets like 0, 1, 2, … are *counts*. Events that come independently of each other follow
# the *Poisson distribution*: its mean is the rate, and the larger the rate, the wider it scatters.
# `poisson_nll` is its negative log-likelihood; the model gives the logarithm of the rate, which
# is then never negative. **Trained on the first 80 years, what does a line say of 1961?**

# %%
digits = "454014340633402633545314415534252234213221111300101100310322"
digits += "011101010002100011023311211112420014000100000100101"
years, disasters = np.arange(1851.0, 1962)[:, None], np.array([*digits], float)[:, None]
print(tn.losses.suggest(disasters[:80], "mean", x=years[:80])[0])
seen = years[:80], disasters[:80]
line = trained(tn.losses.mse, *seen)(years)
rate = np.exp(trained(tn.losses.poisson_nll, *seen)(years))
both = np.exp(trained(lambda y, z: tn.losses.mse(y, np.exp(z)), *seen)(years))
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for name, says, style in (("mse", line, "--"), ("poisson", rate, "-"), ("exp, mse", both, "-.")):
    error = np.mean((says - disasters)[80:] ** 2)
    axes.plot(years, says, style, color="#D55E00" if says is line else "#0072B2", label=name)
    print(f"{name:8} says {says[-1, 0]:.1f} for 1961; mean squared error from 1931 on: {error:.1f}")
assert line[-1] < -1 and 1.3 < error < 1.5

axes.plot(years, disasters, ".", color="gray", label="counted")
axes.axvline(1930.5, color="gray", linestyle=":")
axes.set(xlabel="year", ylabel="disasters in a year")
axes.set_title("There are no −1 disasters; right of the dotted line is held out")
axes.legend()
plt.show()

# %% [markdown]
# The line falls below 0; the rate, an exp, comes nearer to what happened. Is it the loss, or the
# exp? The third row tells: `mse` behind an exp does as well. Change one thing at a time.
#
# ## Imbalance
#
# Is a tumour malignant? Often few are. We train on 200 benign and 20 malignant ones, an *imbalance*
# of 10 to 1. Who always says "benign" has an accuracy of 0.91, and misses everyone who is ill. So
# look at the *confusion matrix*, which has the truth in its rows and the answers in its columns,
# and at the *recall* of a class: which part of its rows is found. `suggest` proposes a *class
# weight* of 10 for the rare class: each of its rows weighs as much as ten.

# %%
x, ill = cells.x[:, :2], cells.y  # mean radius and mean texture; 1 means malignant
rows = [rng.permutation(np.flatnonzero(ill == k))[:n] for k, n in ((0, 200), (1, 20))]
seen, held = np.concatenate(rows), np.setdiff1d(np.arange(len(x)), np.concatenate(rows))
plain = functools.partial(tn.losses.log_loss, from_logits=True)
weighted = tn.losses.suggest(ill[seen], "decision").best
scores = [trained(loss, x[seen], ill[seen, None]) for loss in (plain, weighted)]
for name, score in zip(("plain", "weighted"), scores, strict=True):
    says = (score(x[held])[:, 0] > 0).astype(int)
    table = tn.metrics.confusion(ill[held], says, kind="ids")
    print(f"{name}: {table.tolist()}, recall of malignant {table[1, 1] / table[1].sum():.2f}")
assert abs(table[1, 1] / table[1].sum() - 0.9) < 0.02

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
grid = np.stack(np.meshgrid(np.linspace(8, 24), np.linspace(10, 34)))
for score, style in zip(scores, ("dashed", "solid"), strict=True):
    height = score(grid.reshape(2, -1).T).reshape(50, 50)
    axes.contour(*grid, height, [0], colors="black", linestyles=style)
for k, marker, color in ((0, ".", "#56B4E9"), (1, "x", "#D55E00")):
    axes.plot(*x[held][ill[held] == k].T, marker, color=color, label=cells.target_names[k])
axes.set(xlabel="mean radius", ylabel="mean texture", xlim=(8, 24), ylim=(10, 34))
axes.set_title("Held-out tumours; dashed: plain border, solid: weighted")
axes.legend()
plt.show()

# %% [markdown]
# The weight moves the border into the benign cloud. The recall of malignant tumours rises from 0.65
# to 0.90, and 25 healthy people instead of 1 are called back. Whether that is a good bargain is no
# question of mathematics. And the probabilities that belong to these scores are now too high.
#
# ## Ordered classes
#
# Call a car thirsty, fair, good or thrifty, by 18, 24 and 30 mpg. The classes have an order, they
# are *ordinal*: to take a thirsty car for a thrifty one is worse than for a fair one.
# Cross-entropy knows nothing of that. `ordinal` uses one score for a car, and thresholds that cut
# the scores into classes. **Does it pay, with 20 cars to learn from?**

# %%
cars = tn.datasets.load_auto_mpg()
grades, thresholds, found = np.digitize(cars.y[:, 0], [18, 24, 30]), np.array([-2.0, 0, 2]), []
cut = functools.partial(tn.losses.ordinal, thresholds=thresholds)
for _ in range(5):
    seen, held = np.split(rng.permutation(len(cars)), [20])
    classes = trained(tn.losses.cross_entropy, cars.x[seen], grades[seen], outputs=4)(cars.x[held])
    scores = trained(cut, cars.x[seen], grades[seen, None])(cars.x[held])[:, 0]
    for says in (np.argmax(classes, axis=1), np.digitize(scores, thresholds)):
        found.append(np.mean(np.abs(says - grades[held])))
free, ordered = np.reshape(found, (5, 2)).T
print(f"grades off, on average: cross_entropy {free.mean():.2f}, ordinal {ordered.mean():.2f}")
assert np.all(ordered < free)

# %% [markdown]
# It pays in each of five throws. One score has fewer parameters to learn than four.
#
# ## What you can do now
#
# You can say what you want to know, read the evidence of `suggest`, and let held-out rows decide.
#
# ## Exercises
#
# **15.1** Of 100 healthy people a test calls 90 healthy and 10 ill; of 20 ill people it calls 4
# healthy and 16 ill. What is the recall of "ill"?

# %%
answer = ...
check("15.1", answer)

# %% [markdown]
# **15.2** An insurer predicts what each customer will cost next year. A few cost very much. All
# predictions together should give the total. Which loss? a) `mse` b) `mae` c) `huber`

# %%
answer = ...
check("15.2", answer)


# %% [markdown]
# **15.3** Given labels 0, 1, …, C − 1, each at least once: the weight of each class so that all
# classes weigh the same in total, and the mean weight of a row is 1.


# %%
def answer(labels): ...


check("15.3", answer)

# %% [markdown]
# ## Read on
#
# - R. Jarrett, "A note on the intervals between coal-mining disasters", *Biometrika* 66 (1979).
# - P. McCullagh, "Regression Models for Ordinal Data", *J. Royal Statistical Society B* 42 (1980).
# - T. Gneiting, "Making and Evaluating Point Forecasts", *J. Am. Stat. Association* 106 (2011).
#
# Next: [16. A loss of your own](16_a_loss_of_your_own.py)
