"""Rules about the data: what no model should be given without a second thought."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from . import pictures
from .case import Case
from .findings import Rule, Seen, collector, listed

RULES: list[Rule] = []
rule = collector(RULES)

COPY = 1e-9  # 1 − |r| of two columns that are one: rounding of standardized float64 stays below it
SCREEN = 128  # rows on which columns are compared first; what looks alike is compared on all
WIDE = 1000  # columns above which copies are not looked for: all pairs would take seconds
SIZES = (0.01, 30.0)  # of a column: initial weights are made for inputs of size 1, give or take
APART = 300.0  # between the sizes of two columns: the gradients differ by as much
FAR = 50.0  # spreads from the median: one in 10^500 for a Gaussian, and past a log-normal's tail
FEW = 0.01  # of the rows may lie that far out and still be outliers
RARE, UNEVEN = 0.02, 0.1  # fraction of the smallest class: a warning, a note
HANDFUL = 5  # rows of a class: fewer do not show what it looks like
SHARED = 0.1  # fraction of the validation rows: past what small whole numbers repeat by chance
SHIFT, STEADY = 1.0, 6.0  # in standard deviations of the training part; of the shift's own error
TOLD = 0.9999  # |r| of a feature and the target: measured things are never that alike
DOUBT = 0.05  # fraction of rows that contradict another one


@rule(
    "constant feature",
    why="A column that never changes tells nothing; its weights are only more biases.",
    advice="Leave it out, or find out why it does not vary: a broken sensor, a filter, a wrong"
    " file.",
)
def constant_feature(case: Case) -> Seen | None:
    columns = case.columns
    same = np.flatnonzero(columns.low == columns.high)
    if len(case.table) < 2 or not len(same):
        return None
    names = [case.features[i] for i in same]
    told = f"{listed(names)} {'is' if len(names) == 1 else 'are'} the same in all"
    value = f" ({columns.low[same[0]]:g})" if len(names) == 1 else ""
    picture = _bars(case, columns.deviation, "standard deviation", same)
    return Seen("note", f"{told} {len(case.table)} rows{value}", picture)


@rule(
    "duplicated feature",
    why="The same information twice counts twice: the model learns from it at twice the rate, and"
    " which of the two weights does the work is left to chance.",
    advice="Keep one of them.",
)
def duplicated_feature(case: Case) -> Seen | None:
    varying = case.columns.varying
    if not 2 <= len(varying) <= WIDE or len(case.table) < 4:
        return None
    few = varying[_alike(case.table[case.rows[:SCREEN]][:, varying])]
    pairs = [(i, j) for i, j in few if 1 - abs(_correlation(*case.table[:, [i, j]].T)) < COPY]
    if not pairs:
        return None
    i, j = pairs[0]
    first, second = case.features[i], case.features[j]
    equal = np.array_equal(case.table[:, i], case.table[:, j])
    how = "equals" if equal else "is a straight function of"
    more = f", and {len(pairs) - 1} more pairs" if len(pairs) > 1 else ""
    picture = pictures.points(case.table[:, i], case.table[:, j], first, second)
    return Seen("note", f"{second} {how} {first} in all {len(case.table)} rows{more}", picture)


@rule(
    "unscaled features",
    why="Initial weights and one learning rate for all of them are made for inputs of about size 1."
    " Large columns drown the others and make steep valleys; small ones hardly count.",
    advice="Standardize with the figures of the training part: train, validation ="
    " train.standardize(validation), or tn.training.Units for a model that takes the data as they"
    " are.",
)
def unscaled_features(case: Case) -> Seen | None:
    used, sizes, reach = case.columns.varying, case.columns.size, case.columns.reach
    if not len(used):
        return None
    largest, smallest = used[np.argmax(sizes[used])], used[np.argmin(reach[used])]
    apart = reach[largest] / reach[smallest]
    if SIZES[0] < sizes[largest] < SIZES[1] and apart < APART:
        return None
    told = f"{case.features[largest]} is of size {sizes[largest]:.3g}"
    if apart >= APART:
        told += (
            f", {case.features[smallest]} at most {reach[smallest]:.3g}: {apart:,.0f} times less"
        )
    elif sizes[largest] <= SIZES[0]:
        told += ", and no feature is larger"
    marked = [i for i in np.argsort(-sizes) if not SIZES[0] < sizes[i] < SIZES[1]]
    picture = _bars(case, sizes, "size (root mean square)", marked, SIZES, log=True)
    return Seen("warning", told, picture)


@rule(
    "outlying values",
    why="With a squared error such a row outweighs thousands of others, and after standardizing by"
    " it the rest of the column is squeezed into a point.",
    advice="Look at these rows: a typing error, another unit, a code for missing? Correct or drop"
    " them, or use a loss that they do not rule, such as huber.",
)
def outlying_values(case: Case) -> Seen | None:
    table, names = case.table, [*case.features]
    if case.labels is None and case.y.dtype.kind == "f":
        table = np.column_stack([table, case.y.reshape(len(case.y), -1)[:, :1]])
        names.append("the target")
    low, middle, high = np.percentile(table[case.rows], [10, 50, 90], axis=0)
    spread = (high - low) / 2.56  # the standard deviation of a Gaussian
    reach = np.maximum(np.max(table, axis=0) - middle, middle - np.min(table, axis=0))
    for i in np.flatnonzero((spread > 0) & (reach > FAR * spread)):
        column = table[:, i]
        rows = np.flatnonzero(np.abs(column - middle[i]) > FAR * spread[i])
        if len(rows) <= max(1, FEW * len(column)):
            values = listed(f"{column[row]:.4g} in row {row}" for row in rows)
            told = f"{names[i]} is {values}; four of five rows lie in {low[i]:.3g} … {high[i]:.3g}"
            picture = pictures.points(np.arange(len(column)), column, "row", names[i], rows)
            return Seen("warning", told, picture)
    return None


@rule(
    "class imbalance",
    why="A model that always says the largest class is right nearly always, so accuracy says"
    " little, and the rare rows hardly move the weights.",
    advice="Look at precision and recall of the rare class, and weigh its rows: fit(…,"
    " sample_weight=…). A class without rows cannot be learned: split again, stratified.",
)
def class_imbalance(case: Case) -> Seen | None:
    if case.labels is None or not case.start.columns:
        return None
    there = case.parts.get("val_", (None, case.y))[1]
    other = there.astype(int) if there.ndim == 1 and case.start.columns > 1 else case.labels
    size = max(case.start.columns, 2, int(case.labels.max()) + 1, int(other.max()) + 1)
    counts = np.bincount(case.labels, minlength=size)
    expected = np.bincount(other, minlength=size)
    missing = np.flatnonzero((counts == 0) & ((expected > 0) | (size <= 2)))
    names = case.classes if len(case.classes) == size else [f"class {i}" for i in range(size)]
    present = counts[counts > 0]
    if not len(missing) and present.min() > UNEVEN * present.mean():
        return None
    rare, common = int(np.argmin(np.where(counts, counts, np.inf))), int(np.argmax(counts))
    marked = missing if len(missing) else [rare]
    picture = pictures.bars(names, counts, "training rows", marked=marked)
    if len(missing):
        where = (
            "though validation has some" if expected[missing[0]] else "though the model knows it"
        )
        told = f"{listed(names[i] for i in missing)} has no row to train on, {where}"
        return Seen("warning", told, picture)
    fraction = counts[common] / counts.sum()
    told = (
        f"{names[rare]} has {counts[rare]} of {counts.sum()} rows; always saying {names[common]} is"
        f" right in {fraction:.0%}"
    )
    severe = counts[rare] < max(HANDFUL, RARE * counts.sum() * min(1, 20 / size))
    return Seen("warning" if severe else "note", told, picture)


@rule(
    "shared rows",
    why="On rows that were trained on, a model that only remembers looks as good as one that"
    " learned: validation then says nothing about new rows.",
    advice="Split first, and each row into one part only: train, validation, test = data.split()."
    " Where the data hold rows twice, drop the copies before the split.",
)
def shared_rows(case: Case) -> Seen | None:
    if "val_" not in case.parts:
        return None
    known, validation = set(_keys(*case.parts[""])), _keys(*case.parts["val_"])
    shared = np.array([row in known for row in validation])
    if not shared.any():
        return None
    told = f"{shared.sum()} of the {len(shared)} validation rows stand in the training part, too"
    picture = pictures.bars(
        ["new rows", "known rows"], [(~shared).sum(), shared.sum()], "rows", marked=[1]
    )
    return Seen("warning" if shared.mean() > SHARED else "note", told, picture)


@rule(
    "parts differ",
    why="What was learned in one region is asked in another: the validation figures measure the"
    " difference of the parts, not the model.",
    advice="Scale both with the figures of the training part, and split at random (or say on"
    " purpose that the future differs from the past).",
)
def parts_differ(case: Case) -> Seen | None:
    if "val_" not in case.parts or len(case.table) < 10:
        return None
    other = case.parts["val_"][0]
    other = other.reshape(len(other), -1)
    used, here = case.columns.varying, np.std(case.table, axis=0, dtype=float)
    if not len(used) or len(other) < 5 or other.shape[1] != case.table.shape[1]:
        return None
    shift = (np.mean(other, axis=0) - np.mean(case.table, axis=0, dtype=float))[used] / here[used]
    own_error = np.sqrt(1 / len(other) + 1 / len(case.table))
    worst = int(np.argmax(np.abs(shift)))
    if abs(shift[worst]) < max(SHIFT, STEADY * own_error):
        return None
    column = used[worst]
    told = (
        f"{case.features[column]} has the mean {case.table[:, column].mean():.3g} in training, but"
        f" {other[:, column].mean():.3g} in validation: {abs(shift[worst]):.3g} standard deviations"
    )
    both = {"training": case.table[:, column], "validation": other[:, column]}
    return Seen("warning", told, pictures.histograms(both, case.features[column]))


@rule(
    "target among the features",
    why="The model learns to copy the answer. On new rows, where it is not known yet, it fails.",
    advice="Leave the column out; and look for others that are only known afterwards.",
)
def target_among_the_features(case: Case) -> Seen | None:
    if len(case.features) < 2 or len(case.y) < 10 or case.y.size != len(case.y):
        return None  # a single feature that tells all is a toy, a line
    y, few = case.y.ravel(), case.rows[:SCREEN]
    for column in case.columns.varying[_telling(case.table[few][:, case.columns.varying], y[few])]:
        x, name = case.table[:, column], case.features[column]
        renamed, r = case.labels is not None and _renamed(x, y), _correlation(x, y)
        if abs(r) > TOLD or renamed:
            how = "has one value for each class" if renamed else f"correlates with it by {r:.6f}"
            return Seen("warning", f"{name} {how}", pictures.points(x, y, name, "target"))
    return None


@rule(
    "constant target",
    why="Where every answer is the same there is nothing to learn.",
    advice="Look at how the target was read: another column, a filter that left one class?",
)
def constant_target(case: Case) -> Seen | None:
    if len(case.y) < 2 or np.any(case.y != case.y[:1]):
        return None
    value = case.y.ravel()[0]
    picture = pictures.histograms({"target": case.y}, "target")
    return Seen("error", f"the target is {value:g} in all {len(case.y)} rows", picture)


@rule(
    "contradictory rows",
    why="Two rows that look the same with two answers: no model can give both.",
    advice="Find out what tells them apart and add it as a feature, or correct the labels.",
)
def contradictory_rows(case: Case) -> Seen | None:
    if case.labels is None:
        return None
    keys = _keys(case.x)
    if len(set(keys)) == len(keys):
        return None
    answers: dict[Any, Counter] = {}
    for key, label in zip(keys, case.labels.tolist(), strict=True):
        answers.setdefault(key, Counter())[label] += 1
    several = [counts for counts in answers.values() if len(counts) > 1]
    if not several:
        return None
    rows = sum(counts.total() for counts in several)
    wrong = sum(counts.total() - max(counts.values()) for counts in several) / len(case.table)
    told = (
        f"{rows} of {len(case.table)} rows equal another one of a different class: no model can be"
        f" right in more than {1 - wrong:.1%}"
    )
    picture = pictures.bars(
        ["one class", "several"], [len(case.table) - rows, rows], "rows", marked=[1]
    )
    return Seen("warning" if wrong > DOUBT else "note", told, picture)


# --- small helpers --------------------------------------------------------------------------


def _bars(
    case: Case, values: np.ndarray, label: str, marked: Any, limits: Any = (), log: bool = False
) -> dict:
    """At most twelve of the features, the marked ones first."""
    chosen = [*dict.fromkeys([*marked, *range(len(values))])][:12]
    names, there = [case.features[i] for i in chosen], range(min(len(marked), 12))
    return pictures.bars(names, values[chosen], label, marked=there, limits=limits, log=log)


def _keys(*arrays: np.ndarray) -> list[Any]:
    """Each row as bytes: equal rows have equal ones."""
    flat = [array.reshape(len(array), -1) for array in arrays]
    table = flat[0] if len(flat) == 1 else np.column_stack(flat)
    row = np.dtype((np.void, table.dtype.itemsize * table.shape[1]))
    return np.ascontiguousarray(table).view(row).ravel().tolist()


def _alike(columns: np.ndarray) -> np.ndarray:
    """The pairs of columns that look like copies on these rows: (pairs, 2)."""
    spread = columns.std(axis=0, dtype=float)
    z = (columns - columns.mean(axis=0, dtype=float)) / np.where(spread > 0, spread, np.inf)
    return np.argwhere(np.triu(np.abs(z.T @ z) / len(z), 1) > 1 - 1e-6)


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    x, y = (values.astype(float) - values.mean(dtype=float) for values in (x, y))
    norms = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / norms) if norms else 0.0


def _telling(columns: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Does each column look like the target on these rows, or like a name for its classes?"""
    x, y = columns - columns.mean(axis=0, dtype=float), y - y.mean(dtype=float)
    alike = np.abs(y @ x) > TOLD * np.sqrt(np.sum(x * x, axis=0) * (y @ y))
    values = 1 + np.count_nonzero(np.diff(np.sort(columns, axis=0), axis=0), axis=0)
    return alike | (values == len(np.unique(y)))


def _renamed(x: np.ndarray, y: np.ndarray) -> bool:
    """Does x have as many values as y has classes, and a different one for each?"""
    pairs = set(zip(x.tolist(), y.tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) > 1
