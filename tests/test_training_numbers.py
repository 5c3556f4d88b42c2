"""The numbers on the training page stand where they were measured, however few they are."""

import base64

import numpy as np
import pytest

from tinynet import datasets, fit, layers, losses
from tinynet.optimizers import SGD
from tinynet.training import Callback, History
from tinynet.views import training_page
from tinynet.views.training_numbers import curves, scores, series_of

MOONS = datasets.make_moons(n=40)


def run(*callbacks, epochs=6, **options):
    model = layers.MLP([2, 3, 2], rng=0)
    options = {"batch_size": 20, "progress": False, "record": True} | options
    optimizer = SGD(model.parameters(), lr=0.1)
    return fit(
        model, losses.cross_entropy, optimizer, MOONS, epochs=epochs, callbacks=callbacks, **options
    )


def unpacked(array):
    numbers = np.frombuffer(base64.b64decode(array["data"]), array["dtype"])
    return numbers.reshape(array["shape"]).tolist()


def drawn(history, name, label="training"):
    """The epochs and the values of a curve."""
    curve = curves(history)["of"][name][label]
    return unpacked(curve["epochs"]), unpacked(curve["values"])


def every_second(history, model):
    if history.epochs % 2 == 0:
        history.setdefault("slope", []).append(float(history.epochs))


def from_the_fourth(history, model):
    if history.epochs > 3:
        history.setdefault("val_slope", []).append(float(history.epochs))


class AtBatches(Callback):
    """Adds a number within an epoch: that of the epochs that were finished by then."""

    def on_batch_begin(self, run):
        if run.batch == 1 and run.history.epochs == 4:
            run.history.setdefault("slope", []).append(4.0)


@pytest.mark.parametrize(
    ("callback", "label", "epochs"),
    [
        (every_second, "training", [2, 4, 6]),
        (from_the_fourth, "validation", [4, 5, 6]),
        (AtBatches(), "training", [4]),
    ],
)
def test_a_series_shorter_than_the_run_is_drawn_where_it_was_measured(callback, label, epochs):
    history = run(callback)
    assert drawn(history, "slope", label) == (epochs, epochs)
    assert drawn(history, "loss") == ([1, 2, 3, 4, 5, 6], history["loss"])
    training_page.html(history)


def test_a_sentence_has_the_numbers_of_its_epoch_and_no_others():
    series = series_of(run(every_second, from_the_fourth, validation=MOONS))
    told = {epoch: [*scores(epoch, series)] for epoch in range(7)}
    assert told[0] == []
    assert [len(told[epoch]) for epoch in (1, 2, 4, 5)] == [2, 3, 4, 3]
    assert told[2][2] == "slope 2" and told[5][2] == "validation slope 5"
    assert told[6][2:] == ["slope 6", "validation 6"]


def test_a_series_that_was_put_there_afterwards_begins_with_epoch_1():
    history = run()
    history["mine"], history["text"], history["empty"] = [3.0, 1.0], ["a", "b"], []
    history["loss"] = history["loss"][:4]
    assert drawn(history, "mine") == ([1, 2], [3, 1])
    assert drawn(history, "loss") == ([1, 2, 3, 4], history["loss"])
    assert set(curves(history)["of"]) == {"loss", "mine"}
    training_page.html(history)


def test_the_best_epoch_is_where_the_validation_loss_was_measured():
    history = run(validation=MOONS)
    history["val_loss"] = [2.0, np.nan, 1.0]
    assert curves(history)["best"] == [{"name": "best", "x": 3}]
    history.record.measured["val_loss"] = [2, 4, 6]
    assert curves(history)["best"] == [{"name": "best", "x": 6}]
    history["val_loss"] = [np.nan] * 6
    assert curves(history)["best"] == []


def test_a_loss_curve_has_at_most_2000_epochs_the_first_and_the_last_among_them():
    history = History()
    history["loss"] = np.arange(5001.0).tolist()
    history["val_loss"] = [3.0, 1.0, 2.0, np.nan, *[4.0] * 4997]
    assert curves(history)["best"] == [{"name": "best", "x": 2}]
    epochs, values = drawn(history, "loss")
    assert (len(epochs), epochs[0], epochs[-1]) == (2000, 1, 5001)
    assert values == [epoch - 1 for epoch in epochs]


def test_a_run_that_goes_on_keeps_what_was_measured_before(tmp_path):
    path = tmp_path / "run.npz"
    run(epochs=3, resume=path)
    history = run(every_second, epochs=6, resume=path)
    assert drawn(history, "loss") == ([1, 2, 3, 4, 5, 6], history["loss"])
    assert drawn(history, "slope") == ([4, 6], [4, 6])
