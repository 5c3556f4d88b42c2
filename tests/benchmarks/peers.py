"""The same training step, written for each framework: forward, cross-entropy, backward, SGD.

Each function takes the initial weights and one batch and returns a function that does one step and
returns the loss. The frameworks are imported inside, so only those that are installed are measured.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

LR = 0.01


def problem(sizes, batch):
    """He-initialised weights and a random batch."""
    rng = np.random.default_rng(0)
    weights = [
        ((rng.normal(size=(a, b)) * np.sqrt(2 / a)).astype(np.float32), np.zeros(b, np.float32))
        for a, b in pairwise(sizes)
    ]
    x = rng.normal(size=(batch, sizes[0])).astype(np.float32)
    return weights, x, rng.integers(0, sizes[-1], batch)


def numpy_by_hand(weights, x, y):
    """What a careful person writes without a framework."""
    layers = [(w.copy(), b.copy()) for w, b in weights]
    rows = np.arange(len(x))

    def step():
        inputs, h = [], x
        for w, b in layers[:-1]:
            inputs.append(h)
            h = np.maximum(h @ w + b, 0)
        inputs.append(h)
        w, b = layers[-1]
        z = h @ w + b
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[rows, y]).mean()
        p[rows, y] -= 1
        g = p / len(x)
        for i in reversed(range(len(layers))):
            w, b = layers[i]
            gradient = inputs[i].T @ g, g.sum(axis=0)
            if i:
                g = (g @ w.T) * (inputs[i] > 0)
            w -= LR * gradient[0]
            b -= LR * gradient[1]
        return loss

    return step


def tinynet_model(weights, x):
    import tinynet as tn

    model = tn.layers.MLP([weights[0][0].shape[0], *(len(b) for _, b in weights)], dtype=x.dtype)
    for parameter, value in zip(model.parameters(), sum(weights, ()), strict=True):
        parameter.data[...] = value
    return model, tn.optimizers.SGD(model.parameters(), lr=LR)


def tinynet(weights, x, y):
    from tinynet.losses import cross_entropy

    model, optimizer = tinynet_model(weights, x)

    def step():
        loss = cross_entropy(y, model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss)

    return step


def tinynet_replayed(weights, x, y):
    """As `tn.fit` does it with a batch, from the third on."""
    from tinynet.losses import cross_entropy
    from tinynet.training.replay import Replay

    model, optimizer = tinynet_model(weights, x)
    batch = {"x": x, "y": y}
    replay = Replay(model, cross_entropy, optimizer, (batch, batch))

    def step():
        loss = replay(x, y)
        optimizer.step()
        return float(loss)

    return step


def tinynet_step(weights, x, y):
    """A loop of one's own, ``loss = step(x, y)``, with all that it checks."""
    from tinynet.losses import cross_entropy
    from tinynet.training import Step

    model, optimizer = tinynet_model(weights, x)
    step = Step(model, cross_entropy, optimizer)
    for _ in range(2):
        step(x, y)  # written down; its weights are the initial ones again:
    for parameter, value in zip(model.parameters(), sum(weights, ()), strict=True):
        parameter.data[...] = value
    return lambda: float(step(x, y))


def pytorch(weights, x, y):
    import torch

    torch.set_num_threads(1)
    layers = []
    for w, b in weights:
        linear = torch.nn.Linear(*w.shape)
        linear.weight.data, linear.bias.data = torch.tensor(w.T), torch.tensor(b)
        layers += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    inputs, targets = torch.tensor(x), torch.tensor(y)

    def step():
        loss = torch.nn.functional.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def jax_jit(weights, x, y):
    import jax
    import jax.numpy as jnp

    def loss(layers, x, y):
        for w, b in layers[:-1]:
            x = jax.nn.relu(x @ w + b)
        z = x @ layers[-1][0] + layers[-1][1]
        return -jnp.mean(jax.nn.log_softmax(z)[jnp.arange(len(y)), y])

    @jax.jit
    def update(layers, x, y):
        value, gradients = jax.value_and_grad(loss)(layers, x, y)
        return value, jax.tree.map(lambda p, g: p - LR * g, layers, gradients)

    state = [(jnp.array(w), jnp.array(b)) for w, b in weights]

    def step():
        nonlocal state
        value, state = update(state, x, y)
        return float(value)

    return step


def mygrad(weights, x, y):
    import mygrad as mg
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    mg.turn_memory_guarding_off()
    layers = [(mg.tensor(w.copy()), mg.tensor(b.copy())) for w, b in weights]

    def step():
        h = x
        for w, b in layers[:-1]:
            h = relu(mg.matmul(h, w) + b)
        loss = softmax_crossentropy(mg.matmul(h, layers[-1][0]) + layers[-1][1], y)
        loss.backward()
        for parameter in sum(layers, ()):
            parameter.data -= LR * parameter.grad
        return float(loss.data)

    return step


def autograd(weights, x, y):
    import autograd.numpy as anp
    from autograd import value_and_grad

    rows = np.arange(len(x))

    def loss(layers):
        h = x
        for w, b in layers[:-1]:
            h = anp.maximum(anp.dot(h, w) + b, 0)
        z = anp.dot(h, layers[-1][0]) + layers[-1][1]
        z = z - anp.max(z, axis=1, keepdims=True)
        return -anp.mean(z[rows, y] - anp.log(anp.sum(anp.exp(z), axis=1)))

    layers = [(w.copy(), b.copy()) for w, b in weights]
    gradient = value_and_grad(loss)

    def step():
        value, gradients = gradient(layers)
        for (w, b), (gw, gb) in zip(layers, gradients, strict=True):
            w -= LR * gw
            b -= LR * gb
        return value

    return step


STEPS = {
    "NumPy by hand": numpy_by_hand,
    "tinynet": tinynet,
    "tinynet, replayed": tinynet_replayed,
    "own loop with Step": tinynet_step,
    "JAX (jit)": jax_jit,
    "MyGrad": mygrad,
    "PyTorch": pytorch,
    "autograd": autograd,
}
OUTSIDE_NUMPY = {"JAX (jit)", "PyTorch"}  # whose memory tracemalloc does not see


def digits_tinynet(x, y):
    import tinynet as tn

    model = tn.layers.MLP([64, 64, 32, 10], rng=0, dtype=np.float32)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.001)
    tn.fit(
        model,
        tn.losses.cross_entropy,
        optimizer,
        (x, y),
        epochs=30,
        batch_size=64,
        progress=False,
    )
    return tn.metrics.accuracy(y, tn.training.predict(model, x))


def digits_scikit_learn(x, y):
    import warnings

    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((64, 32), batch_size=64, max_iter=30, alpha=0, tol=0, random_state=0)
    with warnings.catch_warnings():  # it says that 30 epochs are few
        warnings.simplefilter("ignore")
        model.fit(x, y)
    return model.score(x, y)


def digits_pytorch(x, y):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        *(torch.nn.Linear(64, 64), torch.nn.ReLU()),
        *(torch.nn.Linear(64, 32), torch.nn.ReLU()),
        torch.nn.Linear(32, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    inputs, targets = torch.tensor(x), torch.tensor(y)
    for _ in range(30):
        for batch in torch.randperm(len(x)).split(64):
            loss = torch.nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return (model(inputs).argmax(1) == targets).float().mean().item()


RUNS = {
    "tinynet": digits_tinynet,
    "scikit-learn": digits_scikit_learn,
    "PyTorch": digits_pytorch,
}
