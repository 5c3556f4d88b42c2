"""Draw the pictures of the README again: python tutorials/pictures/make.py [NAME …]

Pages are photographed in Chromium (extra `test`): what is shown is what a reader gets.
"""

import contextlib
import io
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import tinynet as tn
from tinynet import cli, plots
from tinynet.classroom import load
from tinynet.classroom.check import bank
from tinynet.views.graph import demos

HERE = Path(__file__).parent
SHOWN = 1.3  # seconds for each step of what moves; the last one three times as long
PORT = 8429


@contextlib.contextmanager
def page(width, height):
    """An empty page of Chromium."""
    with sync_playwright() as playwright:
        options = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox"]}
        browser = playwright.chromium.launch(**options)
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()


def photographed(path, name, width, height, prepare=lambda shown: None):
    """A file as a page, after `prepare` has done what a reader does."""
    with page(width, height) as shown:
        shown.goto(path.as_uri())
        prepare(shown)
        shown.wait_for_timeout(300)  # until what moves has arrived
        shown.screenshot(path=HERE / f"{name}.png")


def spirals(folder):
    cli.main(["train", "spirals", "--quiet", "--plot", str(HERE / "spirals.png")])


def graph(folder):
    data = tn.datasets.make_spirals(n=32)
    model = tn.layers.MLP([2, 16, 3], rng=0)
    loss = tn.losses.cross_entropy(data.y, model(data.x))
    plots.save(plots.graph(loss).figure, HERE / "graph.png")


def stepper(folder):
    """The eighth step of the small network."""
    demos.mlp().save_html(folder / "step.html")

    def step(shown):
        for _ in range(7):
            shown.keyboard.press("ArrowRight")

    photographed(folder / "step.html", "stepper", 1280, 680, step)


def step(folder):
    """The neuron of `tinynet step --demo neuron`, stepped through: a picture that moves."""
    neuron = demos.neuron()
    neuron.save_html(folder / "neuron.html")
    frames = []
    with page(1400, 560) as shown:
        shown.goto((folder / "neuron.html").as_uri())
        for _ in neuron.steps():
            shown.wait_for_timeout(300)
            image = Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
            small = image.resize((933, 373), Image.Resampling.LANCZOS)
            colours = Image.Quantize.MAXCOVERAGE
            frames.append(small.quantize(128, colours, dither=Image.Dither.NONE))
            shown.keyboard.press("ArrowRight")
    times = [int(1000 * SHOWN)] * (len(frames) - 1) + [int(3000 * SHOWN)]
    how = {"save_all": True, "append_images": frames[1:], "duration": times, "loop": 0}
    frames[0].save(HERE / "step.gif", optimize=True, **how)


def training(folder):
    """Epoch 20 of a recorded run."""
    train, new = tn.datasets.make_moons(rng=0).split((0.8, 0.2), rng=0)
    model = tn.layers.MLP([2, 16, 16, 2], rng=0)
    adam = tn.optimizers.Adam(model.parameters(), lr=0.01)
    options = {"epochs": 200, "batch_size": 32, "validation": new, "progress": False}
    options |= {"metrics": [tn.metrics.accuracy], "record": True}
    history = tn.fit(model, tn.losses.cross_entropy, adam, train, **options)
    history.save_html(folder / "training.html")
    epoch = next(i for i, frame in enumerate(history.frames) if frame.epoch >= 20)

    def move(shown):
        shown.keyboard.press("Home")
        for _ in range(epoch):
            shown.keyboard.press("ArrowRight")

    photographed(folder / "training.html", "training", 1280, 1180, move)


def play(folder):
    """The playground after 25 epochs, two losses side by side."""
    command = [sys.executable, "-m", "tinynet", "play", "--no-browser", "--port", str(PORT)]
    address = f"http://127.0.0.1:{PORT}/"
    asked = f"{address}?data=spirals&hidden=16,16&loss=multiclass_hinge&beside=cross_entropy"
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address).close()
                break
            time.sleep(0.2)
        with page(1280, 960) as shown:
            shown.goto(asked)
            for epoch in range(1, 26):
                shown.get_by_role("button", name="Step", exact=True).click()
                shown.get_by_text(f"epoch {epoch}", exact=True).wait_for()
            shown.screenshot(path=HERE / "play.png")
    finally:
        server.terminate()
        server.wait()


def classroom(folder):
    """The page of a class whose answers are those of the banks of an assignment."""
    source = load("03_losses")
    names = (f"{given}.{family}" for family in "abcdefghij" for given in ("ann", "ben", "cleo"))
    answers = [answer for answer in bank(source) if not answer.empty][::4]
    for name, answer in zip(names, answers, strict=False):
        place = folder / "class" / name
        place.mkdir(parents=True)
        (place / source.assignment.file).write_text(answer.text, encoding="utf-8")
    out = folder / "grades"
    cli.main(["grade", str(folder / "class"), "--assignment", "03_losses", "--out", str(out)])
    photographed(out / "class.html", "class", 1100, 1000)


DRAWN = (spirals, graph, stepper, step, training, play, classroom)
PICTURES = {draw.__name__: draw for draw in DRAWN}


def main(names):
    """Draw these, or all."""
    for name in names or PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            PICTURES[name](Path(folder))
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
