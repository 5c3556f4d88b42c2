"""The recorder: what a recorded run keeps is right, and changes nothing."""

import gc
import itertools

import numpy as np
import pytest

from tinynet import Dataset, Tensor, datasets, fit, layers, losses
from tinynet.functional import relu, sigmoid, softmax
from tinynet.optimizers import SGD, Adam
from tinynet.training import EarlyStopping, NonFiniteLoss, predict
from tinynet.views.network_picture import picture_of
from tinynet.views.recorder import FRAMES

MOONS = datasets.make_moons(n=60)


def run(model=None, data=MOONS, loss=losses.cross_entropy, lr=0.1, epochs=5, make=SGD, **options):
    """A recorded run, small unless told otherwise."""
    model = model or layers.MLP([2, 6, 4, 2], rng=0)
    options = {"batch_size": 60, "progress": False, "record": True} | options
    return fit(model, loss, make(model.parameters(), lr=lr), data, epochs=epochs, **options)


class Interrupt:
    """A callback that presses Ctrl-C after an epoch, or asks to stop."""

    def __init__(self, epoch, stop=False):
        self.epoch, self.stop = epoch, stop

    def __call__(self, history, model):
        if history.epochs == self.epoch:
            if self.stop:
                return True
            raise KeyboardInterrupt
        return False


# --- which epochs ---------------------------------------------------------------------------


@pytest.mark.parametrize(("epochs", "count"), [(1, 2), (5, 6), (60, 61), (61, 61), (200, 61)])
def test_frames_are_spread_from_before_training_to_the_last_epoch(epochs, count):
    frames = [frame.epoch for frame in run(epochs=epochs).frames]
    gaps = {later - earlier for earlier, later in itertools.pairwise(frames)}
    assert frames[0] == 0 and frames[-1] == epochs and len(frames) == count <= FRAMES + 1
    assert max(gaps) - min(gaps) <= 1


def test_a_frame_knows_the_points_that_are_taken_for_another_class():
    model = layers.MLP([2, 6, 2], rng=0)
    frames = run(model, epochs=3).frames
    said = np.argmax(predict(model, MOONS.x), axis=1)
    np.testing.assert_array_equal(frames[-1].wrong, np.flatnonzero(said != MOONS.y))
    np.testing.assert_array_equal(frames[-1].said, said)
    assert 0 < len(frames[-1].wrong) < 60
    sine = run(layers.MLP([1, 4, 1], rng=0), datasets.make_sine(n=30), losses.mse).frames
    assert all(frame.wrong.size == frame.said.size == 0 for frame in sine)  # no classes


def test_a_confusion_matrix_knows_which_rows_of_the_data_are_taken_for_another_class():
    train, new = datasets.load_iris().split((0.8, 0.2), rng=0)
    model = layers.MLP([4, 3], rng=0)
    history = run(model, train, validation=new)
    frame, answer = history.frames[-1], history.record.answer
    said = np.argmax(predict(model, new.x), axis=1)
    np.testing.assert_array_equal(frame.said, said)
    np.testing.assert_array_equal(answer.rows[frame.wrong], np.flatnonzero(said != new.y))
    np.testing.assert_array_equal(new.x[answer.rows], answer.points)
    assert history.record.part == "validation" and 0 < frame.wrong.size < len(new)
    assert run(layers.MLP([4, 3], rng=0), train).record.part == "training"


@pytest.mark.parametrize("stop", [True, False])
def test_a_run_that_stops_early_keeps_its_frames_and_the_last_whole_epoch(stop):
    history = run(epochs=600, callbacks=[Interrupt(33, stop)])
    assert [frame.epoch for frame in history.frames] == [0, 10, 20, 30, 33]
    assert history.stopped


def test_the_frame_of_a_stopped_run_is_of_its_epoch_and_not_of_what_came_after():
    """EarlyStopping puts the best parameters back; the last frame shows those of its epoch."""
    model = layers.MLP([2, 4, 2], rng=0)
    stopping = EarlyStopping(patience=3, monitor="loss")
    stopping.sign = -1  # the first epoch counts as the best
    history = run(model, epochs=600, callbacks=[stopping])
    plain = layers.MLP([2, 4, 2], rng=0)
    run(plain, epochs=4, record=False)
    asked = history.record.answer.inputs
    expected = softmax(predict(plain, asked)).reshape(60, 60, 2)
    assert history.frames[-1].epoch == 4
    np.testing.assert_allclose(history.frames[-1].picture, expected, rtol=1e-5)
    assert all(np.array_equal(model.state_dict()[k], v) for k, v in stopping.best_state.items())


def test_ctrl_c_within_an_epoch_leaves_the_frame_of_the_epoch_before():
    calls = iter(range(100))

    def loss(y_true, y_pred):
        if next(calls) == 11 * 3 + 2:  # the last of three batches in epoch 12
            raise KeyboardInterrupt
        return losses.cross_entropy(y_true, y_pred)

    stopped = run(loss=loss, epochs=600, batch_size=20).frames[-1]
    whole = run(epochs=11, batch_size=20).frames[-1]
    assert stopped.epoch == whole.epoch == 11
    for name, found in vars(whole).items():
        for array, other in zip(arrays(found), arrays(getattr(stopped, name)), strict=True):
            np.testing.assert_array_equal(other, array)


def arrays(found):
    """The arrays in what a frame has, be they in lists."""
    if isinstance(found, (tuple, list)):
        return [array for inner in found for array in arrays(inner)]
    return [found]


def test_a_run_that_diverges_keeps_its_frames():
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss) as caught:
        data = (np.ones((4, 1)), np.ones((4, 1)))
        run(layers.MLP([1, 1], rng=0), data, losses.mse, lr=1e6, epochs=600)
    assert caught.value.history.frames[-1].epoch == caught.value.history.epochs > 0


def test_without_record_there_are_no_frames():
    history = run(record=False)
    assert history.frames == [] and history.record is None
    with pytest.raises(ValueError, match="record=True"):
        history.save_html("never.html")


# --- the numbers ----------------------------------------------------------------------------


def after(epochs, **options):
    """The same run as `run()` in plain steps: parameters before and after the last, gradients."""
    model = layers.MLP([2, 6, 4, 2], rng=0)
    for _ in range(epochs):
        before = [p.data.copy() for p in model.parameters()]
        loss = losses.cross_entropy(MOONS.y, model(MOONS.x))
        gradients = [np.array(g) for g in loss.gradient(*model.parameters())]
        for parameter, g in zip(model.parameters(), gradients, strict=True):
            parameter.data = parameter.data - 0.1 * g
    return before, [p.data for p in model.parameters()], gradients


def norm(*arrays):
    """The length of all numbers of the arrays together."""
    return np.sqrt(sum(np.sum(array**2) for array in arrays))


@pytest.mark.parametrize("epoch", [1, 3, 5])
def test_gradient_norms_and_update_ratios_are_those_of_the_last_step(epoch):
    frame = run().frames[epoch]
    before, now, gradients = after(epoch)
    steps = [b - a for a, b in zip(before, now, strict=True)]
    pairs = [slice(i, i + 2) for i in (0, 2, 4)]  # weight and bias of each layer
    np.testing.assert_allclose(frame.gradient_norms, [norm(*gradients[p]) for p in pairs])
    ratios = [norm(*steps[p]) / norm(*before[p]) for p in pairs]
    np.testing.assert_allclose(frame.update_ratios, ratios)


def test_the_step_that_counts_is_that_of_a_minibatch():
    """With several batches an epoch, the update of the last one: lr · |g| for plain SGD."""
    history = run(layers.MLP([2, 6, 2], rng=0), batch_size=7, lr=1e-6)
    for frame in history.frames[1:]:
        norms = [norm(p.data) for p in layers.MLP([2, 6, 2], rng=0).parameters()[::2]]
        np.testing.assert_allclose(
            frame.update_ratios, 1e-6 * frame.gradient_norms / norms, rtol=1e-3
        )


def test_before_training_there_is_no_gradient_but_a_picture():
    frame = run().frames[0]
    assert np.isnan(frame.gradient_norms).all() and np.isnan(frame.update_ratios).all()
    assert np.isfinite(frame.picture).all()


def test_dead_units_are_counted_per_layer():
    """Two units whose bias no input can make up for are dead; one that is 0 for some is not."""
    model = layers.MLP([2, 6, 4, 2], rng=0)
    model.layers[0].weight.data[...] = np.abs(model.layers[0].weight.data) + 1
    model.layers[0].bias.data[...] = [-1e3, 0, 1e3, -1e3, 1e3, 1e3]
    model.layers[2].weight.data[...] = 1e-3
    model.layers[2].bias.data[...] = [1.0, 1.0, 1.0, -1e3]
    history = run(model, lr=1e-6)
    assert [(layer.path, layer.activation, layer.units) for layer in history.record.layers] == [
        ("layers.0", "relu", 6),
        ("layers.2", "relu", 4),
        ("layers.4", "", 0),
    ]
    for frame in history.frames:
        np.testing.assert_array_equal(frame.dead, [2 / 6, 1 / 4, np.nan])
        assert np.isnan(frame.saturated).all()


@pytest.mark.parametrize(
    ("activation", "inputs"),
    [(layers.Sigmoid, [-4.7, -4.5, 4.5, 4.7]), (layers.Tanh, [-2.4, -2.2, 2.2, 2.4])],
)
def test_saturated_outputs_are_within_one_percent_of_the_range_from_an_end(activation, inputs):
    """sigmoid(4.6) = 0.99 and tanh(2.3) = 0.98, so two of these four are saturated."""
    model = layers.MLP([1, 1, 1], activation, rng=0)
    model.layers[0].weight.data[...] = 1.0
    data = (np.array(inputs)[:, None], np.zeros((4, 1)))
    frame = run(model, data, losses.mse, epochs=1).frames[0]
    np.testing.assert_array_equal(frame.saturated, [0.5, np.nan])
    assert np.isnan(frame.dead).all()


def test_a_unit_is_dead_by_the_data_and_not_by_the_picture_around_them():
    """relu(0.99 − x) is 0 for all data, and not in the margin of the picture, from 0.94."""
    model, x = layers.MLP([1, 1, 1], rng=0), np.linspace(1, 2, 4)[:, None]
    model.layers[0].weight.data[...], model.layers[0].bias.data[...] = -1, 0.99
    assert run(model, (x, x), losses.mse, epochs=1).frames[0].dead[0] == 1


class Own(layers.Module):
    """A model with functions in place of layers, and one number of its own."""

    def __init__(self):
        self.inner = {"a": layers.Linear(2, 3, rng=0)}
        self.scale = Tensor([1.0], requires_grad=True)

    def forward(self, x):
        return sigmoid(np.sum(relu(self.inner["a"](x)), axis=1, keepdims=True) * self.scale)


def test_a_model_of_ones_own_is_recorded_too_and_its_last_sigmoid_is_no_hidden_unit():
    data = (MOONS.x, MOONS.y[:, None].astype(float))
    record = run(Own(), data, losses.log_loss).record
    told = [(layer.path, layer.activation, layer.units) for layer in record.layers]
    assert told == [("inner.a", "relu", 3), ("Own", "", 0)]
    assert np.isnan(record.frames[-1].saturated).all()


def test_normalized_and_residual_layers_are_recorded_and_a_gelu_is_no_tanh():
    def model():
        block = layers.Residual(layers.LayerNorm(4), layers.Linear(4, 4, rng=1), layers.ReLU())
        first = (layers.Linear(2, 4, rng=0), layers.BatchNorm1d(4), layers.GELU())
        return layers.Sequential(*first, block, layers.SiLU(), layers.Linear(4, 2, rng=2))

    history = run(model(), epochs=3)
    told = [(layer.path, layer.activation) for layer in history.record.layers]
    assert told == [
        *(("layers.0", ""), ("layers.1", "gelu"), ("layers.3.layers.0", "")),
        *(("layers.3.layers.1", "relu"), ("layers.5", "")),
    ]
    assert all(np.isfinite(frame.update_ratios).all() for frame in history.frames[1:])
    assert history["loss"] == run(model(), epochs=3, record=False)["loss"]  # it looks, no more


def test_what_the_optimizer_does_not_train_is_no_layer():
    model = layers.MLP([2, 4, 2], rng=0)
    optimizer = SGD(model.layers[2].parameters(), lr=0.1)
    history = fit(
        model, losses.cross_entropy, optimizer, MOONS, epochs=2, batch_size=60, progress=False,
        record=True,
    )  # fmt: skip
    assert [layer.path for layer in history.record.layers] == ["layers.2"]


# --- histograms and the network -------------------------------------------------------------


def test_histograms_of_weights_count_what_numpy_counts():
    model = layers.MLP([2, 6, 4, 2], rng=0)
    frame = run(model, epochs=3).frames[-1]
    for i, layer in enumerate(layers.linear_layers(model)):
        w = np.concatenate([layer.weight.data.ravel(), layer.bias.data])
        counts, edges = np.histogram(w, 32, (min(w.min(), 0), max(w.max(), 0)))
        np.testing.assert_array_equal(frame.weight_counts[i], counts)
        np.testing.assert_array_equal(frame.weight_ranges[i], edges[[0, -1]])
        assert counts.sum() == w.size


@pytest.mark.parametrize(
    ("activation", "ends"),
    [(layers.ReLU, None), (layers.Sigmoid, (0, 1)), (layers.Tanh, (-1, 1)), (layers.GELU, None)],
)
def test_histograms_of_outputs_count_those_of_the_sample(activation, ends):
    model = layers.MLP([2, 6, 4, 2], activation, rng=0)
    history = run(model, epochs=3)
    frame, x = history.frames[-1], history.record.sample
    for i in range(2):
        x = predict(layers.Sequential(*model.layers[2 * i : 2 * i + 2]), x)
        low, high = ends or (min(x.min(), 0), x.max())
        counts, edges = np.histogram(x, 32, (low, high))
        np.testing.assert_array_equal(frame.output_counts[i], counts)
        np.testing.assert_allclose(frame.output_ranges[i], edges[[0, -1]])
    assert not frame.output_counts[2].any()  # there is no activation


def test_a_histogram_of_nothing_but_0_has_a_width_and_none_of_what_is_not_finite():
    dead = layers.MLP([2, 3, 2], rng=0)
    dead.layers[0].bias.data[...] = -1e3
    frame = run(dead, epochs=1).frames[0]
    np.testing.assert_array_equal(frame.output_ranges[0], [0, 1])
    np.testing.assert_array_equal(frame.output_counts[0], [60 * 3] + [0] * 31)
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss) as caught:
        huge = layers.MLP([2, 3, 2], rng=0)
        huge.layers[0].weight.data[0] = [1e305, -1e305, 1e308]
        run(huge, epochs=1)
    frame = caught.value.history.frames[0]
    assert frame.weight_counts[0].sum() == 6 and frame.weight_counts[1].sum() == 8


@pytest.mark.parametrize("epoch", [0, 2, 5])
def test_the_network_of_a_frame_is_that_of_its_epoch(epoch):
    model = layers.MLP([2, 6, 4, 2], rng=0)
    if epoch:
        run(model, epochs=epoch, record=False)
    record = run().record
    drawn, frame = picture_of(model, record.answer), record.frames[epoch].network
    for name, found in drawn.now()._asdict().items():
        for array, other in zip(found, getattr(frame, name), strict=True):
            np.testing.assert_array_equal(other, array)
    assert record.network == drawn.about()


def test_a_model_that_is_no_row_of_layers_has_no_picture():
    data = (MOONS.x, MOONS.y[:, None].astype(float))
    history = run(Own(), data, losses.log_loss)
    assert history.record.network is None and history.frames[-1].network is None


# --- pictures -------------------------------------------------------------------------------


def picture(model, data, loss):
    """The picture of the last frame, its answer, and the model's output for the same inputs."""
    history = run(model, data, loss, lr=0.01)
    answer = history.record.answer
    return history.frames[-1].picture, answer, predict(model, answer.inputs)


def test_regions_are_probabilities_on_a_grid_whose_first_row_is_the_lowest():
    shown, answer, output = picture(layers.MLP([2, 4, 2], rng=0), MOONS, losses.cross_entropy)
    (left, bottom), (right, top) = answer.box
    assert shown.shape == (60, 60, 2) and answer.classes == MOONS.target_names
    np.testing.assert_allclose(shown.reshape(-1, 2), softmax(output), rtol=1e-5)
    np.testing.assert_allclose(
        answer.inputs[[0, 59, -1]],
        np.array([left, bottom])
        + np.array([[0.5, 0.5], [59.5, 0.5], [59.5, 59.5]]) / 60 * [right - left, top - bottom],
    )


@pytest.mark.parametrize("last", [layers.Sigmoid, None])
def test_a_single_column_is_a_logit_unless_a_sigmoid_made_it(last):
    parts = [layers.Linear(2, 1, rng=0)] + ([last()] if last else [])
    data = (MOONS.x, MOONS.y[:, None].astype(float))
    loss = losses.log_loss if last else losses.mse
    shown, _, output = picture(layers.Sequential(*parts), data, loss)
    p = (output if last else sigmoid(output))[:, 0]
    np.testing.assert_allclose(shown.reshape(-1, 2), np.stack([1 - p, p], axis=1), rtol=1e-5)


def test_columns_from_a_softmax_are_probabilities_already():
    model = layers.Sequential(layers.Linear(2, 2, rng=0), layers.Softmax())
    shown, _, output = picture(model, (MOONS.x, np.eye(2)[MOONS.y]), losses.mse)
    np.testing.assert_allclose(shown.reshape(-1, 2), output, rtol=1e-5)


def test_a_curve_is_the_prediction_from_end_to_end():
    data = datasets.make_sine(n=30)
    shown, answer, output = picture(layers.MLP([1, 4, 1], rng=0), data, losses.mse)
    np.testing.assert_allclose(shown, output[:, 0])
    assert shown.shape == (200,)
    np.testing.assert_allclose(answer.inputs[[0, -1], 0], [corner[0] for corner in answer.box])
    np.testing.assert_array_equal(answer.targets, data.y[:, 0])


def test_a_confusion_matrix_counts_the_validation_data():
    train, new = datasets.load_iris().split((0.8, 0.2), rng=0)
    model = layers.MLP([4, 8, 3], rng=0)
    counts = run(model, train, validation=new).frames[-1].picture
    ids = np.argmax(predict(model, new.x), axis=1)
    expected = [[np.sum((new.y == i) & (ids == j)) for j in range(3)] for i in range(3)]
    np.testing.assert_array_equal(counts, expected)


def test_of_many_classes_the_last_are_counted_together():
    """Of 45 classes, 0 to 38 and, as the 40th, the others; also where a plane could be drawn."""
    x, y = np.random.default_rng(0).normal(size=(90, 2)), np.arange(90) % 45
    model = layers.Linear(2, 45, rng=0)
    model.bias.data[44] = 100
    counts, answer, _ = picture(model, (x, y), losses.cross_entropy)
    assert answer.classes[38:] == ("class 38", "others")
    np.testing.assert_array_equal(counts[:, -1], [2] * 39 + [12])


def test_numbers_from_several_columns_are_predictions():
    data = datasets.make_friedman1(n=30)
    shown, answer, output = picture(layers.MLP([10, 4, 1], rng=0), data, losses.mse)
    np.testing.assert_allclose(shown, output[:, 0])
    np.testing.assert_array_equal(answer.targets, data.y[:, 0])
    low, high = data.y.min(), data.y.max()
    margin = 0.06 * (high - low)
    np.testing.assert_allclose(answer.box, [[low - margin] * 2, [high + margin] * 2])


@pytest.mark.parametrize(
    ("y", "columns", "kind"),
    [
        (np.arange(6) % 3, 3, "Confusion"),
        (np.eye(3)[np.arange(6) % 3], 3, "Confusion"),
        (2 * np.eye(3)[np.arange(6) % 3], 3, "Predictions"),  # rows that do not sum to 1
        (3 * np.eye(3)[np.arange(6) % 3] - 2 / 3, 3, "Predictions"),  # some below 0
        (np.arange(6.0)[:, None] % 3, 1, "Predictions"),
        (2.0 * (np.arange(6) % 2)[:, None] - 1, 1, "Confusion"),  # margins: −1 and 1
        (np.arange(6.0)[:, None], 1, "Predictions"),
        (np.arange(12.0).reshape(6, 2), 2, "Predictions"),
    ],
)
def test_classes_are_told_from_numbers_by_the_targets(y, columns, kind):
    x = np.random.default_rng(0).normal(size=(6, 4))
    loss = losses.cross_entropy if columns == 3 and kind == "Confusion" else losses.mse
    record = run(layers.MLP([4, columns], rng=0), (x, y), loss, batch_size=6, lr=1e-3).record
    assert type(record.answer).__name__ == kind
    if kind == "Confusion":
        assert set(record.answer.targets) == set(range(len(record.answer.classes)))


def test_a_curve_has_one_target():
    x = np.arange(6.0)[:, None]
    record = run(layers.Linear(1, 2, rng=0), (x, np.hstack([x, x])), losses.mse, lr=1e-3).record
    assert type(record.answer).__name__ == "Predictions"


# --- a run is not changed -------------------------------------------------------------------


@pytest.mark.parametrize("dropout", [0, 0.3])  # with dropout nothing is replayed
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_recorded_run_ends_with_the_same_bits(dropout, dtype):
    def ended(record):
        model = layers.MLP([2, 8, 8, 2], dropout=dropout, rng=0, dtype=dtype)
        history = run(
            model, lr=0.01, make=Adam, batch_size=16, epochs=70, validation=MOONS, record=record
        )
        return history, model.state_dict()

    (plain, w), (recorded, v) = ended(False), ended(True)
    assert plain == recorded and len(recorded.frames) == 61
    assert all(np.array_equal(w[name], v[name]) for name in w)


def test_a_recorded_run_leaves_no_cycles_of_references():
    gc.collect()
    run()
    assert gc.collect() == 0


def test_the_sample_and_the_points_are_limited():
    data = datasets.make_moons(n=3000)
    record = run(data=data, epochs=1).record
    assert record.sample.shape == (256, 2) and record.answer.points.shape == (1000, 2)
    places = [np.flatnonzero((data.x == row).all(axis=1))[0] for row in record.sample]
    assert places == sorted(set(places))  # other rows each, in their order


def test_names_come_from_a_dataset_or_are_numbers():
    x, y = MOONS.x, MOONS.y
    named = Dataset("mine", x, y, ("left", "right"), ("no", "yes"), "binary")
    assert run(data=named).record.answer.axes == ("left", "right")
    assert run(data=(x, y)).record.answer.axes == ("x0", "x1")
    assert run(data=(x, y)).record.answer.classes == ("class 0", "class 1")
