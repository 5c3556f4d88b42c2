"""Plots: what each picture shows, and the files they become."""

import io
import itertools
import re
import xml.etree.ElementTree
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import tinynet as tn
from tinynet import explorer, plots


def model_for(dataset, hidden=4):
    outputs = 1 if dataset.task == "regression" else len(dataset.target_names)
    return tn.layers.MLP([dataset.x.shape[1], hidden, outputs], rng=0)


def history_of(**values):
    history = tn.training.History()
    history.update(values)
    return history


def texts(ax):
    return [text.get_text() for text in ax.texts]


class Answers(tn.layers.Module):
    """A model that gives the answers it was told, or a function of x."""

    def __init__(self, answer):
        self.answer = answer

    def forward(self, x):
        return self.answer(x)


# --- training -------------------------------------------------------------------------------


def test_history_draws_a_curve_per_loss_in_its_own_style():
    ax = history_of(loss=[3.0, 2.0, 1.0], val_loss=[3.5, 3.0, 2.5], accuracy=[0, 1, 1]).plot()
    assert [line.get_label() for line in ax.lines] == ["training", "validation"]
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[1, 3.5], [2, 3.0], [3, 2.5]])
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_history_of_a_single_epoch_is_a_visible_point():
    assert history_of(loss=[1.0]).plot().lines[0].get_marker() == "o"


def test_history_without_epochs_is_an_empty_picture():
    assert len(plots.history(history_of()).lines) == 0


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("moons", "Decision boundary"),
        ("sine", "Fitted curve"),
        ("friedman1", "Predictions"),
        ("iris", "Confusion matrix"),
    ],
)
def test_run_puts_the_picture_that_fits_the_data_beside_the_loss(name, title):
    data = tn.datasets.load(name)
    left, right = plots.run(model_for(data), history_of(loss=[2.0, 1.0]), data).axes
    assert left.get_title() == "Loss" and right.get_title().startswith(title)


# --- models ---------------------------------------------------------------------------------


def test_decision_boundary_colours_each_side_by_its_class():
    x = np.array([[-1.0, 0.0], [-2.0, 1.0], [1.0, 0.0], [2.0, 1.0]])
    data = tn.Dataset("toy", x, [0, 0, 1, 1], ("p", "q"), ("left", "right"), "binary")
    model = Answers(lambda x: np.column_stack([-x[:, 0], x[:, 0]]))
    ax = plots.decision_boundary(model, data)
    regions = ax.collections[0].get_array().reshape(400, 400)
    assert (regions[:, :190] == 0).all() and (regions[:, 210:] == 1).all()
    assert len(ax.collections) == 1 + 1 + 2  # regions, the line between them, points
    assert "accuracy 1.000" in ax.get_title()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("p", "q")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["left", "right"]


def test_the_colours_of_a_decision_boundary_start_again_after_six():
    data = tn.datasets.make_blobs(classes=12, rng=0)
    ax = plots.decision_boundary(Answers(lambda x: np.eye(12)[np.full(len(x), 7)]), data)
    assert (ax.collections[0].get_array() == 1).all()


def test_decision_boundary_of_a_constant_feature_keeps_a_readable_scale():
    data = tn.Dataset("toy", [[0.0, 7.0], [1.0, 7.0]], [0, 1], ("p", "q"), ("a", "b"), "binary")
    ax = plots.decision_boundary(model_for(data), data)
    assert ax.get_ylim() == pytest.approx((6, 8), abs=0.01)


@pytest.mark.parametrize(
    ("activation", "told"),
    [
        (tn.functional.sigmoid, "nothing wrong among 4"),
        (lambda x: x, "nothing wrong among 4"),
        (lambda x: x - 0.5, "accuracy 0.750"),
    ],
)
def test_a_single_column_is_a_probability_only_after_a_sigmoid(activation, told):
    x = np.array([[-0.4], [-0.1], [0.1], [0.9]])
    data = tn.Dataset("toy", x, [0, 0, 1, 1], ("p",), ("no", "yes"), "binary")
    weight = tn.Tensor([[1.0]], requires_grad=True)
    ax = plots.confusion_matrix(Answers(lambda x: activation(x @ weight)), data)
    assert told in ax.get_title()


def test_a_model_is_drawn_in_evaluation_mode():
    modes = []
    model = Answers(lambda x: modes.append(model.training) or x)
    data = tn.Dataset("toy", [[0.0], [1.0]], [0, 1], ("p",), ("a", "b"), "binary")
    plots.confusion_matrix(model, data)
    assert modes and not any(modes) and model.training


def test_confusion_matrix_writes_rows_of_true_and_columns_of_predicted():
    x = np.arange(6.0)[:, None]
    data = tn.Dataset("toy", x, [0, 0, 1, 1, 2, 2], ("p",), ("a", "b", "c"), "multiclass")
    predicted = np.array([0, 1, 1, 1, 0, 0])
    ax = plots.confusion_matrix(Answers(lambda x: np.eye(3)[predicted]), data)
    assert texts(ax) == ["1", "1", "·", "·", "2", "·", "2", "·", "·"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    np.testing.assert_array_equal(ax.images[0].get_array(), [[0.5, 0.5, 0], [0, 1, 0], [1, 0, 0]])
    assert ax.texts[4].get_color() == "white" and ax.texts[2].get_color() == "black"
    assert ax.texts[1].get_weight() == "bold" and ax.texts[0].get_weight() == "normal"
    assert ax.get_title() == "Confusion matrix, accuracy 0.500"


def test_a_confusion_matrix_without_a_mistake_says_so():
    data = tn.Dataset("toy", np.arange(4.0)[:, None], [0, 0, 1, 1], ("p",), ("a", "b"), "binary")
    ax = plots.confusion_matrix(Answers(lambda x: np.eye(2)[data.y[: len(x)]]), data)
    assert ax.get_title() == "Confusion matrix, nothing wrong among 4"


def test_fitted_curve_draws_data_and_model():
    x = np.array([[0.0], [1.0], [2.0]])
    data = tn.Dataset("toy", x, 3 * x, ("p",), ("t",), "regression")
    ax = plots.fitted_curve(Answers(lambda x: 3 * x), data)
    points, curve = (line.get_xydata() for line in ax.lines)
    np.testing.assert_array_equal(points, [[0, 0], [1, 3], [2, 6]])
    np.testing.assert_allclose(curve[:, 1], 3 * curve[:, 0])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("p", "t") and "R² 1.000" in ax.get_title()


def test_predictions_have_one_scale_and_long_numbers_short_labels():
    y = np.linspace(1e5, 9e5, 3000)[:, None]
    data = tn.Dataset("toy", np.hstack([y, y]), y, ("p", "q"), ("price",), "regression")
    ax = plots.predictions(Answers(lambda x: 1.2 * x[:, 1:]), data)
    ax.figure.canvas.draw()
    assert ax.get_aspect() == 1
    labels = [label.get_text() for label in (*ax.get_xticklabels(), *ax.get_yticklabels())]
    assert all(label.endswith(" k") or label == "0" or "M" in label for label in labels), labels
    few = tn.Dataset("toy", data.x[::300], data.y[::300], ("p", "q"), ("price",), "regression")
    alphas = [plots.predictions(Answers(lambda x: x[:, 1:]), d).lines[0] for d in (few, data)]
    assert alphas[0].get_alpha() > 2 * alphas[1].get_alpha()


def test_epochs_have_round_ticks():
    history = tn.training.History()
    history["loss"] = [1 / epoch for epoch in range(1, 61)]
    ax = plots.history(history)
    assert {tick % 10 for tick in ax.get_xticks()} == {0}


def test_a_line_that_leaves_the_data_is_still_seen_in_the_picture_of_fits():
    x = np.linspace(0, 1, 50)[:, None]
    y = np.where(x > 0.85, 5.0, x / 100)  # which lift the line of mse beyond all other data
    data = tn.Dataset("steep", x, y, ("x",), ("y",), "regression")
    figure = plots.fits(explorer.train([tn.losses.mse], data))
    line = next(line for line in figure.axes[0].lines if line.get_label() == "fit")
    assert 0.1 < line.get_ydata().max() <= figure.axes[0].get_ylim()[1] < 5


def test_outliers_do_not_squash_the_lines_of_fits():
    data = tn.datasets.load("outliers")
    figure = plots.fits(explorer.train([tn.losses.mse, tn.losses.mae], data))
    panel = figure.axes[0]
    assert panel.get_ylim()[1] < data.y.max() / 2
    shown, beyond = (
        next(line for line in panel.lines if line.get_label() == label)
        for label in ("data", "beyond the picture")
    )
    assert np.isfinite(shown.get_ydata()).sum() > 0.9 * len(data)
    above = [line for line in panel.lines if line.get_marker() == "^"][0]
    hidden = np.isfinite(np.ravel(above.get_ydata()))
    assert hidden.any() and np.all(data.y.ravel()[hidden] > panel.get_ylim()[1])
    assert np.isfinite(np.ravel(beyond.get_ydata())).sum() == 0  # none below


def test_predictions_are_drawn_against_the_truth():
    x = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 5.0]])
    data = tn.Dataset("toy", x, x[:, 1:], ("p", "q"), ("t",), "regression")
    ax = plots.predictions(Answers(lambda x: x[:, 1:] + 1), data)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[1, 2], [1, 2], [5, 6]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("true t", "predicted t")
    assert "rmse 1," in ax.get_title()


NAMES = {"name": "$a_b$", "feature_names": ("price $x$", "_y_"), "target_names": ("_no", "$5^$")}


def shown(figure):
    """The texts that a figure really shows, as they are drawn."""
    svg = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(svg, format="svg")
    found = xml.etree.ElementTree.fromstring(svg.getvalue()).iterfind(".//{*}text")
    return ["".join(text.itertext()).strip("\N{ZERO WIDTH SPACE}\n ") for text in found]


@pytest.mark.parametrize("draw", [plots.dataset, plots.decision_boundary, plots.confusion_matrix])
def test_names_are_shown_as_they_are(draw):
    moons = replace(tn.datasets.make_moons(30), **NAMES)
    ax = draw(moons) if draw is plots.dataset else draw(model_for(moons), moons)
    texts = shown(ax.figure)
    assert {"_no", "$5^$"} <= set(texts)
    if draw is not plots.confusion_matrix:
        assert {"price $x$", "_y_"} <= set(texts)


def test_a_name_of_a_number_is_shown_as_it_is():
    names = {"feature_names": ("$x^$",), "target_names": ("_\x1b$5",)}
    sine = replace(tn.datasets.make_sine(20), **names)
    for draw in (plots.fitted_curve, plots.predictions):
        texts = " ".join(shown(draw(model_for(sine), sine).figure))
        assert "_\N{REPLACEMENT CHARACTER}$5" in texts
        assert "$x^$" in texts or draw is plots.predictions


@pytest.mark.slow
def test_a_loss_of_ones_own_is_in_the_legend_whatever_its_name():
    def _mine(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    texts = shown(tn.losses.check(_mine).plot())
    assert "_mine" in texts


@pytest.mark.parametrize(
    ("draw", "name", "instead"),
    [
        (plots.decision_boundary, "iris", "confusion_matrix"),
        (plots.fitted_curve, "auto_mpg", "predictions"),
    ],
)
def test_data_with_too_many_features_is_refused_with_what_to_use_instead(draw, name, instead):
    data = tn.datasets.load(name)
    with pytest.raises(ValueError, match=f"{name} has {data.x.shape[1]}: use {instead}"):
        draw(model_for(data), data)


# --- data -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "xlabel", "collections"),
    [
        ("sine", "x", 0),
        ("spirals", "x0", 3),
        ("iris", r"principal component 1 \(73% of variance\)", 3),
        ("auto_mpg", "principal component 1 .*", 1),
        ("digits", "class", 0),
    ],
)
def test_dataset_draws_points_or_images(name, xlabel, collections):
    ax = plots.dataset(tn.datasets.load(name))
    assert ax.get_title().startswith(f"{name}: ")
    assert re.fullmatch(xlabel, ax.get_xlabel())
    assert len(ax.collections) == collections
    assert len(ax.images) == (name == "digits")


@pytest.mark.parametrize("classes", [3, 12])
def test_classes_differ_in_colour_and_marker(classes):
    clouds = plots.dataset(tn.datasets.make_blobs(classes=classes, rng=0)).collections
    colors = [tuple(cloud.get_facecolor()[0]) for cloud in clouds]
    markers = [cloud.get_paths()[0].vertices.tobytes() for cloud in clouds]
    assert len(set(zip(colors, markers, strict=True))) == classes
    assert (len(set(colors)), len(set(markers))) == (min(classes, 6), min(classes, 7))


# --- the graph ------------------------------------------------------------------------------


@pytest.fixture
def line():
    """The loss of a line: mse(y, x @ w + b)."""
    x, y = np.ones((8, 3)), np.ones((8, 1))
    w = tn.Tensor(np.zeros((3, 1)), requires_grad=True, name="w")
    b = tn.Tensor(np.zeros(1), requires_grad=True, name="b")
    return tn.losses.mse(y, x @ w + b)


def placed(ax):
    """Each label of the graph with its place."""
    return {text.get_text(): text.get_position() for text in ax.texts}


def test_graph_shows_every_operation_and_array_with_its_shape(line):
    ax = plots.graph(line)
    assert sorted(texts(ax)[::2]) == ["add", "b", "data", "line = mse", "matmul", "w", "y_true"]
    assert sorted(texts(ax)[1::2]) == ["(3, 1)", "(8, 1)", "(8, 1)", "(8, 1)", "(8, 3)"] + [
        "= 0",
        "= 1",
    ]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["operation", "parameter", "data"]


def test_graph_flows_left_to_right_with_the_main_line_straight(line):
    place = placed(plots.graph(line))
    main = [place[name] for name in ("data", "matmul", "add", "line = mse")]
    assert sorted(main) == main
    assert len({y for _, y in main}) == 1
    assert place["b"][0] == place["matmul"][0]  # beside what it is added to


def test_graph_boxes_do_not_overlap():
    x = tn.Tensor(np.ones((4, 2)), requires_grad=True, name="x")
    p = tn.functional.sigmoid(x * 2.0)
    boxes = plots.graph(-np.mean(np.log(p) * x + np.log(1 - p) * (1 - x))).texts[::2]
    places = np.array([box.get_position() for box in boxes])
    gaps = np.abs(places[:, None] - places[None]) + 10 * np.eye(len(places))[..., None]
    assert ((gaps[..., 0] > 0.5) | (gaps[..., 1] > 0.5)).all()


def test_graph_writes_numbers_into_the_operation_and_draws_a_shared_array_once():
    x = tn.Tensor([1.0, 2.0], requires_grad=True, name="x")
    labels = texts(plots.graph(np.sum(x**2 * x - 0.5)))[::2]
    assert labels.count("x") == 1
    assert "power(·, 2)" in labels and "subtract(·, 0.5)" in labels


def test_graph_of_an_mlp_names_its_parameters():
    loss = tn.losses.cross_entropy([0, 1], tn.layers.MLP([2, 4, 2], rng=0)(np.ones((2, 2))))
    labels = texts(plots.graph(loss))[::2]
    assert sorted(labels) == sorted(
        ["x", "weight", "bias", "linear", "relu", "weight_1", "bias_1", "linear"]
        + ["y_true", "loss = cross_entropy"]
    )


def test_graph_names_the_layers_of_a_model_that_has_a_variable():
    model = tn.layers.MLP([2, 2], rng=0)
    y = model(np.ones((1, 2)))
    z = np.tanh(y)
    labels = texts(plots.graph(z))[::2]
    assert sorted(labels) == ["layers.0.bias", "layers.0.weight", "x", "y = linear", "z = tanh"]
    model = tn.layers.MLP([2, 2, 1], rng=0)
    assert "layers.0.linear" in texts(plots.graph(np.sum(model(np.ones((1, 2))))))


def test_graph_of_a_long_chain_needs_no_recursion():
    x = tn.Tensor([1.0], requires_grad=True)
    y = x
    for _ in range(300):
        y = -y
    assert len(plots.graph(y, Figure().subplots()).texts) == 2 * 301


# --- losses ---------------------------------------------------------------------------------


ONE_PER_AXIS = {loss.card.axis.label: name for name, loss in tn.losses.names().items()}


FEW = ("huber", "cross_entropy", "gaussian_nll", "dice")  # the others take a minute and a half


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n in FEW else pytest.mark.slow) for n in tn.losses.names()],
)
def test_every_loss_is_drawn_and_told(name):
    loss = tn.losses.names()[name]
    found = explorer.curve(loss)
    swept = explorer.swept(loss) if name in ONE_PER_AXIS.values() else []  # it takes its time
    figure = plots.curves(found, swept)
    figure.draw_without_rendering()  # also reads the formula
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["value", "gradient", "curvature"] * (2 if swept else 1)
    assert name in figure.subfigs[0].get_suptitle()
    text = explorer.text.curve(found, swept)
    assert text.startswith(name) and all(line in text for line in explorer.text.facts(found))


def test_the_name_of_a_loss_is_no_loss():
    with pytest.raises(TypeError, match="such as tn.losses.huber, not 'huber'"):
        plots.loss("huber")


def legend(figure):
    return [text.get_text() for each in figure.legends for text in each.get_texts()]


def test_loss_marks_minima_kinks_and_saturation():
    figure = plots.loss(tn.losses.huber)
    keys = legend(figure.subfigs[0])
    assert keys == [
        "minimum: 0 at 0",
        "curvature jumps at −1 and 1",
        "gradient the same to 1 %: −4 to −1 and 1 to 4",
    ]
    value, _, curvature = figure.subfigs[0].axes
    diamonds = [line.get_xydata() for line in curvature.lines if line.get_marker() == "D"]
    assert [points[0][0] for points in diamonds] == [-1, 1]
    assert [patch.get_hatch() for patch in value.patches] == ["///", "///"]
    assert legend(figure.subfigs[1])[0] == "delta=0.5"


def test_compared_losses_differ_in_more_than_colour():
    losses = [tn.losses.mse, tn.losses.mae, tn.losses.huber]
    influences = [explorer.influence(loss) for loss in losses]
    figure = plots.compare(explorer.compared(losses), influences)
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["value", "gradient", "influence of one bad point"]
    assert legend(figure) == ["mse", "mae", "huber"]
    for ax in figure.axes:
        assert len({line.get_linestyle() for line in ax.lines}) == 3
        assert len({line.get_marker() for line in ax.lines}) == 3
    assert {text.strip(" ↑") for text in texts(figure.axes[2])} == {"mse", "mae", "huber"}


def test_names_beside_lines_do_not_overlap():
    names = ("mae", "huber", "pseudo_huber", "log_cosh", "cauchy")
    figure = plots.compare(explorer.compared([tn.losses.names()[name] for name in names]))
    figure.draw_without_rendering()
    extents = [Text.get_window_extent(text) for text in figure.axes[0].texts]  # without arrows
    ordered = sorted(extents, key=lambda box: box.y0)
    assert len(ordered) == 5
    assert all(low.y1 <= high.y0 for low, high in itertools.pairwise(ordered))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "losses", "title"),
    [
        ("outliers", ["mse", "mae"], r"mae: 1.97 x \+ 1.02\noff by .*: within 5 %"),
        ("auto_mpg", ["mse"], r"mse\nmedian \|e\| 2"),
        ("moons", ["cross_entropy", "hinge"], r"hinge\naccuracy 0.8"),
        ("iris", ["cross_entropy"], r"cross_entropy\naccuracy 0.9"),
    ],
)
def test_fits_are_drawn_side_by_side(name, losses, title):
    chosen = [tn.losses.names()[loss] for loss in losses]
    figure = plots.fits(explorer.train(chosen, tn.datasets.load(name)))
    panels = [ax for ax in figure.axes if ax.get_title()]
    assert len(panels) == len(losses) and re.match(title, panels[-1].get_title())
    if name == "outliers":
        line = next(line for line in panels[0].lines if line.get_label() == "true line")
        assert np.polyfit(*line.get_xydata().T, 1) == pytest.approx([2, 1])


@pytest.mark.parametrize("directions", ["path", "random"])
def test_surface_draws_the_path_from_start_to_end(directions):
    data, model = tn.datasets.make_moons(50), tn.layers.MLP([2, 4, 2], rng=0)
    steps = explorer.Snapshots(model)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.05)
    options = {"epochs": 4, "batch_size": 25, "progress": False}
    tn.fit(model, tn.losses.cross_entropy, optimizer, data, callbacks=[steps], **options)
    ax = plots.surface(model, tn.losses.cross_entropy, data, steps, directions=directions)
    assert len(ax.lines[0].get_xydata()) == 5
    np.testing.assert_allclose(ax.lines[0].get_xydata()[-1], 0, atol=1e-9)
    found = [text for text in texts(ax) if text.startswith(("start: ", "end: "))]
    assert len(found) == 2 and float(found[0][7:]) > float(found[1][5:])


def test_surface_without_a_path_is_drawn_along_random_directions():
    model = tn.layers.MLP([2, 3, 2], rng=0)
    ax = plots.surface(model, tn.losses.cross_entropy, tn.datasets.make_moons(20))
    assert ax.get_xlabel() == "random direction 1" and len(ax.lines) == 0


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "first"), [(".png", b"\x89PNG"), (".PNG", b"\x89PNG"), (".svg", b"<?xml")]
)
def test_save_writes_the_format_of_the_ending(ending, first, tmp_path):
    plots.save(history_of(loss=[2.0, 1.0]).plot().figure, tmp_path / f"loss{ending}")
    content = (tmp_path / f"loss{ending}").read_bytes()
    assert content.startswith(first)
    assert [path.name for path in tmp_path.iterdir()] == [f"loss{ending}"]  # no temporary file


def test_a_written_png_can_be_read_back(tmp_path, line):
    plots.save(plots.graph(line).figure, tmp_path / "graph.png")
    pixels = matplotlib.image.imread(tmp_path / "graph.png")
    assert pixels.shape[1] > 400 and pixels.min() < 0.3 and pixels.max() == 1.0


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("loss", r"one of \..*\.png"),
        ("loss.xyz", r"one of \..*\.png"),
        ("nowhere/loss.png", "no folder"),
    ],
)
def test_save_refuses_an_unknown_ending_and_a_missing_folder(path, told, tmp_path):
    with pytest.raises(ValueError, match=told):
        plots.save(Figure(), tmp_path / path)
    assert list(tmp_path.iterdir()) == []


def test_no_plot_touches_pyplot(line):
    import matplotlib.pyplot as plt

    plots.graph(line)
    plots.dataset(tn.datasets.load("moons"))
    assert plt.get_fignums() == []


def test_a_picture_can_be_drawn_into_given_axes(line):
    left, right = Figure().subplots(1, 2)
    assert plots.graph(line, left) is left
    assert plots.history(history_of(loss=[1.0, 0.5]), right) is right


def test_a_notebook_shows_a_figure():
    assert plots.history({"loss": [2.0, 1.0]}).figure._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda m, d, h: plots.confusion_matrix(d, m), "a model, then a Dataset, not Dataset and"),
        (lambda m, d, h: plots.decision_boundary(d, m), "decision_boundary takes a model, then a"),
        (lambda m, d, h: plots.fitted_curve(d, m), "fitted_curve takes a model, then a Dataset"),
        (lambda m, d, h: plots.predictions(d, m), "predictions takes a model, then a Dataset"),
        (lambda m, d, h: plots.run(h, m, d), "run takes a model, then a History, then a Dataset"),
        (lambda m, d, h: plots.history(m), "history takes a History, not MLP"),
        (lambda m, d, h: plots.save("a.png", Figure()), "a figure, then the path of a file"),
    ],
)
def test_arguments_in_the_wrong_order_are_named(call, text):
    with pytest.raises(TypeError, match=text):
        call(tn.layers.MLP([2, 2], rng=0), tn.datasets.make_moons(20, rng=0), history_of(loss=[1]))
