"""The API as pages: a namespace each, with what its `__all__` lists, from the docstrings."""

from __future__ import annotations

import functools
import importlib
import inspect
from pathlib import Path
from typing import Any

import tinynet

NAMESPACES = {  # in the order of DESIGN.md: what stands above imports what is below
    "tinynet": "tn",
    "ops": "tn.ops",
    "functional": "tn.functional",
    "losses": "tn.losses",
    "layers": "tn.layers",
    "initializers": "tn.initializers",
    "optimizers": "tn.optimizers",
    "schedules": "tn.schedules",
    "penalties": "tn.penalties",
    "metrics": "tn.metrics",
    "datasets": "tn.datasets",
    "data": "tn.data",
    "training": "tn.training",
    "training.parallel": "tn.training.parallel",
    "checkpoints": "tn.checkpoints",
    "plots": "tn.plots",
    "explorer": "tn.explorer",
    "export": "tn.export",
    "sklearn": "tinynet.sklearn",
}
SUMMARIES = {  # where the module has no docstring of its own to take the first line of
    "checkpoints": "Checkpoints: a model, and all that a run needs to go on, in a file.",
    "explorer": "The explorer: the numbers behind the pictures of losses.",
}
DEEPER = {"losses": ["check", "suggest"]}  # of a floor above, so not in __all__


def write(source: Path) -> None:
    """Write the page of each namespace, and the list of them."""
    folder = source / "api"
    folder.mkdir(exist_ok=True)
    for name, title in NAMESPACES.items():
        (folder / f"{_file(name)}.rst").write_text(_page(name, title), encoding="utf-8")
    rows = "\n".join(
        f"   * - :doc:`{title} <{_file(name)}>`\n     - {_summary(name)}"
        for name, title in NAMESPACES.items()
    )
    files = "\n".join(f"   {title} <{_file(name)}>" for name, title in NAMESPACES.items())
    (folder / "index.rst").write_text(INDEX.format(rows=rows, files=files), encoding="utf-8")


def _file(name: str) -> str:
    return name.replace(".", "-")


def _module(name: str) -> Any:
    return tinynet if name == "tinynet" else importlib.import_module(f"tinynet.{name}")


def _summary(name: str) -> str:
    if name == "tinynet":
        return "The engine: Tensors, derivatives of functions, and one call that trains."
    return SUMMARIES.get(name) or " ".join((_module(name).__doc__ or "").split("\n\n")[0].split())


def _page(name: str, title: str) -> str:
    module = _module(name)
    parts = [
        title,
        "=" * len(title),
        "",
        _summary(name),
        "",
        f".. py:currentmodule:: {_full(name)}",
        "",
    ]
    if name == "losses":
        parts += ["Each of the fifty losses has :doc:`a page of its own <../losses/index>`.", ""]
    elsewhere = _elsewhere(name)
    for each in _names(name, module):
        value = getattr(module, each)
        if id(value) not in elsewhere:
            parts += _entry(each, value)
        else:
            parts += [f"``{each}`` is :py:obj:`{elsewhere[id(value)]}`.", ""]
    return "\n".join(parts)


def _names(name: str, module: Any) -> list[str]:
    listed = getattr(module, "__all__", None) or [
        each
        for each, value in vars(module).items()
        if not each.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    losses = tinynet.losses.names() if name == "losses" else {}
    return [n for n in (*listed, *DEEPER.get(name, [])) if n not in losses and _told(module, n)]


@functools.cache
def _elsewhere(name: str) -> dict[int, str]:
    """What pages before this one explain: its identity, and its full name."""
    before = list(NAMESPACES)[: list(NAMESPACES).index(name)]
    return {
        id(getattr(_module(other), each)): f"{_full(other)}.{each}"
        for other in before
        for each in _names(other, _module(other))
    }


def _full(name: str) -> str:
    return "tinynet" if name == "tinynet" else f"tinynet.{name}"


def _told(module: Any, name: str) -> bool:
    """Is there a docstring of its own? A module has a page, and a constant of Python none."""
    value = getattr(module, name)
    plain = isinstance(value, (dict, tuple, str, int, float))
    return not inspect.ismodule(value) and not plain and bool(inspect.getdoc(value))


def _entry(name: str, value: Any) -> list[str]:
    if inspect.isclass(value):
        return [f".. autoclass:: {name}", "   :members:", "   :member-order: bysource", ""]
    return [f".. autofunction:: {name}", ""]


INDEX = """\
Reference
=========

Everything that a program may use, by the name it has after ``import tinynet as tn``. In Python,
``help(tn.fit)`` shows the same text. Losses have :doc:`pages of their own <../losses/index>`.

.. list-table::

{rows}

.. toctree::
   :hidden:

{files}
"""
