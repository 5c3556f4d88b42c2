# %% [markdown]
# # 16. A loss of your own
#
# *What if it is worse to be wrong upwards than downwards?*
#
# Then say so: a loss is a function that you may write yourself. This page writes one, asks a
# workbench what is wrong with it, and ends with a network that knows how sure it is.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

cars = tn.datasets.load_auto_mpg()

# %% [markdown]
# ## Four to one
#
# Somebody plans trips with your predictions of tutorial 13: how many miles does a car go on a
# gallon? If the prediction is too high, the car stops on the road. If it is too low, some fuel is
# carried for nothing. Let the first cost 4 for each mile per gallon, the second 1. A loss that
# treats the two sides differently is an *asymmetric loss*.
#
# `@tn.losses.loss` makes a loss of a function that gives one value for each prediction. It adds the
# mean, the gradient, sample weights and checks of shapes. What follows the star are options.


# %%
@tn.losses.loss
def promise(y_true, y_pred, *, over=4.0, under=1.0):
    e = y_pred - y_true
    return np.where(e > 0, over * e, -under * e)


print(promise([20.0, 20.0], [22.0, 18.0], reduction="none"), promise([20.0, 20.0], [22.0, 18.0]))
assert promise([20.0, 20.0], [22.0, 18.0]) == 5

# %% [markdown]
# ## What does it want?
#
# **Guess: which one number for all cars costs least? More than their mean of 23.4 mpg, or less?**

# %%
constants = np.linspace(10, 40, 301)
costs = [promise(cars.y, np.full_like(cars.y, constant)) for constant in constants]
best = constants[np.argmin(costs)]
below = np.mean(cars.y < best)
print(f"mean {cars.y.mean():.1f}; least cost at {best:.1f}, with {below:.0%} of the cars below")
assert f"{cars.y.mean():.1f}" == "23.4" and f"{best:.1f}" == "16.0" and 0.15 < below <= 0.2

# %%
plt.plot(constants, costs, color="#0072B2")
plt.plot(best, min(costs), "o", color="#D55E00", label="least cost")
plt.axvline(cars.y.mean(), color="gray", linestyle=":", label="mean of all cars")
plt.gca().set(xlabel="one number for all [mpg]", ylabel="mean loss", title="The best number is low")
plt.legend()
plt.show()
assert np.isclose(min(costs), 5 * tn.losses.quantile(cars.y, np.full_like(cars.y, best), q=0.2))

# %% [markdown]
# Raise the number a little: each car below it costs 4 more, each car above it 1 less. At the best
# number the two balance: 4 · (part below) = 1 · (part above), so the part below is 1/5. It is the
# 0.2-quantile, and `promise` is the pinball loss of tutorial 6, times 5.
#
# ## Does it pay on unseen cars?
#
# We train the same network by `mse` and by `promise`, and present both with the bill of `promise`.


# %%
def trained(loss, x, y, outputs=1):
    μ, s = x.mean(axis=0), x.std(axis=0)
    model = tn.layers.MLP([x.shape[1], 16, outputs], activation=tn.layers.Tanh, rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=tn.schedules.cosine(0.03, steps=200))
    tn.fit(model, loss, optimizer, ((x - μ) / s, y), epochs=200, batch_size=len(x), progress=False)
    return lambda x: tn.training.predict(model, (x - μ) / s)


# %%
rng, y = np.random.default_rng(0), cars.y / 10  # in tens of mpg, so that outputs are near 1
throws = [np.array_split(rng.permutation(len(cars)), 2) for _ in range(5)]
costs = np.empty((5, 2))
for row, (seen, held) in enumerate(throws):
    for column, loss in enumerate((tn.losses.mse, promise)):
        predictions = trained(loss, cars.x[seen], y[seen])(cars.x[held])
        costs[row, column] = 10 * promise(y[held], predictions)
print("cost on unseen cars: mse {:.1f}, promise {:.1f}".format(*costs.mean(axis=0)))
assert np.all(costs[:, 1] < costs[:, 0]) and np.allclose(costs.mean(axis=0), (5.2, 3.8), atol=0.1)

# %% [markdown]
# In each throw the network that knows what it will have to pay pays less: 3.8 instead of 5.2.
#
# ## The workbench
#
# A loss can be wrong in ways that one does not see for weeks. `tn.losses.check` asks nearly twenty
# questions: does the gradient agree with central differences, is the loss lowest at the truth, does
# it overflow? `promise` has no fault. Here are two more: `linex`, a smooth asymmetric loss that
# stands in books, and `capped`, which stops at 10. **What could be wrong with each of them?**


# %%
@tn.losses.loss
def linex(y_true, y_pred):
    e = y_pred - y_true
    return np.exp(e) - e - 1


@tn.losses.loss
def capped(y_true, y_pred):
    return np.minimum(promise(y_true, y_pred, reduction="none"), 10)


for loss, topic in ((promise, "convexity"), (linex, "extremes"), (capped, "convexity")):
    report = tn.losses.check(loss, train=False)  # print(report) shows all that was tried
    print(loss.__name__, report[topic], sep="\n")
    assert report.ok == (loss is not linex)

# %% [markdown]
# `linex` overflows: one prediction that is far too high, and the loss is inf. `capped` runs, but it
# is not *convex*. A function is convex if a straight line between two points of its curve never
# runs below the curve. Then it has no second valley, and is flat nowhere but at its lowest place.
# `promise` is convex. `capped` is flat where it is very wrong: there it has no slope to learn from.
#
# ## A band instead of a number
#
# A network with two outputs can learn the 0.1-quantile and the 0.9-quantile of a car's mpg:
# `tn.losses.quantile` takes a list of levels. The two are the ends of a *prediction interval*, in
# which 80 % of the cars should lie. The part that does is the *coverage*. **What will it be on seen
# and on unseen cars, if the network gets all nine columns, and if it gets the weight only?**

# %%
for name, columns in (("all nine", [*range(9)]), ("weight", [3])):
    inside = np.empty((5, 2))
    for row, sets in enumerate(throws):
        x, t = cars.x[sets[0]][:, columns], y[sets[0], 0]
        band = trained(lambda t, z: tn.losses.quantile(t, z, q=[0.1, 0.9]), x, t, outputs=2)
        for column, rows in enumerate(sets):
            low, high = band(cars.x[rows][:, columns]).T
            inside[row, column] = np.mean((low <= y[rows, 0]) & (y[rows, 0] <= high))
    on_seen, on_unseen = inside.mean(axis=0)
    print(f"{name}: coverage {on_seen:.2f} of seen cars, {on_unseen:.2f} of unseen ones")
    assert abs(on_seen - 0.8) < 0.02 and (on_unseen > 0.75) == (name == "weight")

# %%
weight, order = cars.x[rows, 3], np.argsort(cars.x[rows, 3])  # unseen cars of the last throw
plt.plot(weight, cars.y[rows], ".", color="gray", label="unseen cars")
plt.plot(weight[order], 10 * low[order], color="#0072B2", label="0.1-quantile")
plt.plot(weight[order], 10 * high[order], "--", color="#D55E00", label="0.9-quantile")
plt.gca().set(xlabel="weight [lb]", ylabel="mpg", title="Of a light car we know less")
plt.legend()
plt.show()

# %% [markdown]
# The band shows where we know less. With one column it nearly keeps its promise. With nine the
# network overfits, and the band is too narrow for unseen cars: measure coverage on held-out rows.
#
# ## What you can do now
#
# You can write a loss of your own, have it checked, and give a band with a measured coverage.
#
# ## Exercises
#
# **16.1** On paper: for other trips one sets `promise` to `over=2` and `under=6`. Which quantile
# of the mpg does it want then? Answer with its level, from 0 to 1.

# %%
answer = ...
check("16.1", answer)

# %% [markdown]
# **16.2** A band from the 0.05-quantile to the 0.95-quantile has a coverage of 90 % on the training
# set and 70 % on the validation set. What helps?
# a) levels closer together, such as 0.1 and 0.9 b) more epochs c) regularisation

# %%
answer = ...
check("16.2", answer)

# %% [markdown]
# **16.3** Mend `linex`: $\exp(e) − e − 1$ for $e ≤ 3$, and beyond it the straight line that goes on
# from there with the same slope. Give one value for each error in the array `e`, all finite.


# %%
def answer(e): ...


check("16.3", answer)

# %% [markdown]
# ## Read on
#
# - R. Koenker, *Quantile Regression* (2005).
# - A. Zellner, "Bayesian Estimation and Prediction Using Asymmetric Loss Functions", *J. American
#   Statistical Association* 81 (1986), where linex is studied.
#
# Next: [17. Sparse and low rank](17_sparse_and_low_rank.py)
