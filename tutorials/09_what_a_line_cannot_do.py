# %% [markdown]
# # 3. Spirals
#
# Some things cannot be told apart by a line. Three spiral arms are such a thing; a network with two
# hidden layers bends space until a line is enough.

# %%
import os

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn

units, activation, noise = 16, tn.layers.ReLU, 0.03  # to try other ones, see the end
as_in_the_text = (units, activation, noise) == (16, tn.layers.ReLU, 0.03)  # of these it claims

data = tn.datasets.make_spirals(arms=3, noise=noise, rng=0)
train, validation, test = data.split((0.7, 0.15, 0.15), rng=0)
print(data)


def train_model(model, epochs):
    """Train, stop when the validation loss no longer falls, and return the history."""
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    return tn.fit(
        model,
        tn.losses.cross_entropy,
        optimizer,
        train,
        epochs=epochs,
        batch_size=32,
        validation=validation,
        callbacks=[tn.training.EarlyStopping(patience=20)],
        progress=False,
    )


def accuracy(model):
    return tn.metrics.accuracy(test.y, tn.training.predict(model, test.x))


# %% [markdown]
# ## A linear model
#
# One `Linear` layer gives each class a score that is a plane over the picture. The borders between
# the classes are straight lines, and guessing would be right in one case of three.

# %%
linear = tn.layers.Linear(2, 3, rng=0)
train_model(linear, epochs=60)
print(f"linear: {accuracy(linear):.3f}")
assert accuracy(linear) < 0.65

# %% [markdown]
# More layers do not help, as long as there is nothing between them: a line of a line is a line.

# %%
three_lines = tn.layers.Sequential(
    tn.layers.Linear(2, 16, rng=0), tn.layers.Linear(16, 16, rng=1), tn.layers.Linear(16, 3, rng=2)
)
train_model(three_lines, epochs=60)
print(f"three linear layers: {accuracy(three_lines):.3f}")
assert accuracy(three_lines) < 0.65

# %% [markdown]
# ## A bend between the layers
#
# `ReLU`, max(x, 0), is all that is missing. Each of its 16 units folds the plane once, the next
# layer folds the folded plane, and so on.

# %%
network = tn.layers.MLP([2, units, units, 3], activation=activation, rng=0)
print(network)
history = train_model(network, epochs=100)
print(f"with {activation.__name__}: {accuracy(network):.3f} after {history.epochs} epochs")
if as_in_the_text:
    assert accuracy(network) > 0.95

# %% [markdown]
# ## What it gets wrong, and what it saw
#
# The confusion matrix counts, for each class, what the model said; the right answers stand on the
# diagonal.

# %%
confusion = np.zeros((3, 3), dtype=int)
np.add.at(confusion, (test.y, np.argmax(tn.training.predict(network, test.x), axis=1)), 1)
print(confusion)
assert np.trace(confusion) / len(test) == accuracy(network)

# %% [markdown]
# The picture shows the losses beside the regions.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
history.plot(left)
tn.plots.decision_boundary(network, test, right)

if folder := os.environ.get("FIGURES"):
    tn.plots.save(figure, f"{folder}/09_what_a_line_cannot_do.png")
else:
    print("the picture opens in a window; FIGURES=. before python keeps it as a file instead")
    plt.show()

# %% [markdown]
# **Try it**, in the first cell. How few `units` are enough? What does the `activation`
# `tn.layers.Tanh` draw instead of straight edges? What happens with a `noise` of 0.1?
