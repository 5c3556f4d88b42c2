# %% [markdown]
# # 2. Six losses
#
# A loss says what "wrong" means. Different losses look at the same errors and want different
# things. Here are six of them, what each does, and a mistake that one finds in print.

# %%
import numpy as np

import tinynet as tn
from tinynet import losses

errors = np.array([-10.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 10.0])
zeros = np.zeros_like(errors)


def values_and_slopes(loss):
    """The loss of each error on its own, and its slope there."""
    y_pred = tn.Tensor(errors, requires_grad=True)
    value = loss(zeros, y_pred, reduction="none")
    return value.data, value.gradient(y_pred, gradient=np.ones_like(errors))


# %% [markdown]
# ## Four losses for numbers
#
# The error e is y_pred − y_true. `mse` squares it, `mae` takes its size, `smooth_l2` is half the
# square, and `smooth_l1` is half the square near 0 and the size (less ½) beyond 1.
#
# Look at the slopes: they are the force with which a point pulls at the model. An error of 10 pulls
# at `mse` with 20, but at `mae` and `smooth_l1` with 1, no more than an error of 2.

# %%
print("error     ", *(f"{e:7.1f}" for e in errors))
for loss in (losses.mse, losses.mae, losses.smooth_l1, losses.smooth_l2):
    value, slope = values_and_slopes(loss)
    print(f"{loss.__name__:<10}", *(f"{v:7.2f}" for v in value))
    print("  slope   ", *(f"{s:7.2f}" for s in slope))

assert values_and_slopes(losses.mse)[1][-1] == 20
assert values_and_slopes(losses.mae)[1][-1] == 1
assert values_and_slopes(losses.smooth_l1)[1][-1] == 1

# %% [markdown]
# ## What each wants: mean or median
#
# Fit the simplest model, one number for all the data. The best number for `mse` is the mean, for
# `mae` the median. One outlier moves the mean as far as it likes, and the median hardly at all.

# %%
data = np.array([1.0, 2.0, 3.0, 4.0, 100.0])


def best_constant(loss):
    constant = tn.Tensor(0.0, requires_grad=True)
    optimizer = tn.optimizers.Adam([constant], lr=0.5)
    for step in range(3000):
        optimizer.lr = 0.5 * 0.998**step  # mae does not settle without a falling rate
        optimizer.zero_grad()
        loss(data, np.broadcast_to(constant, data.shape)).backward()
        optimizer.step()
    return constant.data.item()


for loss in (losses.mse, losses.mae, losses.smooth_l1, losses.smooth_l2):
    print(f"{loss.__name__:<10} likes {best_constant(loss):6.2f} best")

assert abs(best_constant(losses.mse) - data.mean()) < 0.1  # 22
assert abs(best_constant(losses.mae) - np.median(data)) < 0.1  # 3
assert abs(best_constant(losses.smooth_l2) - data.mean()) < 0.1
assert abs(best_constant(losses.smooth_l1) - np.median(data)) < 0.5

# %% [markdown]
# ## A mistake found in print
#
# Now and then smooth L1 is given as max(½e², |e| − ½). It looks right: a square and a line. But
# ½e² − (|e| − ½) = ½(|e| − 1)², which is never negative. So the square always wins, and this
# "smooth L1" is plain ½e²: it is smooth L2, and an outlier pulls as hard as ever.

# %%
wrong = np.maximum(0.5 * errors**2, np.abs(errors) - 0.5)
right, _ = values_and_slopes(losses.smooth_l1)
print("wrong:", wrong)
print("right:", right)
assert np.array_equal(wrong, values_and_slopes(losses.smooth_l2)[0])
assert wrong[-1] == 50 and right[-1] == 9.5

# %% [markdown]
# The cases must be chosen by the size of the error, not by the size of the value. `huber` does the
# same with a slope of δ far out. And `pseudo_huber`, δ²(√(1 + (e/δ)²) − 1), has no seam at all. But
# computed like this it is 0 for small errors, since √(1 + 1e-16) is exactly 1 in float64; tinynet
# computes e² / (1 + √(1 + (e/δ)²)), the same number without that loss.

# %%
tiny = 1e-8
print("as it is written: ", np.sqrt(1 + tiny**2) - 1)
print("as it is computed:", losses.pseudo_huber([0.0], [tiny]))
assert np.sqrt(1 + tiny**2) - 1 == 0
assert np.isclose(losses.pseudo_huber([0.0], [tiny]), 0.5 * tiny**2, rtol=1e-12)
assert np.allclose(
    losses.huber(zeros, errors, delta=2), 2 * losses.smooth_l1(zeros, errors, beta=2)
)

# %% [markdown]
# ## Two losses for classes
#
# `log_loss` is for yes or no: −log of the probability that the model gave to what happened. To be
# wrong and sure of it costs most: the loss has no upper end.

# %%
for p in (0.99, 0.9, 0.5, 0.1, 0.01, 0.0):
    print(f"it happened, and the model had said {p:4.2f}: {losses.log_loss([1.0], [p]):6.3f}")

assert np.isclose(losses.log_loss([1.0], [0.5]), np.log(2))
assert np.isfinite(losses.log_loss([1.0], [0.0]))  # 0 counts as the smallest step above 0

# %% [markdown]
# `cross_entropy` is the same for several classes, and takes *logits*: any numbers, which it turns
# into probabilities with softmax. Its gradient is the probabilities less the truth, so a model
# that is sure and wrong is pulled with full force. Through a sigmoid and a squared error the pull
# would die out: the more wrong, the less it learns.

# %%
logit = tn.Tensor([-10.0], requires_grad=True)  # "surely not", but the truth is yes
with_log_loss = losses.log_loss([1.0], logit, from_logits=True).gradient(logit)
with_mse = losses.mse([1.0], tn.functional.sigmoid(logit)).gradient(logit)
print(f"pull on the logit: {with_log_loss[0]:.4f} with log_loss, {with_mse[0]:.6f} with mse")
assert with_log_loss[0] < -0.99 and abs(with_mse[0]) < 1e-3

two_classes = losses.cross_entropy([1], [[0.0, -10.0]])
assert np.isclose(two_classes, losses.log_loss([1.0], [-10.0], from_logits=True))

# %% [markdown]
# **Try it.** Add a second outlier, −100, to `data`. Which losses change their mind?
#
# Next: [09_what_a_line_cannot_do.py](09_what_a_line_cannot_do.py), what a line cannot do. To write these losses yourself:
# [assignments/03_losses](assignments/03_losses/README.md).
