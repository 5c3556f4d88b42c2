# %% [markdown]
# # 5. Six losses for the same errors
#
# A model tells the prices of five flats; 1 means 100 000 euros. Four times it is off by less than
# 1, once by 10. How wrong is it? There is no single answer: a loss is a decision about what "wrong"
# means. Here are six losses for the same errors, and what one flat can do to each.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## Two answers to one question
#
# The error is $e = ŷ − y$. The mean squared error you know. The *mean absolute error* takes $|e|$,
# the size of each error, and then the mean. A loss of tinynet is called as `loss(y_true, y_pred)`,
# targets first; these two are `tn.losses.mse` and `tn.losses.mae`. **Before you run the next
# cell,** work both out for the errors in its first line. What share is the last flat's?

# %%
errors = np.array([0.2, -0.5, 0.4, -0.1, 10.0])  # with targets of 0, the predictions are these
mse, mae = tn.losses.mse(0 * errors, errors), tn.losses.mae(0 * errors, errors)
print(f"mean squared error  {mse:6.3f}, from the last flat {10**2 / 5 / mse:.1%}")
print(f"mean absolute error {mae:6.3f}, from the last flat {10 / 5 / mae:.1%}")
assert np.isclose(mse, np.mean(errors**2)) and np.isclose(mae, np.mean(np.abs(errors)))
assert f"{10**2 / 5 / mse:.1%} {10 / 5 / mae:.1%}" == "99.5% 89.3%"

# %% [markdown]
# An *outlier* is a value far from the others: a castle among flats, a typing error. Here it makes
# 99.5 % of one loss, 89.3 % of the other. But what moves a model is not the loss, it is the slope.
#
# ## The slope is a pull
#
# Gradient descent moves a prediction against the slope of the loss. So the slope is a pull: each
# point pulls towards itself, down if its slope is positive, up if negative. The slope of $e²$ is
# $2e$. The slope of $|e|$ is $\mathrm{sign}(e)$: 1 or −1, and in the corner at 0, by agreement, 0.
#
# **Write down:** how hard does the error 10 pull, and how hard −0.5, under each of the two? (With
# `reduction="sum"` nothing is divided by $N$: the gradient holds the slope of each loss.)


# %%
def pulls(loss, errors):
    predictions = tn.Tensor(errors, requires_grad=True)
    loss(0 * errors, predictions, reduction="sum").backward()
    return predictions.grad


for loss, slopes in ((tn.losses.mse, 2 * errors), (tn.losses.mae, np.sign(errors))):
    print(f"{loss.__name__} pulls", pulls(loss, errors))
    assert np.allclose(pulls(loss, errors), slopes)

# %% [markdown]
# Under mse the outlier pulls twenty times as hard as the flat off by −0.5. Under mae each flat has
# one vote, however far away it is. Half of the square, $½e²$, has the slope $e$: the pull is the
# error itself. tinynet calls it *smooth L2*; there is no standard name. (L1 and L2 are old names
# for measuring with sizes and with squares.) The ½ moves no minimum, it only halves the steps.
#
# Now look at mae near zero. One target, $y = 1.03$, and a prediction that starts at 0 and takes
# steps with $η = 0.1$. The pull does not fade when the error does, so no step is ever shorter than
# 0.1. **Guess:** where is the prediction after 50 steps, and where after 51?

# %%
guess, path = 0.0, []
for _ in range(51):
    guess = guess - 0.1 * np.sign(guess - 1.03)
    path.append(guess)
print(f"after 50 steps {path[-2]:.2f}, after 51 steps {path[-1]:.2f}")
assert np.allclose(path[-2:], [1.0, 1.1])

# %% [markdown]
# It hops over 1.03 for ever. We want a square where errors are small, since its pull fades, and a
# straight line where they are large, since its pull is bounded. Three losses do that. Where one
# becomes the other you decide, by $β$ or $δ$: the size up to which you believe an error.
#
# - *smooth L1*: $e²/(2β)$ where $|e| < β$, else $|e| − β/2$. Why $−β/2$? At $|e| = β$ the square
#   has come to $β/2$, and the line must start there: $β − β/2$. The slopes meet, too: both are 1.
# - *Huber loss*: $½e²$ where $|e| ≤ δ$, else $δ(|e| − δ/2)$. Its pull is $e$, but at most $δ$.
# - *pseudo-Huber*: $δ²(√(1 + (e/δ)²) − 1)$, nearly the same without a seam; pull $e/√(1 + (e/δ)²)$.

# %%
six = [tn.losses.mse, tn.losses.smooth_l2, tn.losses.mae]
six += [tn.losses.smooth_l1, tn.losses.huber, tn.losses.pseudo_huber]
figure, axes = plt.subplots(2, 3, figsize=(9, 5), layout="constrained", sharex=True, sharey=True)
many = np.linspace(-4, 4, 401)
for panel, loss in zip(axes.ravel(), six, strict=True):
    panel.plot(many, loss(0 * many, many, reduction="none"), color="#0072B2", label="loss")
    panel.plot(many, pulls(loss, many), "--", color="#D55E00", label="slope: the pull")
    panel.set(title=loss.__name__, ylim=(-4.5, 8.5), xlabel="error e")
axes[0, 2].legend()
figure.suptitle("Above, the pull grows or jumps; below, it fades near 0 and is bounded")
plt.show()

# %% [markdown]
# See the dashed lines: the pull of mse and smooth L2 has no end, that of mae jumps at 0. Below, it
# goes through 0 without a jump and stays between −1 and 1; only that of pseudo-Huber has no corner.
# Huber is smooth L1 times $δ$, if $β = δ$; with 1, as here, they are equal. **Guess:** what becomes
# of each, for a given error, when $δ$ goes to 0, and when it is very large?

# %%
for width in (0.001, 2.0, 1e6):
    one, two = tn.losses.smooth_l1(0.0, 3.0, beta=width), tn.losses.huber(0.0, 3.0, delta=width)
    print(f"error 3, β = δ = {width:g}: smooth L1 {one:6.3f}, Huber {two:6.3f}")
    assert np.isclose(two, width * one)

# %% [markdown]
# For $δ$ towards 0, smooth L1 becomes mae, and Huber vanishes. For large $δ$, Huber becomes $½e²$
# (not $e²$, as some say), and smooth L1 vanishes. Huber keeps its middle, smooth L1 its arms.
#
# ## What an outlier does
#
# The smallest model says one number for all flats. Four flats cost 2.0, 2.3, 2.6 and 3.4; the price
# of the fifth we move from 0 to 20. For each loss, we try many numbers; `argmin` finds the best.

# %%
numbers = np.linspace(0, 7, 1401)[:, None] * np.ones(5)  # [:, None] makes a column: (1401, 5)


def best(loss, fifth):
    prices = np.ones((1401, 1)) * [2.0, 2.3, 2.6, 3.4, fifth]
    return numbers[np.argmin(loss(prices, numbers, reduction="none").mean(axis=1)), 0]


# %% [markdown]
# **Write down:** when the fifth price goes from 19 to 20, how far does the best number move under
# mse? And under Huber, with its pull of at most 1?

# %%
styles = [("-", "#D55E00"), ("--", "#0072B2"), ("-.", "#A03070"), (":", "#009E73")]
for loss, (line, color) in zip((six[0], six[2], six[4], six[5]), styles, strict=True):
    answers = [best(loss, fifth) for fifth in np.linspace(0, 20, 41)]
    plt.plot(np.linspace(0, 20, 41), answers, line, color=color, label=loss.__name__)
    print(f"{loss.__name__:12} {best(loss, 19):.3f} when it is 19, {best(loss, 20):.3f} when 20")
plt.gca().set(xlabel="fifth price", ylabel="best number", title="Only mse follows the outlier")
plt.legend()
plt.show()
assert np.isclose(best(tn.losses.mse, 20) - best(tn.losses.mse, 19), 0.2, atol=0.006)
assert np.allclose([best(loss, 20) for loss in six[:5]], [6.06, 6.06, 2.6, 2.825, 2.825], atol=6e-3)

# %% [markdown]
# mse moves by 0.2 for each 1: it likes the mean best, of which each flat has a fifth. At the end it
# says 6.06, a price at which no flat is sold. (Smooth L2 does the same.) Under mae the best number
# stays at 2.6, the price in the middle; the next tutorial says why. Huber, which with $δ = 1$ is
# smooth L1, comes to rest at 2.825: the outlier pulls with 1, as hard as it may, and the four flats
# pull back with $ŷ − 2.0$, $ŷ − 2.3$ and so on. The sum of all pulls, $4ŷ − 10.3 − 1$, is 0 there.
#
# ## What you can do now
#
# You can tell from its slope what a loss does to a model, write down six losses, say why smooth L1
# needs its $−β/2$, and foresee how far an outlier moves the best number.
#
# ## Exercises
#
# **5.1** On paper: the targets are 0, the predictions 0.5, −1, 3 and −8. What is the gradient of
# the *mean* of smooth L1 ($β = 1$) with respect to the predictions? Give an array of four numbers.

# %%
answer = ...
check("5.1", answer)

# %% [markdown]
# **5.2** Somebody replaces $e²$ by $½e²$ in a program and changes nothing else. What happens?
# a) Outliers have half the influence on where training ends. b) Training ends at the same place,
# but from each place a step is half as long. c) Nothing: the gradient stays the same.

# %%
answer = ...
check("5.2", answer)

# %% [markdown]
# **5.3** Write smooth L1 for an array `e`, one value for each error. `np.where(condition, a, b)`
# takes its numbers from `a` where the condition is true, else from `b`.


# %%
def answer(e, beta): ...


check("5.3", answer)

# %% [markdown]
# **5.4** Now *two* of six flats cost 20, the others 2.0, 2.3, 2.6 and 3.4 as before. Which number
# does Huber ($δ = 1$) like best? Balance the pulls; see that no flat pulls harder than it may.

# %%
answer = ...
check("5.4", answer)

# %% [markdown]
# ## Read on
#
# P. Huber (1964), *Robust Estimation of a Location Parameter*, Annals of Mathematical Statistics
# 35. R. Girshick (2015), *Fast R-CNN*, ICCV, equation 3: smooth L1, and what it was made for. R.
# Hartley and A. Zisserman (2003), *Multiple View Geometry*, appendix 6: pseudo-Huber.
#
# Next: [6. Where losses come from](06_where_losses_come_from.py)
