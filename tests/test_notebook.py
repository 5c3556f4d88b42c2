"""What notebooks show of each thing: its HTML, pictures as the last line of a cell, names.

A real kernel and JupyterLab in a browser are in test_notebook_lab.py.
"""

import base64
import re
import subprocess
import sys
import xml.etree.ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest

import tinynet as tn
from tinynet import plots
from tinynet.views.notebook import still
from tinynet.views.plots import figures

SCRIPT = "</script><script>'\"<img src=x onerror=a()>"
MOONS = tn.datasets.make_moons(60, rng=0)
VOID = {"img", "br"}


def trained(data=MOONS, **options):
    model = tn.layers.MLP([data.x.shape[1], 4, 2], rng=0)
    optimizer = tn.optimizers.Adam(model.parameters(), lr=0.01)
    settings = {"epochs": 3, "batch_size": 30, "progress": False} | options
    return model, tn.fit(model, tn.losses.cross_entropy, optimizer, data, **settings)


MODEL, HISTORY = trained()
RECORDED = trained(record=True)[1]
LOSS = tn.losses.cross_entropy(MOONS.y, MODEL(MOONS.x))


@tn.losses.loss
def quartic(y_true, y_pred):
    """The fourth power of the error <b>."""
    return (y_pred - y_true) ** 4


class Elements(HTMLParser):
    """The elements of a text in order, with their attributes; all of them closed."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.texts = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]

    @property
    def text(self):
        return " ".join(self.texts)


def shown(thing):
    return Elements(thing._repr_html_())


def picture(attributes):
    """The kind of an image inside the text, and its bytes."""
    kind, data = re.fullmatch(r"data:image/([\w+]+);base64,(.+)", attributes["src"]).groups()
    return kind, base64.b64decode(data)


# --- the HTML of each -----------------------------------------------------------------------

SHOWN = {
    "model": (MODEL, ["MLP", "22 parameters", "Linear(2, 4)", "(N, 4)", "total"], []),
    "data": (MOONS, ["Dataset moons", "60 rows", "lower", "The first 5 of 60 rows"], ["png"]),
    "history": (HISTORY, ["3 of 3 epochs", "least", "loss", "(epoch 3)"], ["png"]),
    "recorded": (RECORDED, ["3 of 3 epochs", "history.save_html("], ["png"]),
    "loss function": (tn.losses.huber, ["½e² where |e| ≤ δ", "use it", "huber(y_true,"], ["png"]),
    "own loss": (quartic, ["quartic(y_true", "The fourth power of the error <b>."], []),
    "loss": (LOSS, [f"{LOSS.item():.4g}", "cross_entropy of y_true (60, 2) and"], []),
    "graph": (tn.Graph(LOSS), ["as text", "trust the notebook", "save_html("], ["svg+xml"]),
}


@pytest.mark.parametrize("name", SHOWN)
def test_each_shows_what_it_is(name):
    thing, words, pictures = SHOWN[name]
    elements = shown(thing)
    assert [word for word in words if word not in elements.text] == []
    assert [picture(image)[0] for image in elements.all("img")] == pictures
    assert all(image["alt"] for image in elements.all("img"))
    assert "script" not in {tag for tag, _ in elements.found}


def test_a_model_is_the_table_of_its_text():
    lines = [line.split() for line in repr(MODEL).splitlines()[1:]]
    cells = " ".join(shown(MODEL).texts).split()
    assert [word for line in lines for word in line] == cells[-sum(map(len, lines)) :]


def test_what_the_text_says_as_well_has_no_html():
    assert tn.Tensor([1.0])._repr_html_() is None
    assert (2 * tn.Tensor(1.0, requires_grad=True))._repr_html_() is None


def test_a_history_tells_where_a_series_had_its_ends_and_why_it_stopped():
    history = tn.training.History()
    for loss in (3.0, float("nan"), -1.0, 2.0):
        history.append(loss=loss)
    history["words"], history.stopped = ["a"], "it was <late>"
    elements = shown(history)
    row = ["loss", "3", "−1 (epoch 3)", "3 (epoch 1)", "2"]
    assert [text for text in elements.texts if text in row] == row
    assert "Stopped: it was <late>" in elements.text and "words" not in elements.text
    assert "0 epochs" in shown(tn.training.History()).text


def test_a_loss_without_reduction_tells_its_shape():
    y = tn.Tensor([[1.0], [2.0]], requires_grad=True)
    elements = shown(tn.losses.mse([[0.0], [0.0]], y, reduction="none"))
    assert "values of shape (2, 1)" in elements.text and "backward" not in elements.text


# --- where frames are stripped --------------------------------------------------------------


@pytest.mark.parametrize("name", ["graph", "recorded"])
def test_a_still_follows_each_frame_and_is_hidden_where_the_frame_is(name):
    html = SHOWN[name][0]._repr_html_()
    elements = Elements(html)
    tags = [tag for tag, _ in elements.found]
    assert tags.count("iframe") == tags.count("style") == 1
    still_at = tags.index("iframe") + 1
    assert elements.found[still_at] == ("div", {"class": "tinynet-still"})
    assert "img" in tags[still_at:]
    assert "iframe + .tinynet-still { display: none }" in html


def test_a_frame_has_the_name_of_what_it_shows():
    odd = np.square(tn.Tensor(1.0, requires_grad=True))
    odd.name = SCRIPT
    shows = {"Step by step: LOSS": SHOWN["graph"][0], "Training on moons": RECORDED}
    for name, thing in (shows | {f"Step by step: {SCRIPT}": tn.Graph(odd)}).items():
        assert shown(thing).all("iframe")[0]["title"] == name


def test_a_still_is_the_graph_with_its_names_values_and_gradients():
    text, width = still.svg(tn.Graph(LOSS, variables={"model": MODEL, "loss": LOSS}))
    root = xml.etree.ElementTree.fromstring(text)
    labels = ["".join(each.itertext()) for each in root.iterfind(".//{*}text")]
    assert int(root.get("width")) == width
    assert {"layers.0.weight", "(2, 4)", "loss = cross_entropy", f"= {LOSS.item():.4g}"} <= {
        *labels
    }
    weight = labels.index("layers.0.weight")
    gradient = LOSS.gradient(MODEL.layers[0].weight)
    assert labels[weight + 2] == f"grad ‖{np.linalg.norm(gradient):.4g}‖"
    assert len(root.findall(".//{*}path[@class='arrow']")) == 9


def chain(length):
    y = x = tn.Tensor(1.0, requires_grad=True)
    for _ in range(length):
        y = y * x
    return tn.Graph(y, variables={})


def test_a_graph_too_large_for_a_picture_says_so_and_one_too_large_for_a_page_is_text():
    elements, lines = shown(chain(300)), repr(chain(300)).splitlines()
    assert "301 nodes: too many for a picture" in elements.text and not elements.all("img")
    assert f"… {len(lines) - 200} more lines" in elements.text
    assert chain(1000)._repr_html_() is None


# --- names and sizes ------------------------------------------------------------------------


class Odd(tn.layers.Module):
    def __init__(self):
        self.inner = tn.layers.Linear(2, 2, rng=0)

    def describe(self):
        return SCRIPT


class Outer(tn.layers.Module):
    def __init__(self):
        setattr(self, SCRIPT, tn.layers.Linear(2, 2, rng=0))


def scripted(name):
    names = {"name": SCRIPT, "feature_names": (SCRIPT, "b"), "target_names": (SCRIPT, "d")}
    data = replace(MOONS, **names)
    if name == "data":
        return data
    if name == "model":
        return Outer()
    if name == "history":
        history = trained(data, record=True)[1]
        history[SCRIPT] = [1.0, 2.0, 3.0]
        history.stopped = SCRIPT
        return history
    x = tn.Tensor([2.0], requires_grad=True, name=SCRIPT)
    loss = tn.losses.mse([1.0], x)
    loss.name = SCRIPT
    return loss if name == "loss" else tn.Graph(loss, variables={})


@pytest.mark.parametrize("name", ["data", "model", "history", "loss", "graph"])
def test_a_name_that_is_a_script_stays_text(name):
    elements = shown(scripted(name))
    assert "script" not in {tag for tag, _ in elements.found}
    assert all(image["src"].startswith("data:image/") for image in elements.all("img"))
    assert not any(key.startswith("on") for _, attributes in elements.found for key in attributes)
    assert SCRIPT in elements.text
    for kind, data in map(picture, elements.all("img")):
        if kind == "svg+xml":
            tags = {each.tag for each in xml.etree.ElementTree.fromstring(data).iter()}
            assert not any(tag.endswith(("script", "img")) for tag in tags)


def wide(rows, columns):
    return tn.Dataset("wide", np.ones((rows, columns)), np.arange(float(rows))[:, None] / 7)


def deep(layers):
    return tn.layers.Sequential(*(tn.layers.ReLU() for _ in range(layers)))


def long(epochs):
    history = tn.training.History()
    history["loss"] = np.linspace(1, 0, epochs).tolist()
    return history


@pytest.mark.parametrize(
    ("make", "small", "large"),
    [(lambda n: wide(n, 3), 50, 5000), (lambda n: wide(40, n), 50, 2000), (deep, 50, 2000)]
    + [(long, 50, 100_000)],
)
def test_what_is_larger_is_not_longer(make, small, large):
    sizes = [len(make(n)._repr_html_()) for n in (small, large)]
    assert sizes[1] < 1.5 * sizes[0] and max(sizes) < 150_000


def test_a_large_batch_of_a_large_network_stays_below_5_megabytes():
    model = tn.layers.MLP([784, 256, 10], rng=0)
    loss = tn.losses.cross_entropy(np.zeros(512, int), model(np.ones((512, 784))))
    assert len(tn.Graph(loss)._repr_html_()) < 5_000_000


# --- names of a notebook --------------------------------------------------------------------


def test_a_graph_has_the_readers_names_not_those_of_the_notebook():
    x = tn.Tensor([2.0], requires_grad=True)
    loss = tn.losses.mse([1.0], x)
    notebook = {"_": loss, "_mine": x, "loss": loss, "_kept": loss, "_1": loss, "__": x, "_2": x}
    assert [node.name for node in tn.Graph(loss, variables=notebook)] == ["y_true", "_mine", "loss"]
    only = {"_": loss, "_1": loss}
    assert tn.Graph(loss, variables=only).output.name == "mse_1"


# --- pictures as the last line, and plt.show() ----------------------------------------------


@pytest.fixture
def screen(monkeypatch):
    """pyplot with a screen, as in a notebook whose pictures are inline; Agg draws."""
    import matplotlib.pyplot as plt

    monkeypatch.setattr(matplotlib, "get_backend", lambda: "inline")
    monkeypatch.setattr(plt, "get_backend", lambda: "inline")
    yield plt
    plt.close("all")


def test_axes_and_figures_show_their_picture():
    ax = HISTORY.plot()
    for each in (ax, ax.figure, plots.run(MODEL, HISTORY, MOONS)):
        bundle = each._repr_mimebundle_()
        assert bundle["image/png"].startswith(b"\x89PNG") and list(bundle) == ["image/png"]


def test_pyplot_shows_what_was_not_shown_yet(screen):
    left, right = HISTORY.plot().figure, plots.run(MODEL, HISTORY, MOONS)
    assert [screen.figure(number) for number in screen.get_fignums()] == [left, right]
    left.axes[0]._repr_mimebundle_()  # the last line of the cell
    assert [screen.figure(number) for number in screen.get_fignums()] == [right]


def test_what_is_shown_as_html_is_no_figure_of_pyplots(screen):
    for thing in (MOONS, HISTORY, tn.losses.huber):
        thing._repr_html_()
    assert screen.get_fignums() == []


def test_a_window_is_not_closed_by_looking_at_the_axes(screen, monkeypatch):
    monkeypatch.setattr(screen, "get_backend", lambda: "tkagg")
    HISTORY.plot()._repr_mimebundle_()
    assert len(screen.get_fignums()) == 1


def test_a_thread_and_a_backend_that_writes_files_leave_pyplot_alone(screen, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(figures.threading, "current_thread", lambda: None)
        HISTORY.plot()
    monkeypatch.setattr(matplotlib, "get_backend", lambda: "Agg")
    HISTORY.plot()
    assert screen.get_fignums() == []


def test_a_model_is_shown_without_matplotlib():
    code = (
        "import sys, tinynet as tn; tn.layers.MLP([2, 2])._repr_html_();"
        " print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
