# %% [markdown]
# # 7. From scores to probabilities
#
# Is this mail spam? The answer is no number but a *class*, one of several kinds. How can a model,
# which only computes numbers, answer yes or no? And how can one take the slope of "no"? This page
# turns numbers into probabilities, finds the loss that belongs to them, and a trap beside it.

# %%
import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

# %% [markdown]
# ## From a score to a probability
#
# "Right or wrong" has the slope 0. So the model should say how sure it is: a *score* $z$, any
# number, the larger the more yes. A *probability* $p$ lies between 0 (never) and 1 (always). How
# does one become the other? If 9 of 10 mails are spam, the odds are 9 to 1, $p/(1 − p) = 9$. Their
# logarithm is 2.197. For 1 of 10 it is $\log(1/9) = −2.197$, for 5 of 10 $\log 1 = 0$. So the
# logarithm of the odds, the *logit* $\log(p/(1 − p))$, can be any number, and no and yes are mirror
# images. We read the score as a logit, $\exp(z) = p/(1 − p)$. Solved for $p$, it is the *sigmoid*,
#
# $$σ(z) = 1 / (1 + \exp(−z))$$
#
# in tinynet `tn.functional.sigmoid`. **Write down** $σ(0)$ and $σ(−2.197)$ before you run.

# %%
sigmoid = tn.functional.sigmoid
for z in (-10.0, -2.197, 0.0, 2.197, 10.0):
    print(f"score {z:7.3f}: probability {sigmoid(z):.5f}")
assert sigmoid(0.0) == 0.5 and np.isclose(sigmoid(-2.197), 0.1, atol=1e-4)

# %% [markdown]
# ## How wrong is a probability?
#
# The truth is $t = 1$ for spam, $t = 0$ for none. To what happened, the model gave the probability
# $p$ in the first case, $1 − p$ in the second. The negative log-likelihood of the last tutorial is
# minus the logarithm of that. It is called *log loss*, in tinynet `log_loss`:
#
# $$L = −t \log p − (1 − t) \log(1 − p)$$
#
# **Before you run:** it was spam. What does a model pay that had said 0.5? And 0.01?

# %%
for p in (0.99, 0.9, 0.5, 0.1, 0.01):
    print(f"it was spam, and the model had said {p:4.2f}: {tn.losses.log_loss([1.0], [p]):.3f}")
    assert np.isclose(tn.losses.log_loss([1.0], [p]), -np.log(p))

# %% [markdown]
# Sure and right costs nearly nothing, 0.5 costs 0.693, and for sure and wrong there is no limit.
#
# ## The pull on the score
#
# Take $t = 1$. The slope of $−\log p$ is $−1/p$. That of the sigmoid is
# $\exp(−z) / (1 + \exp(−z))²$, which is $p(1 − p)$, since $1 − p = \exp(−z) · p$. Their product is
# $p − 1$. For $t = 0$ one finds $p$. Both are $p − t$: what the model said, less the truth. Now the
# trap: many take the squared error $(p − t)²$ here. The chain rule gives it $2(p − t) · p(1 − p)$.
# **Write down:** the score is −10, and the mail is spam. How hard does each pull?

# %%
z = tn.Tensor(-10.0, requires_grad=True, name="z")
p = sigmoid(z)
squared = (p - 1) ** 2
with_log = tn.losses.log_loss(1.0, z, from_logits=True)  # z is a score, no probability
print(f"log loss:      loss {with_log:.4f}, slope {with_log.gradient(z):.6f}")
print(f"squared error: loss {squared:.4f}, slope {squared.gradient(z):.6f}")
assert np.isclose(with_log.gradient(z), sigmoid(-10.0) - 1) and squared.gradient(z) > -1e-4
tn.Graph(squared)

# %% [markdown]
# Step through the graph: the factor $p(1 − p)$ of the sigmoid lets hardly anything pass. Far out
# the sigmoid is flat; this is *saturation*. The model is as wrong as can be, and is hardly told so.

# %%
scores = np.linspace(-10, 10, 201)
p = sigmoid(scores)
figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
axes[0].plot(scores, -np.log(p), color="#0072B2", label="log loss")
axes[0].plot(scores, (p - 1) ** 2, "--", color="#D55E00", label="squared error")
axes[1].plot(scores, p - 1, color="#0072B2")
axes[1].plot(scores, 2 * (p - 1) * p * (1 - p), "--", color="#D55E00")
axes[0].set(xlabel="score z, where the truth is yes", ylabel="loss", title="What an answer costs")
axes[1].set(xlabel="score z, where the truth is yes", ylabel="slope", title="How hard it pulls")
axes[0].legend()
plt.show()

# %% [markdown]
# Look at the left end of the second picture, where the model is sure and wrong: the log loss pulls
# with −1, the squared error with nothing. What does that cost? Gradient descent on the score
# itself, from −10, with $η = 1$, until the model leans to yes. **Guess** both numbers of steps.


# %%
def steps_to_yes(slope):
    z, steps = -10.0, 0
    while z < 0:
        z, steps = z - slope(1 / (1 + np.exp(-z))), steps + 1
    return steps


log_steps = steps_to_yes(lambda p: p - 1)
square_steps = steps_to_yes(lambda p: 2 * (p - 1) * p * (1 - p))
print(f"log loss: {log_steps} steps; squared error: {square_steps:,} steps")
assert log_steps == 11 and square_steps == 11_034

# %% [markdown]
# The squared error needs a thousand times as many steps for the same way.
#
# ## More than two classes
#
# Cat, dog or bird: one score for each of $C$ classes. $\exp$ makes them positive, and divided by
# their sum they add up to 1. This is *softmax*: $p_c = \exp(z_c) / ∑_j \exp(z_j)$. The truth is a
# row with a single 1, *one-hot*: dog is $(0, 1, 0)$. The loss is minus the log of what happened,
# now called *cross-entropy*: $−∑_c t_c \log p_c$. If $c$ is true, it is $\log ∑_j \exp(z_j) − z_c$.
# The slope of the first part is $\exp(z_c)$, divided by the sum: $p_c$. The second takes 1 off at
# the truth: again $p_c − t_c$. **Write down** the slopes for $p = (0.7, 0.2, 0.1)$ and a dog.

# %%
z = tn.Tensor(np.log([5.25, 1.5, 0.75]), requires_grad=True)  # 1.66, 0.41, −0.29
p = tn.functional.softmax(z).data
slopes = tn.losses.cross_entropy([1], z.reshape(1, 3)).gradient(z)  # classes are numbered from 0
figure, axes = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
titles = ("Scores z", "Probabilities p = softmax(z)", "Slopes p − t, if it is a dog")
for axis, values, title in zip(axes, (z.data, p, slopes), titles, strict=True):
    axis.bar(["cat", "dog", "bird"], values, color=["#0072B2", "#D55E00", "#009E73"])
    axis.axhline(0, color="gray")
    axis.set(title=title)
plt.show()
assert np.allclose(p, [0.7, 0.2, 0.1]) and np.allclose(slopes, [0.7, -0.8, 0.1])
assert np.allclose(tn.functional.softmax(np.array([3.0, 0.0]))[0], sigmoid(3.0))

# %% [markdown]
# The slopes add up to 0: what pushes cat and bird down lifts the dog. With two classes and the
# scores $z$ and 0, softmax is the sigmoid.
#
# ## The same number without overflow
#
# $\exp(1000)$ is more than a float can hold: *overflow*. In the loss above, $\log ∑_j \exp(z_j)$ is
# the *log-sum-exp*. Take $\exp(m)$ of the largest score $m$ out of the sum: the same number is
# $m + \log ∑_j \exp(z_j − m)$, where no $\exp$ is above 1. So `cross_entropy` wants scores.

# %%
z = np.array([1000.0, 0.0])
with np.errstate(all="ignore"):  # NumPy would warn, and rightly
    print("as it is written: ", -np.log(np.exp(z) / np.sum(np.exp(z)))[1])
m = z.max()
print("as it is computed:", m + np.log(np.sum(np.exp(z - m))) - z[1])
assert tn.losses.cross_entropy([1], [z]) == m + np.log(np.sum(np.exp(z - m))) - z[1] == 1000

# %% [markdown]
# ## What you can do now
#
# - Turn scores into probabilities and back, for two classes and for more.
# - Derive $p − t$, and say why a squared error behind a sigmoid stops learning.
# - Compute a cross-entropy that does not overflow.
#
# ## Exercises
#
# **7.1** On paper: what is the cross-entropy of a model that gives four classes the same score?

# %%
answer = ...
check("7.1", answer)

# %% [markdown]
# **7.2** On paper: $p = (0.2, 0.5, 0.3)$, and the third class is true. The three slopes in $z$?

# %%
answer = ...
check("7.2", answer)

# %% [markdown]
# **7.3** 7 of 10 mails are spam. Which one $p$ for all makes the mean of $|p − t|$ smallest?
# a) 0.7. b) 0.5. c) 1.

# %%
answer = ...
check("7.3", answer)

# %% [markdown]
# **7.4** Write the log-sum-exp of each row of an array `z` of shape (N, C); some scores are 1000.


# %%
def answer(z): ...


check("7.4", answer)

# %% [markdown]
# ## Read on
#
# - I. J. Good, *Rational Decisions*, 1952, Journal of the Royal Statistical Society B: log loss.
# - P. Blanchard, D. J. Higham and N. J. Higham, *Accurately computing the log-sum-exp and softmax
#   functions*, 2021, IMA Journal of Numerical Analysis 41.
#
# Next: [8. Mistakes in print](08_mistakes_in_print.py)
