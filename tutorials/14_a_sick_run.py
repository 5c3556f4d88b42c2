# %% [markdown]
# # 14. A sick run
#
# *My network does not learn. What shall I change first?*
#
# Nothing yet. A doctor does not try pills at random: she examines, says what is wrong, treats one
# thing, and examines again. This page does so with a network that has two illnesses, and then with
# a run that looks too healthy.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

train, validation, _ = tn.datasets.load_penguins().split(rng=0)

# %% [markdown]
# ## The patient
#
# From four measures of a penguin the network shall tell its species: Adelie, Chinstrap or Gentoo.
# It has five hidden layers of 16 units with sigmoids between them.


# %%
def born(activation):
    model = tn.layers.MLP([4, 16, 16, 16, 16, 16, 3], activation=activation, rng=0)
    return model, tn.losses.cross_entropy, tn.optimizers.SGD(model.parameters(), lr=0.1)


def learn(train, validation, activation):
    settings = {"epochs": 40, "batch_size": 32, "metrics": [tn.metrics.accuracy], "rng": 0}
    return tn.fit(*born(activation), train, validation=validation, progress=False, **settings)


sick = learn(train, validation, tn.layers.Sigmoid)
print(f"loss {sick['loss'][-1]:.2f}, accuracy on unseen penguins {sick['val_accuracy'][-1]:.2f}")

# %% [markdown]
# ## First question: what does it cost to know nothing?
#
# One model gives each of the three species the probability 1/3. Another one knows that 44 % are
# Adelies, 20 % Chinstraps and 36 % Gentoos, and no more: it gives each species its frequency $p$.
# **Two numbers to write down:** which cross-entropy has each, on average?

# %%
p = np.bincount(train.y) / len(train)
guess = -np.sum(p * np.log(p))
print(f"log 3 = {np.log(3):.2f}; with the frequencies {np.round(p, 2)} it is {guess:.2f}")
assert f"{guess:.2f}" == "1.05" and abs(sick["loss"][-1] - guess) < 0.01

# %% [markdown]
# The first always pays $−\log(1/3)$, about 1.10. The second pays $−\log p$ in a part $p$ of the
# cases, in all $−∑ p \log p$, or 1.05. There our patient stands: it knows the frequencies, no more.
#
# ## Second question: does the gradient arrive?
#
# The *gradient norm* of a layer is the length of its gradient, the root of the sum of all squares:
# how strongly the loss pulls at it. The *update ratio* is the length of a step over the length of
# the layer's weights, here $η|∂L/∂w|/|w|$, where bars mean length. At 0.01 a step changes the layer
# by a hundredth; at 0.00001 the layer stays as it was born.


# %%
def examine(train, activation):
    model, loss, optimizer = born(activation)
    loss(train.y, model(train.x)).backward()
    weights = [w for w in model.parameters() if w.ndim == 2]  # without the biases
    norms = np.array([np.linalg.norm(w.grad) for w in weights])
    return norms, optimizer.lr * norms / [np.linalg.norm(w.data) for w in weights]


# %%
scaled, scaled_validation = train.standardize(validation)  # as by hand in tutorial 13
patients = [
    ("as it came", "o-", "#D55E00", train, validation, tn.layers.Sigmoid),
    ("standardised", "s--", "#A03070", scaled, scaled_validation, tn.layers.Sigmoid),
    ("standardised, with ReLU", "^-.", "#0072B2", scaled, scaled_validation, tn.layers.ReLU),
]
pulls = []
for name, style, color, seen, _, activation in patients:
    norms, ratios = examine(seen, activation)
    print(f"update ratio of layers 1 and 6, {name}: {ratios[0]:.0e}, {ratios[-1]:.0e}")
    plt.semilogy(range(1, 7), norms, style, color=color, label=name)
    pulls.append(norms)
first, second, third = pulls
assert first[0] < 1e-50 and second[-1] > 1000 * second[0] and third.min() > 1
plt.gca().set(xlabel="layer", ylabel="gradient norm", ylim=(1e-5, 20), title="The pull gets lost")
plt.legend()
plt.show()

# %% [markdown]
# Read it from right to left, as the gradient travels. As the patient came, nothing arrives at layer
# 1: one input is the body mass, about 4200 g, and a sigmoid of that is saturated. That is the first
# illness; standardisation heals it. Behind it is the second, a vanishing gradient: the pull at
# layer 1 is over 1000 times weaker than at layer 6. With ReLU all layers are pulled about alike.
#
# ## One treatment at a time
#
# **Which of the three training losses will fall? Decide before you run it.**

# %%
plt.figure()
for name, style, color, *patient in patients:
    run = learn(*patient)
    print(f"{name}: accuracy on unseen penguins {run['val_accuracy'][-1]:.2f}")
    plt.plot(run["loss"], style[1:], color=color, label=name)
plt.axhline(guess, color="gray", linestyle=":", label="only the frequencies")
plt.gca().set(xlabel="epoch", ylabel="training loss", ylim=(0, 1.3), title="Both must be treated")
plt.legend()
plt.show()
relu_alone = learn(train, validation, tn.layers.ReLU)["loss"]
assert run["val_accuracy"][-1] > 0.98 and relu_alone[0] > 1e6 and relu_alone[-1] > 1

# %% [markdown]
# The upper two curves lie on each other: standardisation alone does not help the loss. Nor does
# ReLU alone: with inputs of 4200 the first gradient explodes. The gradient norms said at each
# visit what was better, and what was left to treat.
#
# ## The doctor
#
# `tn.diagnose` asks such questions before training. It returns a *diagnosis*: findings, each with
# what was seen, why it matters, and one thing to try; `print(diagnosis)` shows all. It numbers the
# sigmoids, too, so layer 1 is `layers.0` and layer 6 is `layers.10`. With `diagnose=True`, `tn.fit`
# goes on looking while the network learns.

# %%
for name, _, _, seen, unseen, activation in patients:
    model, loss, optimizer = born(activation)
    diagnosis = tn.diagnose(model, loss, seen, optimizer, unseen)
    print(name, *(f"   {found.rule}: {found.seen}" for found in diagnosis.findings), sep="\n")
assert not diagnosis.findings

# %% [markdown]
# ## Too healthy
#
# Here two clouds of points lie apart, and 20 % of the labels are wrong on purpose: nobody can be
# right in much more than 80 % of new cases. But somebody pasted the table twice into one file
# before it was split. **Which accuracy will the validation promise?**

# %%
table = tn.datasets.make_label_noise(100, noise=0.2, rng=0)
new = tn.datasets.make_label_noise(2000, noise=0.2, rng=1)
seen, unseen = table.take(np.tile(np.arange(100), 2)).split((0.7, 0.3), rng=0)
model = tn.layers.MLP([2, 64, 64, 64, 2], rng=0)
optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
tn.fit(model, loss, optimizer, seen, epochs=300, batch_size=140, progress=False)
right = [tn.metrics.accuracy(d.y, tn.training.predict(model, d.x)) for d in (seen, unseen, new)]
print("accuracy: seen rows {:.2f}, validation {:.2f}, new points {:.2f}".format(*right))
print(tn.diagnose(model, loss, seen, optimizer, unseen)["shared rows"].seen)
assert right[0] > 0.95 and right[1] > 0.85 and right[2] < 0.72

# %% [markdown]
# About 0.9, where nobody should come far above 0.8: that is the sign. The network learned its rows
# by heart, wrong labels included, and met most of them again in the validation set. That is *data
# leakage*: something helps in training and validation that will not be there in use, such as shared
# rows, or a column made from the target. The doctor looks for both.
#
# ## What you can do now
#
# You can see where a gradient gets lost, treat one thing at a time, and distrust a perfect score.
#
# ## Exercises
#
# **14.1** A layer has weights of length 5 and the gradient norm 0.002; $η = 0.1$. Its update ratio?

# %%
answer = ...
check("14.1", answer)

# %% [markdown]
# **14.2** The loss of a network for three classes stays at 1.10. The gradient norm is 2 at the last
# layer and $10^{−9}$ at the first; the inputs are standardised. What do you try first?
# a) a learning rate ten times as large b) more rows c) fewer layers, or ReLU instead of sigmoid

# %%
answer = ...
check("14.2", answer)

# %% [markdown]
# **14.3** Write the doctor's rule for shared rows: how many rows of `validation`, an array (N, 3),
# stand in `train`, an array (M, 3), too?


# %%
def answer(train, validation): ...


check("14.3", answer)

# %% [markdown]
# ## Read on
#
# - [The doctor](doctor.md): all of its rules, each with a run in which only that is wrong.
# - S. Kapoor, A. Narayanan, "Leakage and the reproducibility crisis …", *Patterns* 4 (2023).
#
# Next: [15. Choosing a loss](15_choosing_a_loss.py)
