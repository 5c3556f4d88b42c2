"""Draw the pictures of the README again: python tutorials/pictures/make.py"""

from pathlib import Path

import tinynet as tn
from tinynet import cli, plots

HERE = Path(__file__).parent

cli.main(["train", "spirals", "--quiet", "--plot", str(HERE / "spirals.png")])

data = tn.datasets.make_spirals(n=32)
model = tn.layers.MLP([2, 16, 3], rng=0)
loss = tn.losses.cross_entropy(data.y, model(data.x))
plots.save(plots.graph(loss).figure, HERE / "graph.png")
