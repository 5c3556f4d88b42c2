# %% [markdown]
# # 17. Sparse and low rank
#
# *My table has twenty columns. Can training itself tell me which of them matter?* It can, if a
# weight has to pay for not being 0. This page shows which price leads to weights of 0.01 and which
# to weights of exactly 0, why gradient descent misses the 0, and which step meets it. In the end
# such a step finds two hidden tastes in a table with half its entries gone.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Twenty weights, of which four are needed
#
# `tn.datasets.make_sparse_linear` makes 60 rows with 20 columns. The target is
# $3x_0 − 2x_1 + 1.5x_2 − x_3$ and a little noise: only the first four columns count.

# %%
data = tn.datasets.make_sparse_linear(60, rng=0)


def train(l1=0.0, proximal=0.0):  # both are explained when we need them
    w = tn.Tensor(np.zeros((20, 1)), requires_grad=True)
    optimizer = tn.optimizers.SGD([w], lr=0.1)
    if proximal > 0:
        optimizer = tn.optimizers.Proximal(optimizer, tn.penalties.prox_l1, strength=proximal)
    for _ in range(400):
        loss = tn.losses.mse(data.y, data.x @ w) + l1 * tn.penalties.l1(w)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print("first weights:", w.data[:6, 0].round(3), " equal to 0:", np.sum(w.data == 0))
    return w.data[:, 0]


plain = train()
assert np.all(plain != 0) and np.max(np.abs(plain[4:])) < 0.05

# %% [markdown]
# The first four weights are nearly right. The other sixteen are small, but none is 0: each fits a
# little of the noise. Below which size does a weight mean nothing?
#
# ## A price for weights
#
# A *penalty* is a number that grows with the weights. We add it to the loss, $λ$ times: the larger
# $λ$, the higher the price. Two penalties are common:
#
# - $½∑w²$ over all weights, `tn.penalties.l2`. Its slope is $w$: it pulls less and less as a weight
#   comes near 0. With plain steps it is the weight decay of [tutorial 13](13_seen_and_unseen.py).
# - $∑|w|$, `tn.penalties.l1`, the *L1 penalty*. Its slope is 1 or −1: it pulls a weight of 0.01 as
#   hard as a weight of 10. At 0 it has a corner, where the slope jumps from −1 to 1.
#
# **Before you run the next cell:** take one weight and the loss $½(w − 0.5)²$, lowest at 0.5. Add a
# penalty, $λ = 1$. Where is the sum lowest, with $½w²$, and with $|w|$? Write down both numbers.

# %%
w = np.linspace(-0.6, 1, 1601)
loss, lowest = 0.5 * (w - 0.5) ** 2, {}
for name, penalty, color in [("½w²", w**2 / 2, "#0072B2"), ("|w|", np.abs(w), "#D55E00")]:
    lowest[name] = w[np.argmin(loss + penalty)]
    plt.plot(w, loss + penalty, color=color, label=f"loss + {name}: lowest at {lowest[name]:.2f}")
    plt.plot(lowest[name], np.min(loss + penalty), "ko")
plt.gca().set(xlabel="w", ylabel="loss + penalty", title="A corner holds the lowest point at 0")
plt.legend()
plt.show()
assert np.allclose([lowest["½w²"], lowest["|w|"]], [0.25, 0], atol=1e-9)

# %% [markdown]
# Look at the dots: the light curve is lowest at 0.25, the dark one in its corner, at 0. There the
# loss pulls to the right with 0.5. The pull of $½w²$ has died at 0, so the loss wins. The pull of
# $|w|$ is 1 until the end, so the loss cannot win. Weights of which most are 0 are called *sparse*.
#
# ## Gradient descent jumps over the corner
#
# Now add the L1 penalty to the loss. **Before you run the cell:** how many weights will be 0?

# %%
jumping = train(l1=0.2)  # λ
assert np.all(jumping != 0)

# %% [markdown]
# None. A step is $η$ times the slope, and the slope does not fade near the corner. A weight at
# 0.005 is moved by about $ηλ = 0.02$, to −0.015, and the next step moves it back, for ever.
#
# ## The step that stops at 0
#
# Take the step in two parts. First a gradient step on the loss alone, which ends at some $w_k$.
# Then the weight goes towards 0 by $ηλ$, and if it arrives, it stops there. Such a second part is a
# *proximal step*, and this one is called the *soft threshold*. It ends where $½(w − w_k)² + ηλ|w|$
# is smallest: a curve like the dark one above, with its corner.
#
# `tn.penalties.prox_l1` is this step; in `train`, `Proximal` takes it after each step of SGD, with
# `strength` as $λ$. The loss is now without the penalty: the proximal step stands for it. **Before
# you run the cell:** where do 3, −0.5, 0.1 and −4 go, if each moves towards 0 by 0.2?

# %%
after = tn.penalties.prox_l1(np.array([3.0, -0.5, 0.1, -4.0]), 0.2)
print("3, −0.5, 0.1, −4 after a soft threshold of 0.2:", after)
sparse = train(proximal=0.2)
plt.semilogy(np.abs(plain), "s", color="gray", label="no penalty")
plt.semilogy(np.abs(jumping), "x", color="#0072B2", label="L1, gradient steps")
plt.semilogy(np.abs(sparse), "o", color="#D55E00", label="L1, proximal steps")
plt.gca().set(xlabel="column", ylabel="|w|", title="Only proximal steps make weights exactly 0")
plt.xticks(range(0, 20, 4))
plt.legend()
plt.show()
assert np.allclose(after, [2.8, -0.3, 0, -3.8])
assert np.round(sparse[0], 2) == 2.92 and list(np.flatnonzero(sparse)) == [0, 1, 2, 3]

# %% [markdown]
# On an axis of powers of ten 0 has no place: sixteen round dots are missing, and the four columns
# are found. But the first weight is 2.92 instead of 3: the penalty pulls at needed weights, too. So
# one keeps the choice, and fits the four once more without it.
#
# ## Few patterns instead of few weights
#
# Thirty people rate twenty films. Suppose two tastes decide, action and romance: a rating is (how
# much this person likes action) · (how much action is in the film), plus the same for romance. Then
# every row of the table is a mix of two rows. The least number of rows from which all can be mixed
# is the *rank* of the table: here 2. A table whose rank is far below its size is *low-rank*.
#
# Every table is a sum of patterns: a column times a row, both of length 1, times the strength of
# the pattern, a *singular value*, never below 0 (`np.linalg.svd` finds all). The rank is how many
# are not 0. But noise lifts them all above 0, as it did with twenty weights, and the same price
# helps: the *nuclear norm*, their sum. Its proximal step lowers each by $ηλ$, and stops at 0.
#
# Half of the ratings are missing: `where` says which the loss may see. Each entry is a parameter.
# **Before you run the cell:** without a penalty, what will the model say of a rating never seen?

# %%
rng = np.random.default_rng(0)
tastes = rng.normal(size=(30, 2)) @ rng.normal(size=(2, 20))  # people × films, rank 2
ratings, seen = tastes + 0.1 * rng.normal(size=(30, 20)), rng.random((30, 20)) < 0.5
for strength in (0, 3):  # λ; more than before, since here the loss is a sum over all ratings
    table = tn.Tensor(np.zeros((30, 20)), requires_grad=True)
    sgd = tn.optimizers.SGD([table], lr=0.25)
    optimizer = tn.optimizers.Proximal(sgd, tn.penalties.prox_nuclear_norm, strength)
    for _ in range(300):
        optimizer.zero_grad()
        tn.losses.mse(ratings, table, where=seen, reduction="sum").backward()
        optimizer.step()
    rank, error = np.linalg.matrix_rank(table.data), np.abs(table.data - tastes)[~seen].mean()
    print(f"λ = {strength}: rank {rank}, mean absolute error of the unseen ratings {error:.2f}")
    assert (rank == 2 and error < 0.25) if strength else np.all(table.data[~seen] == 0)

# %% [markdown]
# Without a penalty an unseen rating stays at 0, where it began: nothing pulls at it. With it, the
# cheapest table that fits has two patterns, and they fill the gaps.
#
# ## What you can do now
#
# You can say why a penalty with a corner gives zeros and a smooth one does not, take a proximal
# step by hand and in training, and find the few columns, or the few patterns, that matter.
#
# ## Exercises
#
# **17.1** On paper: for which $w$ is $½(w − 2)² + λ|w|$ lowest, with $λ = 0.5$?

# %%
answer = ...
check("17.1", answer)

# %% [markdown]
# **17.2** Write the soft threshold for an array `w`: towards 0 by `t`, and stop there.


# %%
def answer(w, t): ...


check("17.2", answer)

# %% [markdown]
# **17.3** You want exact zeros. Which run gives them? a) SGD on loss + 0.2 · `l2(w)`, long enough.
# b) SGD on loss + 0.2 · `l1(w)`, with a very small learning rate. c) `Proximal`, `prox_l1`, 0.2.

# %%
answer = ...
check("17.3", answer)

# %% [markdown]
# **17.4** On paper. A table has the singular values 5, 2 and 0.4. What is its nuclear norm after
# one proximal step with $η = 0.5$ and $λ = 2$?

# %%
answer = ...
check("17.4", answer)

# %% [markdown]
# ## Read on
#
# - R. Tibshirani (1996), *Regression shrinkage and selection via the lasso*, JRSS B 58.
# - N. Parikh, S. Boyd (2014), *Proximal algorithms*, Foundations and Trends in Optimization 1.
#
# Next: [18. Curvature](18_curvature.py)
