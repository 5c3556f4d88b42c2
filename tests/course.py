"""A course of one tutorial, with a figure, a graph, and an exercise of each kind."""

from pathlib import Path

TUTORIAL = r'''# %% [markdown]
# # 7. From scores to probabilities
#
# A network ends in *scores*. What are $p_i = \exp(z_i) / ∑_j \exp(z_j)$?

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## The softmax
#
# What will the sum be?

# %%
class Scores:
    """Three of them."""

    z = np.array([2.0, 1.0, 0.1])


p = np.exp(Scores.z) / np.exp(Scores.z).sum()
print(f"the sum is {p.sum():.3f}, the longest line of this tutorial: each is from", p.round(3))

# %% [markdown]
# ## A figure

# %%
plt.bar(range(3), p)
plt.show()
plt.figure()
plt.plot(p)
plt.show()

# %% [markdown]
# ## A graph

# %%
s = tn.Tensor([2.0, 1.0, 0.1], requires_grad=True)
loss = tn.losses.cross_entropy([[1.0, 0.0, 0.0]], s.reshape(1, 3))
tn.Graph(loss)

# %% [markdown]
# **7.1** What is $\log 2$?

# %%
answer = ...
check("7.1", answer)

# %% [markdown]
# **7.2** Which loss? a) mse b) log loss

# %%
answer = ...
check("7.2", answer)

# %% [markdown]
# **7.3** Write the sigmoid.

# %%


def answer(z):
    ...


check("7.3", answer)

# %% [markdown]
# ## Read on
'''
SOLUTIONS = '''"""Tutorial 7: the answers."""

import numpy as np

from tinynet.classroom.course import Exercise

exercises = {
    "7.1": Exercise(np.log(2), "exp(0.693) is 2.", {"sign": -np.log(2)}, "Ask np.log."),
    "7.2": Exercise("b", "It is made for that.", {"mse sees distances.": "a"}),
    "7.3": Exercise(
        lambda z: 1 / (1 + np.exp(-z)),
        "It is 0.5 at 0.",
        {"The sign of z is missing.": lambda z: 1 / (1 + np.exp(z))},
        asked=[(np.array([0.0, 2.0]),), (1.0,)],
    ),
}
'''


def write(folder: Path) -> None:
    """Write the tutorial and its solutions into a folder."""
    (folder / "solutions").mkdir(parents=True)
    (folder / "07_scores.py").write_text(TUTORIAL, encoding="utf-8")
    (folder / "solutions" / "07_scores.py").write_text(SOLUTIONS, encoding="utf-8")
