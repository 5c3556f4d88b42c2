"""Binary classification: yes or no, here whether a tumour is malignant."""

import tinynet as tn

data = tn.datasets.load_breast_cancer()  # or tn.data.read_csv("patients.csv", target="ill")
train, validation, test = data.split(rng=0)
train, validation, test = train.standardize(validation, test)

model = tn.layers.MLP([data.x.shape[1], 16, 2], rng=0)  # one score for each of the two classes
history = tn.fit(
    model,
    tn.losses.cross_entropy,
    tn.optimizers.Adam(model.parameters(), lr=0.01, weight_decay=0.01),
    train,
    epochs=60,
    batch_size=32,
    validation=validation,
    callbacks=[tn.training.EarlyStopping(patience=10)],
    rng=0,
)

metrics = [tn.metrics.accuracy, tn.metrics.precision, tn.metrics.recall, tn.metrics.auc]
print(tn.training.evaluate(model, None, test, metrics))
tn.plots.save(tn.plots.run(model, history, test), "binary.png")
