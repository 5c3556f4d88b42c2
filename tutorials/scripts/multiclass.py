"""Multiclass classification: one of several, here which digit was written."""

import tinynet as tn

data = tn.datasets.load_digits()  # or tn.data.read_csv("animals.csv", target="species")
train, validation, test = data.split(rng=0)
train, validation, test = train.standardize(validation, test)

model = tn.layers.MLP([data.x.shape[1], 64, 32, len(data.target_names)], dropout=0.2, rng=0)
history = tn.fit(
    model,
    tn.losses.cross_entropy,  # it takes the scores: no softmax at the end of the model
    tn.optimizers.Adam(model.parameters(), lr=0.003),
    train,
    epochs=40,
    batch_size=32,
    validation=validation,
    metrics=[tn.metrics.accuracy],
    callbacks=[tn.training.EarlyStopping(patience=10)],
    rng=0,
)

print(tn.training.evaluate(model, tn.losses.cross_entropy, test, [tn.metrics.accuracy]))
tn.plots.save(tn.plots.run(model, history, test), "multiclass.png")
