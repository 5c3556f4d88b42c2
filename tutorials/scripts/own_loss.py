"""A loss of your own: a missing loaf costs three times as much as one that is left over."""

import matplotlib.pyplot as plt
import numpy as np

import tinynet as tn


@tn.losses.loss
def shortage(y_true, y_pred):
    missing = y_true - y_pred
    return np.where(missing > 0, 3 * missing, -missing)


print(tn.losses.check(shortage))  # its gradient, and what to expect of it

data = tn.datasets.make_heteroscedastic(n=1000, rng=0)
x = np.linspace(0, 3)[:, None]
plt.plot(data.x, data.y, ".", color="lightgray", label="data")
for loss in (tn.losses.mae, shortage):
    model = tn.layers.MLP([1, 16, 1], rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    tn.fit(model, loss, optimizer, data, epochs=60, batch_size=32, rng=0)
    enough = np.mean(tn.training.predict(model, data.x) >= data.y)
    plt.plot(x, tn.training.predict(model, x), label=f"{loss.__name__}: enough in {enough:.0%}")
plt.legend()
plt.savefig("own_loss.png")
