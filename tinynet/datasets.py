"""Data sets: six real ones in files, and twelve that are made, each with one thing to learn from.

The one idea: `load_*` reads a file that is bundled, `make_*` draws points with `n`, `noise` and an
`rng`; both return a `Dataset`. The card of a made one is its docstring.
"""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .data import Dataset, Preparation, read_csv
from .data.columns import Category, Number
from .data.dataset import pixel_names
from .data.preparation import Target
from .engine.names import lookup

_HERE = Path(__file__).parent
# Installed, the files are inside the package; in a checkout they are the folder datasets/.
FOLDER = next(f for f in (_HERE / "bundled", _HERE.parent / "datasets") if f.is_dir())


def names() -> dict[str, Callable[..., Dataset]]:
    """Every data set by its name, the real ones first.

    >>> list(names())[:3]
    ['auto_mpg', 'breast_cancer', 'digits']
    """
    return {
        name.removeprefix(prefix): function
        for prefix in ("load_", "make_")
        for name, function in sorted(globals().items())
        if name.startswith(prefix)
    }


def load(name: str) -> Dataset:
    """A data set by its name, with its defaults; ValueError names the nearest right name.

    >>> load("moons")
    Dataset moons: binary, 400 rows, 2 features, classes upper (200), lower (200)
    """
    return lookup("dataset", name, names())()


# --- real data ------------------------------------------------------------------------------


def _bundled(name: str, target: str, columns: Sequence[str] | None = None) -> Dataset:
    card = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return read_csv(FOLDER / f"{name}.csv", target, columns=columns, name=name, card=card)


def load_penguins() -> Dataset:
    """Three species of penguins from four measurements: 342 rows."""
    columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    return _bundled("penguins", "species", columns)


def load_iris() -> Dataset:
    """Three species of iris flowers from four measurements: 150 rows."""
    return _bundled("iris", "species")


def load_wine() -> Dataset:
    """Three grape varieties from 13 figures of a chemical analysis: 178 rows."""
    return _bundled("wine", "cultivar")


def load_breast_cancer() -> Dataset:
    """Malignant or benign, from 30 figures of cell nuclei (WDBC): 569 rows."""
    return _bundled("breast_cancer", "diagnosis")


def load_auto_mpg() -> Dataset:
    """Miles per gallon of a car from its engine, weight, year and origin: 392 complete rows."""
    columns = ["cylinders", "displacement_cu_in", "horsepower", "weight_lb", "seconds_to_60_mph"]
    return _bundled("auto_mpg", "mpg", [*columns, "model_year", "origin"])


def load_digits() -> Dataset:
    """Ten digits from images of 8 × 8 pixels, brightness 0 to 16: 1797 rows."""
    with open(FOLDER / "digits.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[int(pixel, 17) for pixel in image] for image, _ in rows])  # (1797, 64)
    y = np.array([int(digit) for _, digit in rows])
    pixels = pixel_names(8, 8)
    card = (FOLDER / "digits.md").read_text(encoding="utf-8")
    target = Target("multiclass", Category("digit", tuple("0123456789")))
    how = Preparation.of_numbers(pixels, target)
    return Dataset("digits", x, y, pixels, target.names, target.task, card, None, how)


# --- made data: classes ---------------------------------------------------------------------


def make_moons(n: int = 400, *, noise: float = 0.1, rng: Any = 0) -> Dataset:
    """Two half circles that reach into each other: no straight line parts them.

    (cos t, sin t) and (1 − cos t, ½ − sin t) for t from 0 to π, with Gaussian noise.
    """
    rng = _checked(n, 2, noise, rng)
    y = np.arange(n) % 2
    t = rng.uniform(0, np.pi, n)
    x = np.stack([np.cos(t), np.sin(t)], axis=1)
    x[y == 1] = [1, 0.5] - x[y == 1]
    x += noise * rng.normal(size=x.shape)
    return _classes("moons", x, y, ("upper", "lower"), make_moons)


def make_circles(n: int = 400, *, ratio: float = 0.5, noise: float = 0.1, rng: Any = 0) -> Dataset:
    """A circle inside another: the distance from the middle is what counts.

    Radius 1 and `ratio` (between 0 and 1), with Gaussian noise.
    """
    rng = _checked(n, 2, noise, rng)
    if not 0 < ratio < 1:
        raise ValueError(f"the ratio of the radii must be between 0 and 1, not {ratio}")
    y = np.arange(n) % 2
    x = _on_circle(rng.uniform(0, 2 * np.pi, n)) * np.where(y == 1, ratio, 1)[:, None]
    x += noise * rng.normal(size=x.shape)
    return _classes("circles", x, y, ("outer", "inner"), make_circles)


def make_blobs(n: int = 300, *, classes: int = 3, noise: float = 1.0, rng: Any = 0) -> Dataset:
    """Round clouds around points on a circle of radius 3: straight lines part them.

    `noise` is the standard deviation of a cloud.
    """
    if classes < 2:
        raise ValueError(f"there must be at least 2 classes, not {classes}")
    rng = _checked(n, classes, noise, rng)
    y = np.arange(n) % classes
    x = 3 * _on_circle(2 * np.pi * y / classes) + noise * rng.normal(size=(n, 2))
    return _classes("blobs", x, y, tuple(f"blob {i}" for i in range(classes)), make_blobs)


def make_xor(n: int = 400, *, noise: float = 0.05, rng: Any = 0) -> Dataset:
    """Four squares like a chess board, the smallest task that no linear model can do.

    Class "same" where both coordinates, of size 0.02 to 1, have the same sign; the noise is added
    afterwards. (Minsky & Papert 1969)
    """
    rng = _checked(n, 2, noise, rng)
    y = np.arange(n) % 2
    x = rng.uniform(0.02, 1, (n, 2)) * rng.choice([-1.0, 1.0], (n, 1))
    x[y == 1, 1] *= -1
    x += noise * rng.normal(size=x.shape)
    return _classes("xor", x, y, ("same", "different"), make_xor)


def make_spirals(n: int = 600, *, arms: int = 3, noise: float = 0.03, rng: Any = 0) -> Dataset:
    """Spiral arms around each other, one class each, 2 to 5: a line does hardly better than chance.

    Arm k: radius t, angle 2π (t + k / arms), for t from 0.1 to 1, with Gaussian noise.
    (after Lang & Witbrock 1988)
    """
    if arms not in (2, 3, 4, 5):
        raise ValueError(f"spirals have 2 to 5 arms, not {arms}")
    rng = _checked(n, arms, noise, rng)
    y = np.arange(n) % arms
    t = rng.uniform(0.1, 1, n)
    x = t[:, None] * _on_circle(2 * np.pi * (t + y / arms)) + noise * rng.normal(size=(n, 2))
    return _classes("spirals", x, y, tuple(f"arm {i}" for i in range(arms)), make_spirals)


def make_imbalanced(
    n: int = 600, *, share: float = 0.05, noise: float = 1.0, rng: Any = 0
) -> Dataset:
    """Two clouds, one of them rare: always answering "common" is right in 95 % of the cases.

    `share` (between 0 and 1) of the points lie around (2, 0), the rest around (−1, 0); `noise` is
    the standard deviation of both.
    """
    rng = _checked(n, 2, noise, rng)
    if not 0 < share < 1:
        raise ValueError(f"share (of the rare class) must be between 0 and 1, not {share}")
    y = (np.arange(n) < max(1, min(n - 1, round(share * n)))).astype(int)
    x = np.where(y == 1, 2.0, -1.0)[:, None] * [1.0, 0.0] + noise * rng.normal(size=(n, 2))
    return _classes("imbalanced", x, y, ("common", "rare"), make_imbalanced)


def make_label_noise(n: int = 400, *, noise: float = 0.2, rng: Any = 0) -> Dataset:
    """Two clouds that are easy to part, but a fraction of the labels is wrong.

    Points lie around (−2, 0) and (2, 0) with standard deviation 1; `noise` (at most 1) is the
    fraction of labels that are flipped. A model that reaches more than 1 − noise has learned the
    mistakes by heart.
    """
    rng = _checked(n, 2, noise, rng)
    if noise > 1:
        raise ValueError(f"noise is a fraction of the labels here, so at most 1, not {noise}")
    y = np.arange(n) % 2
    x = np.where(y == 1, 2.0, -2.0)[:, None] * [1.0, 0.0] + rng.normal(size=(n, 2))
    wrong = rng.permutation(n)[: round(noise * n)]
    y[wrong] = 1 - y[wrong]
    return _classes("label_noise", x, y, ("left", "right"), make_label_noise)


# --- made data: numbers ---------------------------------------------------------------------


def make_sine(n: int = 200, *, noise: float = 0.1, rng: Any = 0) -> Dataset:
    """A wave: y = sin(2x) + noise for x from −3 to 3; the first curve to fit."""
    rng = _checked(n, 1, noise, rng)
    x = rng.uniform(-3, 3, (n, 1))
    return _numbers("sine", x, np.sin(2 * x) + noise * rng.normal(size=x.shape), make_sine)


def make_outliers(n: int = 100, *, share: float = 0.1, noise: float = 0.1, rng: Any = 0) -> Dataset:
    """A line, y = 2x + 1 + noise for x from −1 to 1, where a fraction of the points is far off.

    `share` (from 0 to 0.5) of the targets are raised by 10 · (1 + x): most of all on the right, so
    that least squares gets both slope and intercept wrong. Compare `mse` with `mae` and `huber`.
    """
    rng = _checked(n, 1, noise, rng)
    if not 0 <= share <= 0.5:
        raise ValueError(f"share (of outliers) must be 0 to 0.5, not {share}")
    x = rng.uniform(-1, 1, (n, 1))
    y = 2 * x + 1 + noise * rng.normal(size=x.shape)
    far = rng.permutation(n)[: round(share * n)]
    y[far] += 10 * (1 + x[far])
    return _numbers("outliers", x, y, make_outliers, truth=[2.0, 1.0])


def make_heteroscedastic(n: int = 200, *, noise: float = 0.5, rng: Any = 0) -> Dataset:
    """A line whose noise grows: y = 2x + 1 + noise · x · ε for x from 0 to 3, ε Gaussian.

    The mean is a line, but the width is not constant, as `mse` assumes it to be.
    """
    rng = _checked(n, 1, noise, rng)
    x = rng.uniform(0, 3, (n, 1))
    y = 2 * x + 1 + noise * x * rng.normal(size=x.shape)
    return _numbers("heteroscedastic", x, y, make_heteroscedastic, truth=[2.0, 1.0])


def make_sparse_linear(
    n: int = 100, *, features: int = 20, noise: float = 0.1, rng: Any = 0
) -> Dataset:
    """Many columns of which only four matter: y = 3 x₀ − 2 x₁ + 1.5 x₂ − x₃ + noise.

    All columns are Gaussian. A penalty on the size of the weights (L1) finds the four.
    """
    rng = _checked(n, 1, noise, rng)
    if features < 4:
        raise ValueError(f"four features matter, so there must be at least 4, not {features}")
    x, weights = rng.normal(size=(n, features)), [3.0, -2.0, 1.5, -1.0]
    y = x[:, :4] @ np.reshape(weights, (4, 1)) + noise * rng.normal(size=(n, 1))
    truth = np.append(weights, np.zeros(features - 3))
    return _numbers("sparse_linear", x, y, make_sparse_linear, truth)


def make_friedman1(n: int = 400, *, noise: float = 1.0, rng: Any = 0) -> Dataset:
    """y = 10 sin(π x₀ x₁) + 20 (x₂ − ½)² + 10 x₃ + 5 x₄ + noise, with five columns that do nothing.

    All ten columns are uniform from 0 to 1. (Friedman 1991, Multivariate Adaptive Regression
    Splines)
    """
    rng = _checked(n, 1, noise, rng)
    x = rng.uniform(size=(n, 10))
    a, b, c, d, e = x.T[:5, :, None]  # each (n, 1)
    y = 10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e
    return _numbers("friedman1", x, y + noise * rng.normal(size=y.shape), make_friedman1)


# --- what the makers share ------------------------------------------------------------------


def _checked(n: int, least: int, noise: float, rng: Any) -> np.random.Generator:
    if n < least:
        each = ", one point per class" if least > 1 else ""
        raise ValueError(f"n must be at least {least}{each}, not {n}")
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise must be at least 0 and finite, not {noise}")
    return np.random.default_rng(rng)


def _on_circle(angle: np.ndarray) -> np.ndarray:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (n, 2)


def _classes(
    name: str, x: np.ndarray, y: np.ndarray, classes: tuple[str, ...], maker: Callable
) -> Dataset:
    target = Target("binary" if len(classes) == 2 else "multiclass", Category("class", classes))
    return _made(name, x, y, ("x0", "x1"), target, maker)


def _numbers(
    name: str, x: np.ndarray, y: np.ndarray, maker: Callable, truth: Any = None
) -> Dataset:
    features = tuple(f"x{i}" for i in range(x.shape[1])) if x.shape[1] > 1 else ("x",)
    return _made(name, x, y, features, Target("regression", Number("y")), maker, truth)


def _made(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    features: tuple[str, ...],
    target: Target,
    maker: Callable,
    truth: Any = None,
) -> Dataset:
    how = Preparation.of_numbers(features, target)  # files with such columns can be read, too
    return Dataset(name, x, y, features, target.names, target.task, _card(name, maker), truth, how)


def _card(name: str, maker: Callable) -> str:
    return f"# {name}\n\n{inspect.getdoc(maker) or ''}"  # `python -OO` drops docstrings
