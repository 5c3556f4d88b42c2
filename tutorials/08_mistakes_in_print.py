# %% [markdown]
# # 8. Mistakes in print
#
# I copied this loss from a page, and the program runs. So it is right, is it not? A wrong loss
# raises no error. It trains, only slower, or to the wrong place. Here are six mistakes that one
# finds in print, each shown, measured and fixed. Three tries find most of them: a value by hand,
# the slope far out, and what the loss likes best.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## 1. Smooth L1 as a maximum
#
# "Smooth L1 is $\max(½e², |e| − ½)$." A square and a line: it looks right. **Write down** its value
# at $e = 10$, and that of the real smooth L1 with $β = 1$.

# %%
errors = np.linspace(-4, 4, 401)
wrong = np.maximum(0.5 * errors**2, np.abs(errors) - 0.5)
right = tn.losses.smooth_l1(0 * errors, errors, reduction="none")
plt.plot(errors, wrong, color="#D55E00", label="the maximum")
plt.plot(errors, right, "--", color="#0072B2", label="smooth L1")
plt.plot(errors, np.abs(errors) - 0.5, ":", color="gray", label="|e| − ½")
plt.gca().set(xlabel="error e", ylabel="loss", title="The maximum is the square, everywhere")
plt.legend()
plt.show()
print(f"at 10: maximum {max(0.5 * 10**2, 10 - 0.5)}, smooth L1 {tn.losses.smooth_l1(0.0, 10.0)}")
assert np.array_equal(wrong, 0.5 * errors**2) and tn.losses.smooth_l1(0.0, 10.0) == 9.5

# %% [markdown]
# The gray line touches the square at −1 and 1, and is never above it. Why? Subtract the two:
# $½e² − (|e| − ½) = ½(|e| − 1)²$, a square, never negative. So the maximum is $½e²$: an outlier
# pulls as hard as ever. **Fix:** choose the case by the size of $e$, not by the larger value.
#
# ## 2. "MAE punishes large errors more"
#
# **Write down** for the errors 1, 1, 1, 1 and 10: the 10's share of all pulls, under mse and mae.

# %%
errors = np.array([1.0, 1.0, 1.0, 1.0, 10.0])
for name, expected in (("mse", "71%"), ("mae", "20%")):
    loss, e = getattr(tn.losses, name), tn.Tensor(errors, requires_grad=True)
    loss(0 * errors, e).backward()
    share, small, large = e.grad[-1] / e.grad.sum(), loss(0.0, 0.1), loss(0.0, 10.0)
    print(f"{name}: 0.1 costs {small:.2f}, 10 costs {large:3.0f} and has {share:.0%} of the pull")
    assert f"{share:.0%}" == expected

# %% [markdown]
# It is mse that punishes large errors more, and mae that punishes small ones more: $|e| > e²$ where
# $0 < |e| < 1$. **Fix:** exchange the names; and look at pulls before you believe such a sentence.
#
# ## 3. The log of 0
#
# "In code, log loss is $−t \log p − (1 − t) \log(1 − p)$." But a float keeps 16 digits. For the
# score 40 the sigmoid has 17 nines: rounded, 1. Then $\log(1 − p)$ is −∞, and 0 times ∞ is *NaN*,
# "not a number". What it touches becomes NaN, soon all weights. The usual mend is *clipping*: push
# $p$ into $10^{−7}$ … $1 − 10^{−7}$. **Guess** loss and slope for $t = 0$, clipped and exact.


# %%
def clipped(z):
    p = np.clip(tn.functional.sigmoid(z), 1e-7, 1 - 1e-7)
    return -np.log(1 - p)


z, p = tn.Tensor(40.0, requires_grad=True), 1 / (1 + np.exp(-40.0))
with np.errstate(all="ignore"):
    no, yes = -np.log(1 - p), -np.log(p) - 0 * np.log(1 - p)
print(f"as written:  loss {no} if the truth is no, {yes} if it is yes")
exact = tn.losses.log_loss(0.0, z, from_logits=True)
print(f"clipped:     loss {clipped(z):.2f}, slope {clipped(z).gradient(z)}")
print(f"from scores: loss {exact:.2f}, slope {exact.gradient(z)}")
assert p == 1 and clipped(z).gradient(z) == 0 and exact == 40 and exact.gradient(z) == 1
assert np.float32(1) - np.float32(1e-15) == 1

# %% [markdown]
# Clipped, the worst answer of all has the slope 0: it is never corrected. (And with 32-bit floats,
# $1 − 10^{−15}$ is 1, so that clipping to it does nothing.) **Fix:** compute from scores.
#
# ## 4. Softmax twice
#
# A model ends in softmax, and the loss applies softmax, too. It runs, and it even learns. **Guess**
# the smallest loss that it can reach, with two classes and with three.

# %%
scores = np.linspace(-6, 10, 161)
rows = np.stack([scores, 0 * scores], axis=1)  # two classes, and the first is true
first = np.zeros(161, dtype=int)
once = tn.losses.cross_entropy(first, rows, reduction="none")
twice = tn.losses.cross_entropy(first, tn.functional.softmax(rows), reduction="none")
plt.plot(scores, once, color="#0072B2", label="softmax once")
plt.plot(scores, twice, "--", color="#D55E00", label="softmax twice")
plt.axhline(np.log(1 + np.exp(-1)), color="gray", linestyle=":", label="the floor, 0.313")
plt.gca().set(xlabel="score of the true class", ylabel="loss", title="Twice: it stops at a floor")
plt.legend()
plt.show()

# %% [markdown]
# The best that softmax can give is 1 for the true class and 0 for the others. As scores, these are
# nearly equal: the second softmax gives $1 / (1 + (C − 1)\exp(−1))$ to the true class, and the loss
# stops at 0.313, with three classes at 0.551. On the left, where the model is wrong, it is flat,
# too: saturation. **Fix:** give the loss the scores. tinynet sees what made them, and warns:

# %%
for classes, floor in ((2, 0.313), (3, 0.551)):
    best = tn.losses.cross_entropy([0], [[1.0] + [0.0] * (classes - 1)])  # of a perfect softmax
    assert floor == round(float(best), 3) == round(np.log(1 + (classes - 1) * np.exp(-1)), 3)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    tn.losses.cross_entropy([0], tn.functional.softmax(tn.Tensor([[2.0, 0.0]], requires_grad=True)))
print(caught[0].message)
assert "cannot fall below 0.313" in str(caught[0].message)

# %% [markdown]
# ## 5. (N, 1) against (N,)
#
# The targets are a row of four, the predictions a column, and all four are right. **Write down**
# what the mean of the squares of `predictions - y` is.

# %%
y, predictions = np.arange(1.0, 5.0), np.arange(1.0, 5.0).reshape(4, 1)
print("NumPy says:", np.mean((predictions - y) ** 2), "of shape", (predictions - y).shape)
alike = tn.Tensor(np.full((4, 1), y.mean()), requires_grad=True)  # all say the mean
slopes = np.mean((alike - y) ** 2).gradient(alike)
assert np.mean((predictions - y) ** 2) == 2.5 and np.all(slopes == 0)
try:
    tn.losses.mse(y, predictions)
except ValueError as error:
    print("tinynet says:", error)

# %% [markdown]
# Broadcasting made 4 × 4: every prediction against every target. This loss is lowest, and its slope
# 0, where all say the mean of the targets. That is what a model learns from it, whatever its
# inputs: the line comes out flat. **Fix:** equal shapes. `y[:, None]` is a column.
#
# ## 6. A mean that forgot its weights
#
# A *sample weight* says how much a row matters. Three rows cost 4 each; their weights are 1, 1 and
# 10. **Write down** the mean of weight times cost. Can that be a mean of three fours?

# %%
losses, weights = np.array([4.0, 4.0, 4.0]), np.array([1.0, 1.0, 10.0])
print("forgot:", np.mean(weights * losses), "right:", np.sum(weights * losses) / np.sum(weights))
assert np.mean(weights * losses) == 16
assert tn.losses.mse(np.zeros(3), np.full(3, 2.0), sample_weight=weights) == 4

# %% [markdown]
# Twice the weights mean the same, but the first number doubles, and each step with it. **Fix:**
# divide by the sum of the weights, not by $N$. Look it up in your library: PyTorch's
# `cross_entropy` divides by the sum, its `binary_cross_entropy` by $N$.
#
# ## What you can do now
#
# - Try a loss before you believe it: a value by hand, the slope far out, what it likes best.
# - Name the floor of a softmax applied twice, and the cure for log(0) that keeps the slope.
# - See a wrong shape and a forgotten divisor in a number that is too large.
#
# ## Exercises
#
# **8.1** On paper: softmax twice, ten classes. Below which number can the loss not fall?

# %%
answer = ...
check("8.1", answer)

# %% [markdown]
# **8.2** Training ends with all predictions alike. `y.shape` is (100,), that of the predictions is
# (100, 1). What helps? a) A smaller $η$. b) `y.reshape(100, 1)`. c) A mean with `axis=0`.

# %%
answer = ...
check("8.2", answer)

# %% [markdown]
# **8.3** Write the log loss of each score in the array `z`, with the truth `t`, both of shape (N,),
# without overflow and without $\log 0$. (`np.logaddexp(a, b)` is a log-sum-exp of two.)


# %%
def answer(t, z): ...


check("8.3", answer)

# %% [markdown]
# ## Read on
#
# - D. Goldberg, *What Every Computer Scientist Should Know About Floating-Point Arithmetic*, 1991,
#   ACM Computing Surveys 23: why $σ(40)$ is 1.
# - C. Willmott and K. Matsuura, *Advantages of the mean absolute error*, 2005, Climate Research 30.
#
# Next: [9. What a line cannot do](09_what_a_line_cannot_do.py)
