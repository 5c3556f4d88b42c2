"""Regression: predict a number, here how far a car goes on a gallon."""

import tinynet as tn
from tinynet.training import EarlyStopping, InUnits, Units

data = tn.datasets.load_auto_mpg()  # or tn.data.read_csv("houses.csv", target="price")
train, validation, test = data.split(rng=0)

units = Units.of(train)  # a network wants numbers of about 1, in x and in y
network = tn.layers.MLP([data.x.shape[1], 16, 16, 1], rng=0)
history = tn.fit(
    network,
    tn.losses.huber,
    tn.optimizers.Adam(network.parameters(), lr=0.01, weight_decay=0.01),
    units.remove(train.x, train.y),
    epochs=100,
    batch_size=32,
    validation=units.remove(validation.x, validation.y),
    callbacks=[EarlyStopping(patience=20)],
    rng=0,
)
model = InUnits(network, units)  # takes and gives numbers as they stand in the data

print(tn.training.evaluate(model, None, test, [tn.metrics.rmse, tn.metrics.r2]))
tn.checkpoints.save(model, "cars.npz", data=train)  # then: tinynet predict cars.npz new.csv
tn.plots.save(tn.plots.run(model, history, test), "regression.png")
