# %% [markdown]
# # 15. Choosing a loss
#
# *tinynet has fifty losses. Which one is for my data?*
#
# Two things decide: what you want to know, and what your targets look like. This page asks
# `tn.losses.suggest` about four kinds of real targets, and believes it when held-out rows confirm
# what it says. All models are linear: `trained` fits one and returns a function that predicts.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check


def trained(loss, x, y, outputs=1, **options):  # whatever else is named goes to the loss
    μ, s, model = x.mean(axis=0), x.std(axis=0), tn.layers.Linear(x.shape[1], outputs, rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=tn.schedules.cosine(0.05, steps=200))
    settings = {"epochs": 200, "batch_size": len(x), "progress": False}
    tn.fit(model, lambda y, z: loss(y, z, **options), optimizer, ((x - μ) / s, y), **settings)
    return lambda x: tn.training.predict(model, (x - μ) / s)


# %% [markdown]
# ## Heavy tails
#
# Cells in 569 images of tumours were measured. The column `area_error` says how unsure the area of
# an image's cells is. Can it be predicted from eight other columns? Mostly, but a few targets are
# very far off. Such errors have a *heavy tail*: more far values than a normal distribution has.
# We want the median. For each loss that estimates it `suggest` counts points for and against, and
# gives the reason. (`fan` says how surely larger targets have more noise, from 0 to 1.)

# %%
cells = tn.datasets.load_breast_cancer()
x, y = cells.x[:, [0, 1, 4, 5, 6, 7, 8, 9]], cells.x[:, [13]] / 100  # outputs near 1
print(*tn.losses.suggest(y, "median", x=x), sep="\n")

# %% [markdown]
# 2.6 % are outliers. The first loss needs a second output: we take the next one, `mae`, and beside
# it `mse`. We measure the sizes of their errors on rows held out. **Before you run it: which loss
# will have the smaller median, and which the smaller root of the mean square?**

# %%
rng, found = np.random.default_rng(0), np.empty((5, 2, 2))  # throw, loss, measure
for throw in range(5):  # of the dice, as in tutorial 13
    seen, held = np.array_split(rng.permutation(len(y)), 2)
    for k, loss in enumerate((tn.losses.mse, tn.losses.mae)):
        error = 100 * np.abs(trained(loss, x[seen], y[seen])(x[held]) - y[held])
        found[throw, k] = np.median(error), np.sqrt(np.mean(error**2))
print("median and root: mse {}, mae {}".format(*found.mean(axis=0).round(1)))
assert np.all(found[:, 1, 0] < found[:, 0, 0]) and np.sum(found[:, 1, 1] < found[:, 0, 1]) == 2
assert np.allclose(found.mean(axis=0), [(11.3, 29.5), (8.5, 29.6)], atol=0.1)

# %% [markdown]
# For the typical image `mae` is better in each throw, on average 8.5 instead of 11.3. At its own
# game, the root of the mean square, `mse` wins three throws of five: that may be luck.
#
# ## Counts
#
# How many disasters with ten dead or more were there in British coal mines, in each year from 1851
# to 1961? Targets like 0, 1, 2, … are *counts*. If events come independently of each other, their
# number follows a *Poisson distribution*. Its mean is called the rate; the larger it is, the wider
# the numbers scatter. The loss `poisson_nll` is its negative log-likelihood, for a model that gives
# the logarithm of the rate: the rate itself, its $\exp$, is never negative. On the first 80 years
# we train such a model, a line by `mse`, and, as `both`, the exp of a line by `mse`. **What will
# the line say of 1961?**

# %%
digits = "454014340633402633545314415534252234213221111300101100310322"
digits += "011101010002100011023311211112420014000100000100101"
years, disasters = np.arange(1851.0, 1962)[:, None], np.array([*digits], float)[:, None]
print(tn.losses.suggest(disasters[:80], "mean", x=years[:80])[0])
line = trained(tn.losses.mse, years[:80], disasters[:80])(years)
rate = np.exp(trained(tn.losses.poisson_nll, years[:80], disasters[:80])(years))
both = np.exp(trained(lambda y, z: tn.losses.mse(y, np.exp(z)), years[:80], disasters[:80])(years))

# %%
for name, says, look in (("mse", line, "--"), ("poisson", rate, "-"), ("exp, mse", both, "-.")):
    off = np.mean((says - disasters)[80:] ** 2)
    print(f"{name:8} says {says[-1, 0]:.1f} for 1961; mean squared error from 1931 on: {off:.1f}")
    plt.plot(years, says, look, color="#D55E00" if name == "mse" else "#0072B2", label=name)
    assert (says[-1] < -1 and off > 3) if name == "mse" else (says[-1] > 0 and off < 1.6)
plt.plot(years, disasters, ".", color="gray", label="counted")
plt.axvline(1930.5, color="gray", linestyle=":")
plt.gca().set(xlabel="year", ylabel="disasters in a year", title="There are no −1 disasters")
plt.legend()
plt.show()

# %% [markdown]
# In the held-out years, right of the dotted line, the dashed one falls below 0, and the rate comes
# nearer to what happened. Because of the loss, or of the exp? The third model, `mse` of an exp,
# does as well: here it was the exp. To find a cause, change one thing at a time.
#
# ## Imbalance
#
# Is a tumour malignant? Often few are. We train on 200 benign and 20 malignant ones, an *imbalance*
# of 10 to 1. Who always says "benign" is right on 91 % of them, and misses everyone who is ill. So
# look at the *confusion matrix*, with the truth in its rows and the answers in its columns, and at
# the *recall* of a class: which part of its rows is found. A *class weight* of 10, as `suggest`
# proposes (`pos_weight`), lets each malignant one count as ten. **Who gains by it, and who pays?**

# %%
x, ill = cells.x[:, :2], cells.y[:, None]  # mean radius and mean texture; 1 is malignant
benign, malignant = (rng.permutation(np.flatnonzero(cells.y == k)) for k in (0, 1))
seen = np.concatenate([benign[:200], malignant[:20]])
held = np.concatenate([benign[200:], malignant[20:]])
print(tn.losses.suggest(cells.y[seen], "decision")[0])

# %%
models = {}
for name, k in (("plain", 1.0), ("weighted", 10.0)):
    models[name] = trained(tn.losses.log_loss, x[seen], ill[seen], from_logits=True, pos_weight=k)
    table = tn.metrics.confusion(ill[held], models[name](x[held]), kind="logits")
    recall = table[1, 1] / table[1].sum()
    print(f"{name}: confusion {table.tolist()}, recall of malignant {recall:.2f}")
    assert (table[0, 1], round(recall, 2)) == {"plain": (1, 0.65), "weighted": (25, 0.9)}[name]

# %%
grid = np.meshgrid(np.linspace(8, 24), np.linspace(9, 40))  # mean radius and mean texture
places = np.transpose([axis.ravel() for axis in grid])
for name, look in (("plain", "dashed"), ("weighted", "solid")):
    plt.contour(*grid, models[name](places).reshape(50, 50), [0], colors="black", linestyles=look)
plt.plot(*x[benign[200:]].T, ".", color="#0072B2", label="benign")
plt.plot(*x[malignant[20:]].T, "x", color="#D55E00", label="malignant")
plt.gca().set(xlabel="mean radius", ylabel="mean texture", title="Held-out tumours, two borders")
plt.legend()
plt.show()

# %% [markdown]
# The weight moves the border, from dashed to solid, into the benign cloud. The recall of malignant
# tumours rises from 0.65 to 0.90, and 25 healthy people instead of 1 are called back. Is it worth
# that? No loss can tell. And where so few are ill as in training, the odds come out too large.
#
# ## Ordered classes
#
# Call a car thirsty, fair, good or thrifty, by 18, 24 and 30 mpg. Such classes are *ordinal*, they
# have an order: to call a thirsty car thrifty is worse than to call it fair. Cross-entropy knows
# nothing of that. `ordinal` uses one score, which thresholds cut into classes (`np.digitize` counts
# how many lie below it). **Does it pay, with 20 cars to learn from?**

# %%
cars, thresholds = tn.datasets.load_auto_mpg(), [-2.0, 0.0, 2.0]
grades = np.digitize(cars.y[:, 0], [18, 24, 30])  # from 0, thirsty, to 3, thrifty
off = np.empty((5, 2))  # by how many grades, on average
for throw in range(5):
    seen, held = np.split(rng.permutation(len(cars)), [20])
    x, y = cars.x[seen], grades[seen]
    four = trained(tn.losses.cross_entropy, x, y, outputs=4)(cars.x[held])
    one = trained(tn.losses.ordinal, x, y[:, None], thresholds=thresholds)(cars.x[held])[:, 0]
    for k, says in enumerate((np.argmax(four, axis=1), np.digitize(one, thresholds))):
        off[throw, k] = np.mean(np.abs(says - grades[held]))
print("grades off: cross_entropy {:.2f}, ordinal {:.2f}".format(*off.mean(axis=0)))
assert np.all(off[:, 1] < off[:, 0])

# %% [markdown]
# It pays in each of five throws. One score has fewer parameters to learn than four: 10, not 40.
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
