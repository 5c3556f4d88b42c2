"""read_csv, from_frame: one's own data become a Dataset, and its card says what was done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..engine.names import lookup
from . import choice
from .columns import Category, Column, Number
from .csv_file import CONTENT, Table, TextColumn, is_number, read_table
from .dataset import TASKS, Dataset, few_whole
from .frames import frame_table
from .numbers import usual_decimal
from .preparation import Preparation, Target, features
from .remarks import remarks

MISSING = ("drop", "impute", "error")
IMPUTE = (
    ' To keep rows with a target, fill in (missing="impute"), or leave such columns out (drop).'
)
NOTES = 50  # so many notes a card shows


def read_csv(
    path: str | os.PathLike | bytes,
    target: str,
    *,
    columns: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    categories: Sequence[str] = (),
    missing: str = "drop",
    task: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    name: str | None = None,
    card: str | None = None,
    preparation: Preparation | None = None,
) -> Dataset:
    """Read a CSV file with a header row.

    Parameters
    ----------
    path : str, path-like or bytes
        The file; or what it holds, as one gets it from a browser.
    target : str
        The column to predict. Text gives classes, in alphabetical order; numbers give regression,
        unless they are at most 10 different integers, each there twice or more on average;
        `task` decides otherwise.
    columns : sequence of str, optional
        The columns to predict from; all others unless given, less those in `drop`. Numbers may be
        written as 1,234 or $5 or 50%. A column of text becomes one column of 0 and 1 per category;
        it is left out where most categories stand in one row only. A date becomes days since 1970
        and the time of the year. What looks like the number of a row is left out, unless it is
        asked for.
    categories : sequence of str
        Columns to read as categories though they hold numbers, such as codes.
    missing : {"drop", "impute", "error"}
        Rows with missing cells (empty, NA, NaN, null, none, ? …) are dropped; or a cell is filled
        in with the median, or the most frequent category, of its column (of the whole file: what
        is filled in knows a little of the test rows); or they are an error. A row without a target
        cannot be filled in, only dropped.
    separator, decimal : str, optional
        What stands between cells and before decimals; found in the file unless given.
    preparation : Preparation, optional
        That of a Dataset read before: this file is read as that one was, with the same features
        and the same class ids.

    The card says what was done, with line numbers. ValueError says what is wrong with the file,
    and in which line.
    """
    wish = _Wish(target, columns, drop, categories, missing, task, decimal, preparation)
    table = read_table(path, separator, [target, *_names(columns or ())])
    stem, origin = (CONTENT, CONTENT) if isinstance(path, bytes) else (Path(path).stem, str(path))
    return _dataset(table, wish, name or stem, card, f"Read from {origin}.")


def from_frame(
    frame: Any,
    target: str,
    *,
    columns: Sequence[str] | None = None,
    drop: Sequence[str] = (),
    categories: Sequence[str] = (),
    missing: str = "drop",
    task: str | None = None,
    decimal: str | None = None,
    name: str | None = None,
    card: str | None = None,
    preparation: Preparation | None = None,
) -> Dataset:
    """The Dataset in a dataframe of pandas, polars or any library that Narwhals knows.

    It is the one that `read_csv` gives of the frame written to a file, with the same options, and
    its preparation reads files, too. But columns that the frame holds as numbers are numbers for
    certain, with all their digits; and Categorical columns are categories, though they hold numbers
    (their own order is not kept: categories and classes are in alphabetical order, or that of
    numbers). The index of pandas is no column.

    ImportError where Narwhals is not installed; ValueError as of `read_csv`, with rows counted
    from 0.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"size": [1.5, None, 2.5], "y": ["no", "yes", "yes"]})
    >>> from_frame(frame, "y")
    Dataset frame: binary, 2 rows, 1 feature, classes no (1), yes (1)
    """
    target = str(target)  # names may be numbers there
    wish = _Wish(target, columns, drop, categories, missing, task, decimal, preparation)
    table = frame_table(frame, name or "the frame")
    origin = f"Read from a dataframe ({type(frame).__module__.partition('.')[0]})."
    return _dataset(table, wish, name or "frame", card, origin)


@dataclass(frozen=True)
class _Wish:
    """What the caller asks for, see `read_csv`."""

    target: str
    columns: Sequence[str] | None
    drop: Sequence[str]
    categories: Sequence[str]
    missing: str
    task: str | None
    decimal: str | None
    preparation: Preparation | None

    def __post_init__(self) -> None:
        _check("missing", self.missing, MISSING)
        _check("task", self.task, (None, *TASKS))
        _check("decimal", self.decimal, (None, ".", ","))
        if self.preparation is not None:
            _check_preparation(self.preparation, self)


def _dataset(table: Table, wish: _Wish, name: str, card: str | None, origin: str) -> Dataset:
    """What is in a table, read as it was wished for."""
    preparation = wish.preparation
    draft = _chosen(table, wish) if preparation is None else _known(table, preparation, wish)
    draft = _without_gaps(draft, table, wish.missing)
    if preparation is None:
        draft = _learned(draft, wish.missing, wish.task)
        preparation = Preparation(tuple(draft.kinds), draft.target)
    return Dataset(
        name,
        features(draft.kinds, draft.columns),
        draft.target.encode(draft.answers),
        preparation.feature_names,
        draft.target.names,
        draft.target.task,
        _card(origin, table, draft) if card is None else card,
        preparation=preparation,
    )


@dataclass(frozen=True)
class _Draft:
    """What is known of the columns so far."""

    kinds: list[Column]
    columns: list[TextColumn]
    target: Target
    answers: TextColumn
    learned_from: str = ""  # another file, in words
    notes: list[str] = field(default_factory=list)


def _check(option: str, value: str | None, choices: tuple) -> None:
    if value not in choices:
        known = ", ".join(repr(each) for each in choices if each is not None)
        raise ValueError(f"{option} must be one of {known}, not {value!r}")


# --- which columns --------------------------------------------------------------------------


def _columns(table: Table, wish: _Wish) -> list[str]:
    """The names of the columns to predict from; ValueError for a name that is not there."""
    target, wanted, dropped = wish.target, _names(wish.columns or ()), _names(wish.drop)
    for name in (target, *wanted, *dropped, *_names(wish.categories)):
        _known_name(table, name)
    if target in dropped:
        raise ValueError(f"the target {target!r} cannot be left out: predict another column")
    out = {target, *dropped}
    asked = [name for name in (wanted or table.columns) if name not in out]
    if not asked:
        raise ValueError(f"{table.file}: there is no column besides the target {target!r}")
    return asked


def _names(given: Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(map(str, given))


def _known_name(table: Table, name: str) -> None:
    try:
        lookup(f"column in {table.file}", name, table.columns)
    except ValueError as error:
        numbers = [column for column in table.columns if is_number(column)]
        if table.is_frame:
            hint = f". {table.notes[0]}" if table.notes else ""  # on its index
        elif numbers:
            hint = (
                f". Its first row holds numbers, such as {numbers[0]}, but should hold the names of"
                " the columns: put a line of names in front"
            )
        else:
            hint = ""
        raise ValueError(f"{error}{hint}") from None


def _chosen(table: Table, wish: _Wish) -> _Draft:
    """What kind each column is, and notes on those that are left out."""
    used = {name: table.columns[name] for name in _columns(table, wish)}
    answers, named = table.columns[wish.target], wish.columns is not None
    cells = (column.cells for column in (*used.values(), answers))
    writing = choice.Writing(wish.decimal, usual_decimal(cells, table.separator))
    kinds, notes, as_categories = {}, [], set(_names(wish.categories))
    for name, column in used.items():
        try:
            kinds[name] = choice.feature(column, writing, name in as_categories, named)
        except choice.LeftOut as reason:
            if named:
                raise ValueError(f"{table.file}: {name} cannot be used: {reason}") from None
            notes.append(f"{name} was left out: {reason}.")
    if not kinds:
        why = " ".join(notes[:5])
        raise ValueError(f"{table.file}: there is no column to predict {wish.target!r} from. {why}")
    target = Target(wish.task or "", choice.target(answers, writing, wish.task))
    columns = [used[name] for name in kinds]
    return _Draft(list(kinds.values()), columns, target, answers, notes=notes)


def _check_preparation(preparation: Preparation, wish: _Wish) -> None:
    if wish.missing == "impute" and any(column.fill is None for column in preparation.columns):
        raise ValueError(
            "the preparation holds nothing to fill gaps in with: it is of a file that was read"
            ' without missing="impute"'
        )
    if any((wish.columns, wish.drop, wish.categories, wish.task)):
        raise ValueError(
            "a preparation says which columns are used, and how: leave out columns, drop,"
            " categories and task"
        )
    own = preparation.target.column.name
    if wish.target != own:
        raise ValueError(f"the preparation is for the target {own!r}, not {wish.target!r}")


def _known(table: Table, preparation: Preparation, wish: _Wish) -> _Draft:
    """What the preparation says of each column."""
    columns = preparation.columns_of(table)
    written = preparation.written_as(table, wish.decimal)
    _known_name(table, wish.target)
    answers = table.columns[wish.target]
    return _Draft(list(written.columns), columns, written.target, answers, " of the first file")


# --- gaps -----------------------------------------------------------------------------------


def _without_gaps(draft: _Draft, table: Table, missing: str) -> _Draft:
    """Without the rows that have gaps which cannot be filled in; with notes on them."""
    name = draft.answers.name
    gaps = {
        kind.name: kind.gaps(column)
        for kind, column in zip(draft.kinds, draft.columns, strict=True)
        if missing != "impute" and kind.fill is None
    }
    gaps[name] = draft.target.column.gaps(draft.answers)
    reasons = [_missing(table.columns[name], rows) for name, rows in gaps.items() if rows]
    if not reasons:
        return draft
    if missing == "error":
        raise ValueError(
            f'{table.file}: {reasons[0]}; use missing="drop" to drop these rows, or'
            ' missing="impute" to fill them in'
        )
    dropped = set().union(*gaps.values())
    rows = [row for row in range(len(table.lines)) if row not in dropped]
    if not rows:
        can_fill = missing == "drop" and len(gaps[name]) < len(table.lines)
        hint = '; try missing="impute"' if can_fill else f": no row has a {name}"
        raise ValueError(f"{table.file}: every row has a missing value{hint}")
    count = f"{len(dropped)} of {len(table.lines)} rows"
    can_fill = missing == "drop" and len(gaps[name]) < len(dropped)
    advice = IMPUTE if can_fill and 2 * len(dropped) > len(table.lines) else ""
    return replace(
        draft,
        columns=[column.take(rows) for column in draft.columns],
        answers=draft.answers.take(rows),
        notes=[*draft.notes, f"Dropped {count}: {'; '.join(reasons)}.{advice}"],
    )


def _missing(column: TextColumn, rows: Sequence[int]) -> str:
    """In which lines a column has gaps, and how they are written."""
    written = {column.cells[row] for row in rows} - {"", "NA", "NaN", "nan"}
    shown = f' ("{min(written)}")' if len(written) == 1 else ""
    return f"{column.name} is missing{shown} in {column.at(*rows)}"


# --- what is learned ------------------------------------------------------------------------


def _learned(draft: _Draft, missing: str, task: str | None) -> _Draft:
    """With the categories, the classes, and what fills a gap, from the rows that are left."""
    kinds, columns, notes = [], [], []
    for kind, column in zip(draft.kinds, draft.columns, strict=True):
        if isinstance(kind, Category):
            kind = kind.learned(column)
        gaps = kind.gaps(column) if missing == "impute" else []
        if gaps and len(gaps) == len(column.cells):
            notes.append(f"{kind.name} was left out: where there is a target, it has no values.")
            continue
        if missing == "impute":
            kind = kind.filled(column)
        kinds.append(kind)
        columns.append(column)
    target = _learned_target(draft.target.column, draft.answers, task)
    return replace(draft, kinds=kinds, columns=columns, target=target, notes=[*draft.notes, *notes])


def _learned_target(kind: Number | Category, answers: TextColumn, task: str | None) -> Target:
    where = f"{answers.file}: the target {kind.name}"
    if isinstance(kind, Number):
        values = kind.values(answers)
        if task == "regression" or not few_whole(values):
            return Target("regression", kind)
        kind = Category(kind.name, numbers=kind)
    kind = kind.learned(answers)
    classes = kind.categories
    if len(classes) < 2:
        raise ValueError(f"{where} has only one value, {classes[0]!r}")
    if task == "binary" and len(classes) > 2:
        raise ValueError(f"{where} has {len(classes)} values: not binary")
    return Target(task or ("binary" if len(classes) == 2 else "multiclass"), kind)


# --- what is said ---------------------------------------------------------------------------


def _card(origin: str, table: Table, draft: _Draft) -> str:
    notes = [*table.notes, *draft.notes, *_remarks(draft)]
    more = [f"And {len(notes) - NOTES} more such notes."] if len(notes) > NOTES else []
    return "\n".join([f"# {table.file}", "", origin, *notes[:NOTES], *more])


def _remarks(draft: _Draft) -> Iterable[str]:
    for kind, column in zip(draft.kinds, draft.columns, strict=True):
        gaps = kind.gaps(column) if kind.fill is not None else []
        if gaps:
            cells = f"{len(gaps)} missing cell{'s' * (len(gaps) > 1)} of {kind.name}"
            filler = f"{kind.filler}{draft.learned_from}"
            yield f"Filled in {cells} with the {filler}: {column.at(*gaps)}."
        yield from remarks(kind, column)
    yield from remarks(draft.target.column, draft.answers, target=True)
