# %% [markdown]
# # 13. Seen and unseen
#
# *My network's loss is almost 0. Is it a good network?*
#
# It may have learned its rows by heart, as a pupil learns the answers of an old exam. Whether it
# understood something shows on rows that it has never seen. This page measures that on real cars,
# and shows three ways to make a network better at the unseen.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Three sets of rows
#
# A row is a car of about 1975: its weight, its power, its year and six numbers more. The target is
# how many miles it goes on one gallon of fuel (mpg). We cut the rows into three sets, at random.
# The network learns from the *training set*. The *validation set* answers questions that come up
# on the way, such as "when shall I stop?". The *test set* is looked at in the end, when nothing is
# left to decide. We train on 59 cars only, as if it were expensive to measure one.

# %%
data = tn.datasets.load_auto_mpg()
train, validation, test = data.split((0.15, 0.425, 0.425), rng=0)
print(f"{data}\n{len(train)} + {len(validation)} + {len(test)} cars")
assert len(train) == 59

# %% [markdown]
# ## One size for all columns
#
# A weight is about 3000, a year about 1975, and tutorial 12 showed what too large numbers do in a
# network. So each column is moved and shrunk until its mean is 0 and its typical distance from the
# mean is 1. That is *standardisation*, $(x − μ)/s$, with the mean $μ$ of the column and its
# standard deviation $s = √(\mathrm{mean}((x − μ)²))$.
#
# Where do $μ$ and $s$ come from? **From the training set only.** The other sets play the cars of
# tomorrow, and those cannot help to compute anything today. The mpg get new units in the same way.


# %%
def standardised(train, *others):
    μ, s, unit = train.x.mean(axis=0), train.x.std(axis=0), train.y.std()
    return [((d.x - μ) / s, (d.y - train.y.mean()) / unit) for d in (train, *others)], unit


(seen, unseen, last), unit = standardised(train, validation, test)
baseline = np.mean(unseen[1] ** 2)
print(f"always the mean: {np.mean(seen[1] ** 2):.2f} on seen cars, {baseline:.2f} on unseen ones")
assert np.isclose(np.mean(seen[1] ** 2), 1) and f"{baseline:.2f}" == "0.83"

# %% [markdown]
# What was printed is a *baseline*: the loss of somebody who always answers the mean of the training
# set. In standardised units this answer is 0, its error is $−y$, and the mean of $y²$ is 1 on the
# training set and 0.83 on the validation set. A network should come far below.
#
# ## Train too long
#
# If `tn.fit` gets `validation=…`, it also measures the loss on those rows after each epoch, without
# learning from them. Our network has two hidden layers of 64 units: 4865 parameters for 59 cars.
#
# **Before you run the next cell:** in 200 epochs the training loss will fall almost to 0. What will
# the validation loss do? Draw both curves on paper.


# %%
def run(seen, unseen, dropout=0.0, weight_decay=0.0, patience=None):
    model = tn.layers.MLP([9, 64, 64, 1], dropout=dropout, rng=0)
    optimizer = tn.optimizers.AdamW(model.parameters(), lr=0.01, weight_decay=weight_decay)
    stop = [tn.training.EarlyStopping(patience)] if patience else []  # asked after each epoch
    settings = {"epochs": 200, "batch_size": 59, "callbacks": stop, "progress": False}
    return model, tn.fit(model, tn.losses.mse, optimizer, seen, validation=unseen, **settings)


# %%
model, history = run(seen, unseen)
losses, best = history["val_loss"], int(np.argmin(history["val_loss"]))
print(f"validation loss {losses[best]:.2f} after epoch {best + 1}, {losses[-1]:.2f} in the end")
assert history["loss"][-1] < 0.01 and losses[best] < 0.15 and losses[-1] > 0.18
plt.plot(history["loss"], color="#0072B2", label="training")
plt.plot(losses, "--", color="#D55E00", label="validation", marker="o", markevery=[best])
plt.gca().set(xlabel="epoch", ylabel="loss", ylim=(0, 0.4), title="Learned by heart is not learned")
plt.legend()
plt.show()

# %% [markdown]
# Up to the dot both fall: what holds for the seen cars holds for others too. Then the network
# learns the 59 cars by heart, and its answers for others get worse: *overfitting*.
#
# ## Three helps
#
# What keeps a network from overfitting is called *regularisation*. Three kinds:
#
# 1. *Early stopping*: keep the parameters of the best epoch, and end the run when `patience` epochs
#    in a row brought no better validation loss.
# 2. *Weight decay*: at each step every weight also loses a small part of itself, of strength $λ$:
#    $w_{k+1} = w_k − η·∂L/∂w − ηλw_k$. What the data need is built up again at each step, what
#    chance put there fades. (`AdamW` is Adam, from tutorial 11, with weight decay.)
# 3. *Dropout*: in training each output of a hidden layer becomes 0 with probability $p$, anew at
#    each step, and the others are divided by $1 − p$, so that the mean stays. No unit can rely on
#    a certain other one. In use, as in `tn.training.predict(model, x)`, nothing is dropped.
#
# **Before you run it:** if $p = 0.25$, what becomes of a 3 that is not dropped? And if $η = 0.01$
# and $λ = 1$, how much of a weight is left after 200 steps for which the data do nothing?

# %%
dropped = tn.layers.Dropout(0.25, rng=0)(np.full(8, 3.0))
print("dropout of threes:", dropped, f" left of a weight: {(1 - 0.01 * 1) ** 200:.2f}")
assert set(dropped.data) == {0, 4} and round(0.99**200, 2) == 0.13

# %% [markdown]
# It becomes 3/0.75 = 4; and each step leaves 0.99 of the weight, so 0.13 of it remain.
#
# ## The test set, and luck
#
# Which help is best? Early stopping has chosen its epoch by the validation set, and looks better
# there than it is. So we compare on the test set, by the root of the mean squared error, in mpg.
# But one cut into three sets is one throw of dice, and a difference may be luck: we throw five
# times. **Guess:** will the same one of the three helps win each time?

# %%
stop, drop, decay = {"patience": 40}, {"dropout": 0.1}, {"weight_decay": 1.0}
ways = {"too long": {}, "early stopping": stop, "dropout": drop, "weight decay": decay}
ways["all three"] = stop | drop | decay  # all their entries
rng, errors = np.random.default_rng(0), np.empty((5, len(ways)))
for throw in range(5):
    (seen, unseen, last), unit = standardised(*data.split((0.15, 0.425, 0.425), rng=rng))
    for column, options in enumerate(ways.values()):
        error = tn.training.predict(run(seen, unseen, **options)[0], last[0]) - last[1]
        errors[throw, column] = unit * np.sqrt(np.mean(error**2))
print("mpg off:", dict(zip(ways, errors.mean(axis=0).round(1).tolist(), strict=True)))
assert np.all(errors[:, [1, 4]] < errors[:, [0]])
assert np.allclose(errors.mean(axis=0)[[0, 4]], (3.9, 3.1), atol=0.05)

# %%
plt.plot(errors.T, "o-", color="#0072B2", linewidth=0.7)
plt.plot(errors.mean(axis=0), "D", color="#D55E00", label="mean of five throws")
plt.xticks(range(len(ways)), ways)
plt.gca().set(ylabel="error on the test set [mpg]", title="Each line is one throw of the dice")
plt.legend()
plt.show()

# %% [markdown]
# In each throw, stopping in time beat training too long, and so did all three together: 3.1 mpg on
# average instead of 3.9. Between single helps the lines cross: one throw could not tell which is
# better. (Whoever now keeps the best of five chose by the test set: expect more than 3.1 in use.)
#
# ## What you can do now
#
# You can cut data into three sets, standardise them without a look at the unseen, name a baseline,
# see overfitting in two curves, act against it, and judge by several throws.
#
# ## Exercises
#
# **13.1** The horsepower of the training set has $μ = 100$ and $s = 40$, that of the test set has
# $μ = 120$ and $s = 50$. A car of the test set has 180. Which number does the network get?

# %%
answer = ...
check("13.1", answer)

# %% [markdown]
# **13.2** $w$ is 2, $η$ is 0.1, $λ$ is 0.5, and $∂L/∂w$ is 0.3. What is $w$ after one step?

# %%
answer = ...
check("13.2", answer)

# %% [markdown]
# **13.3** Of 50 settings you keep the one with the lowest validation loss, 0.10. Its test loss is
# 0.14. Why, most likely? a) it overfitted the training set b) the lowest of 50 numbers is partly
# luck c) the test set needs its own $μ$ and $s$

# %%
answer = ...
check("13.3", answer)

# %% [markdown]
# **13.4** Given the validation losses of a run and the patience: which epoch, with 1 for the first,
# does early stopping keep? It sees no epoch after the one where it ends the run.


# %%
def answer(losses, patience): ...


check("13.4", answer)

# %% [markdown]
# ## Read on
#
# - L. Prechelt, "Early Stopping – But When?", in *Neural Networks: Tricks of the Trade* (1998).
# - N. Srivastava et al., "Dropout: A Simple Way to Prevent … Overfitting", JMLR 15 (2014).
# - I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR (2019).
#
# Next: [14. A sick run](14_a_sick_run.py)
