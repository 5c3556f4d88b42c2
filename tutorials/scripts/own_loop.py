"""A training loop of your own, as fast as fit: one call is one step."""

import numpy as np

import tinynet as tn

data = tn.datasets.make_spirals(rng=0)
model = tn.layers.MLP([2, 32, 32, 3], rng=0)
optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
step = tn.training.Step(model, tn.losses.cross_entropy, optimizer)

rng, history = np.random.default_rng(0), tn.training.History()
for epoch in range(100):
    losses = []
    for rows in np.array_split(rng.permutation(len(data)), len(data) // 32):
        losses.append(float(step(data.x[rows], data.y[rows])))  # forward, loss, backward, update
    history.append(loss=np.mean(losses))
    if epoch % 20 == 19:
        scores = tn.training.predict(model, data.x)
        print(f"epoch {epoch + 1}: accuracy {tn.metrics.accuracy(data.y, scores):.3f}")

tn.plots.save(tn.plots.run(model, history, data), "own_loop.png")
