# %% [markdown]
# # 22. Moving on
#
# My model works. How do I keep it, and how do I take it where tinynet is not: into PyTorch, where
# the large models are, into a program in another language, or into NumPy alone? On this page one
# trained network goes all these ways, and each time we hold its numbers against tinynet's. The
# cells for PyTorch and ONNX run where these are installed; elsewhere they say what to install.

# %%
import importlib.util
import runpy
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn
from tinynet.classroom.course import check

data = tn.datasets.make_moons(rng=0)  # 400 points in two half-moons, a class each
model = tn.layers.MLP([2, 8, 2], tn.layers.Tanh, rng=0)
optimizer = tn.optimizers.Adam(model.parameters(), lr=0.02)
tn.fit(model, tn.losses.cross_entropy, optimizer, data, epochs=60, batch_size=32, progress=False)
ours = model(data.x).data  # the scores
print(f"accuracy {tn.metrics.accuracy(data.y, ours):.3f}, scores of the first row: {ours[0]}")

# %% [markdown]
# ## Keep it: a checkpoint
#
# A *checkpoint* is a file that keeps a model: its parameters, and how its layers are arranged.

# %%
folder = Path(tempfile.mkdtemp())  # name a folder of yours to keep the files
tn.checkpoints.save(model, folder / "moons.npz")
again = tn.checkpoints.load_model(folder / "moons.npz").model
print(again)
assert np.array_equal(again(data.x).data, ours)

# %% [markdown]
# ## NumPy by hand
#
# To *export* a model is to write it in a form that another program understands. `tn.export.numpy`
# writes a Python program that needs NumPy only, with the forward pass, the loss and the backward
# pass of this very network. You know each line of it. We print the backward pass, then run the file
# and take its functions. **Before you run the cell:** both compute with the same parameters, in
# float64, NumPy's usual numbers. Will the scores agree to 3, 7 or 16 digits? And the gradients?

# %%
text = tn.export.numpy(model, tn.losses.cross_entropy, folder / "by_hand.py")
print(text[text.index("def backward") : text.index("def gradients")].strip())
by_hand = runpy.run_path(str(folder / "by_hand.py"))  # a dictionary of what the file defines
numbers = by_hand["numbers"]()  # W1, b1, W2, b2
scores, _ = by_hand["forward"](numbers, data.x)
_, slopes = by_hand["gradients"](numbers, data.x, data.y)

loss = tn.losses.cross_entropy(data.y, model(data.x))
gradients = loss.gradient(*model.parameters())
for name, gradient in zip(["W1", "b1", "W2", "b2"], gradients, strict=True):
    assert np.allclose(slopes[name], gradient, rtol=1e-10, atol=1e-14)
print("largest difference of scores:", np.abs(scores - ours).max())
assert np.allclose(scores, ours, rtol=1e-14, atol=1e-14)

# %% [markdown]
# To all 16, or all but the last, since another computer may add in another order. The file also
# runs alone: `python by_hand.py` checks each derivative, and trains.

# %%
first, second = np.meshgrid(np.linspace(-1.6, 2.6, 200), np.linspace(-1.2, 1.7, 200))
grid = np.column_stack([first.ravel(), second.ravel()])
margins = [np.diff(f)[:, 0] for f in (model(grid).data, by_hand["forward"](numbers, grid)[0])]
tinynet, numpy = (margin.reshape(first.shape) for margin in margins)
plt.contourf(first, second, tinynet > 0, levels=1, colors=["#A03070", "#0072B2"], alpha=0.4)
plt.contour(first, second, numpy, levels=[0], colors="#D55E00", linestyles="--")
plt.scatter(*data.x.T, c=np.where(data.y == 1, "#0072B2", "black"), s=8)
plt.gca().set(xlabel="first feature", ylabel="second", title="Areas by tinynet, line by NumPy")
plt.show()

# %% [markdown]
# The dashed line, where the program's two scores are equal, runs where the areas meet.
#
# ## PyTorch
#
# | | tinynet | PyTorch (`F` is `torch.nn.functional`) |
# | --- | --- | --- |
# | weight of a layer from 2 to 8 | `Linear(2, 8)`, shape (2, 8) | `nn.Linear(2, 8)`, shape (8, 2) |
# | loss | `cross_entropy(y, model(x))` | `F.cross_entropy(model(x), y)` |
# | numbers | float64, unless you say otherwise | float32, unless you say otherwise |
#
# `tn.export.torch` writes the source of the same network, and its parameters beside it. The way
# back is `tn.load_torch`, which takes the dictionary that PyTorch calls `state_dict`.


# %%
def installed(*packages):
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        print(f"here would come the scores of {packages[0]}: pip install", *missing)
    return not missing


others = {"NumPy": scores}
if installed("torch", "safetensors"):
    import torch

    tn.export.torch(model, folder / "moons_torch.py")
    network = runpy.run_path(str(folder / "moons_torch.py"))["load"]()
    output = network(torch.from_numpy(data.x))
    torch.nn.functional.cross_entropy(output, torch.from_numpy(data.y)).backward()
    others["PyTorch"] = output.detach().numpy()  # as .data in tinynet
    assert np.allclose(network.linear1.weight.grad.T, gradients[0], rtol=1e-9, atol=1e-13)

# %% [markdown]
# **Before you run the cell:** it makes a `state_dict` by hand and reads it. Why is there a `.T`?

# %%
names = ["0.weight", "0.bias", "2.weight", "2.bias"]  # of nn.Sequential(Linear, Tanh, Linear)
arrays = [parameter.data.T for parameter in model.parameters()]
state = dict(zip(names, arrays, strict=True))
print({name: array.shape for name, array in state.items()})
back = tn.load_torch(state, tn.layers.MLP([2, 8, 2], tn.layers.Tanh))
assert np.array_equal(back(data.x).data, ours)

# %% [markdown]
# PyTorch keeps a weight as (outputs, inputs), tinynet the other way round.
#
# ## ONNX, and how many digits
#
# *ONNX* is a file format for trained networks, which programs in many languages run. They mostly
# compute in float32. There a number keeps 24 binary digits, about 7 decimal ones, where float64
# keeps about 16. We put the same parameters into a model of float32, and export that one. **Before
# you run the cells:** how far from `ours` will its scores be, which are around 5?

# %%
small = tn.layers.MLP([2, 8, 2], tn.layers.Tanh, dtype=np.float32)
small.load_state_dict(model.state_dict())
x32 = data.x.astype(np.float32)
others["tinynet, float32"] = small(x32).data
if installed("onnxruntime", "onnx"):
    import onnxruntime

    tn.export.onnx(small, folder / "moons.onnx")
    session = onnxruntime.InferenceSession(folder / "moons.onnx")
    (others["ONNX, float32"],) = session.run(None, {"x": x32})

# %%
styles = zip(["-", "--", "-.", ":"], ["#0072B2", "#D55E00", "#A03070", "#009E73"], strict=True)
for (name, other), (style, color) in zip(others.items(), styles, strict=False):
    differences = np.sort(np.abs(other - ours).max(axis=1))
    print(f"{name:16} differs by {differences[-1]:.0e} at most")
    assert 1e-7 < differences[-1] < 1e-5 if "32" in name else differences[-1] < 1e-12
    plt.semilogy(np.maximum(differences, 1e-17), style, color=color, label=name)
plt.gca().set(xlabel="row, in order of difference", ylabel="difference from tinynet in float64")
plt.title("The programs agree up to the digits they keep")
plt.legend()
plt.show()

# %% [markdown]
# Below: float64, equal or nearly so (0 is drawn at 1e-17). Above: float32, off by up to 0.000002.
# Seven digits of a 5 end there: that is rounding, no mistake. A difference of 0.01 would be one.
#
# ## What you can do now
#
# You can keep a model, take it to NumPy, PyTorch and ONNX, and tell rounding from a mistake. You
# have come through the course. What you need next is a question of your own.
#
# ## Exercises
#
# **22.1** How does PyTorch say `tn.losses.cross_entropy(y, model(x))`?
# a) `F.cross_entropy(y, model(x))` b) `F.cross_entropy(model(x), y)`
# c) `F.cross_entropy(torch.softmax(model(x), 1), y)`

# %%
answer = ...
check("22.1", answer)

# %% [markdown]
# **22.2** In NumPy: what does PyTorch's Linear give for the rows `x`, with its `weight` and `bias`?


# %%
def answer(x, weight, bias): ...


check("22.2", answer)

# %% [markdown]
# **22.3** On paper: $2^{10}$ is about $10^{3}$. How many decimal digits are 11 binary ones worth?

# %%
answer = ...
check("22.3", answer)

# %% [markdown]
# ## Read on
#
# - Adam Paszke and others (2019), PyTorch: an imperative style, high-performance deep learning
#   library, Advances in Neural Information Processing Systems 32.
# - onnx.ai: the format, and the programs that run it.
