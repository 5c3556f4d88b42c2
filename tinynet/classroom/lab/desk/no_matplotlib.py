"""A stand-in for Matplotlib in a lab without it: code that draws runs, and says what is missing."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np

MISSING = (
    "A figure belongs here. This lab has no Matplotlib, which draws it:"
    " `tinynet lab --matplotlib` makes one that has."
)


class Nothing:
    """Whatever Matplotlib makes: it takes every call, and nothing comes of it.

    >>> Nothing().plot([1, 2], label="loss").set_title("A run").lines[0]
    A figure belongs here. This lab has no Matplotlib, which draws it: `tinynet lab --matplotlib` \
makes one that has.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """There is nothing to keep."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what others ask whether it is there
            raise AttributeError(name)
        return Nothing()

    def __call__(self, *args: Any, **options: Any) -> Nothing:
        return Nothing()

    def __getitem__(self, key: Any) -> Nothing:
        return Nothing()

    def __iter__(self) -> Iterator[Nothing]:
        return iter([Nothing()])

    def __truediv__(self, other: Any) -> float:
        return 1.0  # one size is as large as the other

    def __repr__(self) -> str:
        return MISSING

    def savefig(self, *args: Any, **options: Any) -> None:
        """There is no figure, and a file without one would deceive."""
        raise ValueError(MISSING)


class _Module(ModuleType):
    """A module of it: a name with a capital is a class, of which one may derive."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Nothing if name[0].isupper() else Nothing()


class _Finder(MetaPathFinder, Loader):
    """Finds every module of Matplotlib."""

    def find_spec(self, name: str, *args: Any) -> ModuleSpec | None:
        ours = name.partition(".")[0] == "matplotlib"
        return ModuleSpec(name, self, is_package=True) if ours else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == "matplotlib.pyplot":
            vars(module).update(subplots=_subplots, show=_show, get_fignums=list)
        if module.__name__ == "matplotlib":
            vars(module).update(get_backend=lambda: "agg")


def _subplots(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Nothing, Any]:
    """A figure and its axes, in an array where there are several."""
    axes = np.array([Nothing() for _ in range(rows * columns)] + [None])[:-1]
    shaped = axes.reshape(rows, columns)
    return Nothing(), axes[0] if rows * columns == 1 else shaped.squeeze()


def _show(*args: Any, **options: Any) -> None:
    print(MISSING)


def stand_in() -> None:
    """Let the stand-in be found where there is no Matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        sys.meta_path.append(_Finder())
