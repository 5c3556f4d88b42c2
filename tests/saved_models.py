"""Saved models whose answers are known, for the tests of the commands that use them."""

import functools

import numpy as np

from tinynet import checkpoints, losses
from tinynet.data import read_csv
from tinynet.layers import Linear
from tinynet.training.units import InUnits, Units

HEADER = "id,size,color,kind,price"
ROWS = [f"r{i},{i / 4},{('red', 'blue')[i % 2]},{('no', 'yes')[i > 9]},{3 * i}" for i in range(20)]


def line(columns, weights, bias):
    """A Linear with these numbers."""
    made = Linear(columns, len(bias), rng=0, dtype=np.float64)
    made.load_state_dict({"weight": np.reshape(weights, (columns, -1)), "bias": np.array(bias)})
    return made


def save_all(folder):
    """kind.npz: yes where size > 2; price.npz: 12 · size + 1, standardized inside; and others.

    scores.npz is of a hinge loss, three.npz has three classes, filled.npz fills in gaps.
    """
    (folder / "old.csv").write_text("\n".join([HEADER, *ROWS]) + "\n")
    kind = read_csv(folder / "old.csv", "kind", columns=["size", "color"])  # blue, red are 0 or 1
    price = read_csv(folder / "old.csv", "price", columns=["size"])
    of = functools.partial(losses.log_loss, from_logits=True)
    yes = line(3, [1.0, 0, 0], [-2.0])
    checkpoints.save(yes, folder / "kind.npz", data=kind, loss=of)
    checkpoints.save(yes, folder / "scores.npz", data=kind, loss=losses.hinge)
    checkpoints.save(yes, folder / "unknown.npz", data=kind)
    units = Units.of(price)
    slope = 12 * units.x.scale[0] / units.y.scale[0]
    off = (12 * units.x.center[0] + 1 - units.y.center[0]) / units.y.scale[0]
    inside = InUnits(line(1, [slope], [off]), units)
    checkpoints.save(inside, folder / "price.npz", data=price, loss=losses.mse)
    (folder / "three.csv").write_text(
        "x,c\n" + "".join(f"{i}.5,{'abc'[i % 3]}\n" for i in range(9))
    )
    three = read_csv(folder / "three.csv", "c")
    model = line(1, [[0.0, 1.0, 2.0]], [0.0, 0.0, -4.0])
    checkpoints.save(model, folder / "three.npz", data=three, loss=losses.cross_entropy)
    filled = read_csv(folder / "old.csv", "kind", columns=["size", "color"], missing="impute")
    checkpoints.save(yes, folder / "filled.npz", data=filled, loss=of)
    return folder
