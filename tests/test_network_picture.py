"""The picture of a network: what its thumbnails show is what the model computes."""

import numpy as np
import pytest

from tinynet import Dataset, datasets, layers
from tinynet.functional import relu, softmax
from tinynet.views.network_picture import picture_of, thumbnails
from tinynet.views.predictions import answer_for


def picture(model, data, columns):
    part = (data.x, data.y)
    return picture_of(model, answer_for(data, part, part, columns))


def by_hand(x, model, squash):
    """The inputs and what comes out of each Linear: the same as in the model, written out."""
    linear = layers.linear_layers(model)
    values = [x]
    for layer in linear:
        z = values[-1] @ layer.weight.data + layer.bias.data
        values.append(z if layer is linear[-1] else squash(z))
    return values


def as_bytes(views):
    """Each view in 127ths of its largest size, one view after the other."""
    return [np.round(127 * (view / (np.abs(view).max() or 1))) for view in views]


DATA = {
    "moons": (datasets.make_moons(n=40), 2, (16, 16)),
    "sine": (datasets.make_sine(n=40), 1, (40,)),
}


@pytest.mark.parametrize("name", DATA)
def test_a_thumbnail_has_the_bytes_of_what_the_unit_computes_over_the_data(name):
    data, columns, shape = DATA[name]
    model = layers.MLP([data.x.shape[1], 12, 3, columns], layers.Tanh, rng=0)
    made = picture(model, data, columns)
    answer, seen = made.answer, made.now().seen
    low, high = np.array(answer.box)
    if len(shape) == 2:
        places = low + (np.arange(16)[:, None] + 0.5) / 16 * (high - low)
        points = [[x, y] for y in places[:, 1] for x in places[:, 0]]
    else:
        points = np.linspace(low[0], high[0], 40)[:, None]
    for found, values in zip(seen, by_hand(np.array(points), model, np.tanh), strict=True):
        assert found.dtype == np.int8 and found.shape[1:] == shape
        expected = as_bytes(values[:, : len(found)].T.reshape(-1, *shape))
        np.testing.assert_array_equal(found, expected)
    assert [len(found) for found in seen] == [len(data.feature_names), 8, 3, columns]


def test_of_many_features_a_unit_shows_its_mean_output_for_each_class():
    data = datasets.load_wine()  # as measured: features whose mean is not 0
    model = layers.MLP([13, 4, 3], rng=0)
    made = picture(model, data, 3)
    inputs, *others = by_hand(data.x, model, relu)
    rows = [data.y == c for c in range(3)]
    means = [np.array([values[mine].mean(axis=0) for mine in rows]).T for values in others]
    inputs = np.array([inputs[mine].mean(axis=0) - inputs.mean(axis=0) for mine in rows]).T
    for found, views in zip(made.now().seen, [inputs[:8], *means], strict=True):
        np.testing.assert_array_equal(found, as_bytes(views))
    assert made.about()["groups"] == data.target_names


def test_of_numbers_to_predict_the_groups_go_from_low_targets_to_high_ones():
    data = datasets.load_auto_mpg().standardize()
    model = layers.MLP([data.x.shape[1], 4, 1], rng=0)
    made = picture(model, data, 1)
    order = np.argsort(made.answer.targets, kind="stable")
    (hidden,) = by_hand(made.answer.points[order], model, relu)[1:-1]
    count = len(order)
    place = np.arange(count) * 8 // count
    means = np.array([hidden[place == i].mean(axis=0) for i in range(8)]).T
    np.testing.assert_array_equal(made.now().seen[1], as_bytes(means))
    assert len(made.about()["groups"]) == 8 and made.about()["outputs"] == ["mpg"]


def test_where_the_inputs_are_pixels_units_of_the_first_layer_show_their_weights():
    data = datasets.load_digits()
    model = layers.MLP([64, 20, 16, 10], rng=0)
    made, (first, second, _) = picture(model, data, 10), layers.linear_layers(model)
    drawn = made.now()
    points = made.answer.points
    np.testing.assert_array_equal(drawn.seen[0], as_bytes([points.mean(axis=0).reshape(8, 8)]))
    weights = first.weight.data.T[:8].reshape(8, 8, 8)
    np.testing.assert_array_equal(drawn.seen[1], as_bytes(weights))
    assert drawn.seen[2].shape == (8, 10)  # the mean for each digit
    assert [w.shape for w in drawn.weights] == [(0, 8), (8, 8), (8, 10)]
    np.testing.assert_array_equal(drawn.weights[1], second.weight.data[:8, :8])
    assert made.about()["image"] == (8, 8) and made.about()["units"] == [64, 20, 16, 10]


def test_the_weights_drawn_lead_between_the_units_drawn_and_stay_when_the_model_moves_on():
    model = layers.MLP([2, 12, 3, 2], rng=0)
    drawn = picture(model, datasets.make_moons(n=40), 2).now()
    a, b, c = (layer.weight.data.copy() for layer in layers.linear_layers(model))
    for parameter in model.parameters():
        parameter.data += 1
    for found, weights in zip(drawn.weights, (a[:, :8], b[:8], c), strict=True):
        np.testing.assert_array_equal(found, weights)
    assert [list(bias) for bias in drawn.biases] == [[0] * 8, [0] * 3, [0] * 2]


LINEAR = [layers.Linear(2, 4, rng=0), layers.Linear(4, 2, rng=1)]


class Own(layers.Sequential):
    def forward(self, x):
        return -super().forward(x)


MODELS = {  # the functions behind each Linear, or None where it is not drawn
    "one layer": (LINEAR[0], [[]]),
    "others between": (
        layers.Sequential(
            LINEAR[0], layers.BatchNorm1d(4), layers.GELU(), layers.Dropout(0.5), LINEAR[1],
            layers.Softmax(),
        ),
        [["batchnorm1d", "gelu"], ["softmax"]],
    ),
    "a function": (layers.Sequential(LINEAR[0], np.tanh, LINEAR[1]), [["tanh"], []]),
    "a function of rows": (layers.Sequential(LINEAR[0], lambda x: x[:, :1]), None),
    "a shortcut": (
        layers.Sequential(LINEAR[0], layers.Residual(layers.Linear(4, 4, rng=0)), LINEAR[1]),
        None,
    ),
    "scaled first": (layers.Sequential(layers.BatchNorm1d(2), *LINEAR), None),
    "its own way": (Own(*LINEAR), None),
    "no layer": (layers.Sequential(layers.ReLU()), None),
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_layers_in_a_row_are_drawn_and_other_models_are_not(name):
    model, functions = MODELS[name]
    made = picture(model, datasets.make_moons(n=20), 4 if name == "one layer" else 2)
    assert (made and made.about()["functions"]) == functions


def test_outputs_are_the_classes_or_the_one_that_is_decided_for():
    moons = datasets.make_moons(n=20)
    for columns, names in ((2, ["upper", "lower"]), (1, ["lower"])):
        made = picture(layers.Linear(2, columns, rng=0), moons, columns)
        assert made.about()["outputs"] == names
    sine = datasets.make_sine(n=20)
    made = picture(layers.Linear(1, 1, rng=0), sine, 1).about()
    assert (made["inputs"], made["outputs"], made["groups"]) == (("x",), ["y"], None)


def test_what_is_not_finite_is_drawn_as_0_and_in_evaluation_mode():
    np.testing.assert_array_equal(thumbnails(np.array([[np.nan, 1, -np.inf]])), [[0, 127, 0]])
    data = datasets.make_moons(n=20)
    model = layers.Sequential(LINEAR[0], layers.Dropout(0.9, rng=0), LINEAR[1])
    twice = [picture(model, data, 2).now().seen[2] for _ in range(2)]
    np.testing.assert_array_equal(*twice)


def test_features_are_pixels_only_if_all_of_an_image_are_there_in_order():
    digits = datasets.load_digits()
    for names, shape in {
        digits.feature_names: (8, 8),
        digits.feature_names[:24]: (3, 8),
        digits.feature_names[:20]: None,
        digits.feature_names[::-1]: None,
        ("pixel_0_0", "pixel_0_1", "age"): None,
    }.items():
        x = np.ones((2, len(names)))
        assert Dataset("d", x, [0, 1], names, ("a", "b")).image_shape == shape
    standardized = digits.split((0.5, 0.5))[0].standardize()
    assert standardized.image_shape == (8, 8)


def test_softmax_at_the_end_is_part_of_what_an_output_shows():
    data = datasets.make_moons(n=20)
    seen = picture(layers.Sequential(LINEAR[0], LINEAR[1], layers.Softmax()), data, 2)
    z = by_hand(seen.inputs, layers.Sequential(*LINEAR), lambda z: z)[-1]
    expected = as_bytes(softmax(z).T.reshape(2, 16, 16))
    np.testing.assert_array_equal(seen.now().seen[-1], expected)
