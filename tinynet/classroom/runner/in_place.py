"""A runner in place: a student's own answer, asked in the very Python that asks.

In a browser there are no processes. Nothing is guarded here, so it serves whoever wrote the answer
to check it, and never to grade: a loop without an end is ended with Python itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import machinery
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .replies import Answer, answer_of
from .worker import wire
from .worker.answers import Submission
from .worker.main import Only

FINDERS = (machinery.BuiltinImporter, machinery.FrozenImporter, machinery.PathFinder)


class InPlace:
    """A runner (exchange.py) that begins anew with each check, as a file of its own does.

    What can be imported is what a process could import, so that an answer which holds here holds
    there as well.

    Parameters
    ----------
    files, main, packages, missing
        See Exchange.

    >>> with contextlib.closing(InPlace({"a.py": b"def f(x): return 2 * x"}, "a")) as runner:
    ...     runner.ask({"source": "f(x)", "inputs": {"x": 21}})["result"]
    42
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        main: str,
        packages: Sequence[str] = ("numpy",),
        missing: Sequence[str] = (),
    ) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="tinynet-")
        self.folder = os.path.realpath(self.scratch.name)
        for name, content in files.items():
            Path(self.folder, name).write_bytes(content)
        names = [name.removesuffix(".py") for name in files if name.endswith(".py")]
        self.packages = packages
        self.modules: dict[str, ModuleType] = {}  # its own, between the questions
        self.numpy = dict(vars(np))
        with self._apart():
            self.submission = Submission(main, names, self.folder, _not_there, missing)

    def ask(self, question: Mapping[str, Any], reference: Any = None) -> Answer:
        """What came of a question; nothing stands in for failed work."""
        asked = {name: value for name, value in question.items() if name != "public"}
        asked["inputs"] = wire.unpacked(wire.packed(asked["inputs"]))  # its own, to be changed
        with self._apart():
            reply = self.submission.answer(asked)
        return answer_of(wire.unpacked(wire.packed(reply | {"number": 0})), 0)

    def close(self) -> None:
        """Forget it; NumPy is again what it was."""
        vars(np).clear()
        vars(np).update(self.numpy)
        self.scratch.cleanup()

    @contextlib.contextmanager
    def _apart(self) -> Iterator[None]:
        """Python as a process of its own would find it, with the modules of the submission."""
        known = {"__main__", *sys.stdlib_module_names, *self.packages}
        path, finders = sys.path[:], sys.meta_path[:]
        others = {name: sys.modules[name] for name in _outside(known)}
        for name in others:
            del sys.modules[name]
        sys.modules.update(self.modules)
        sys.path[:] = [*filter(_is_pythons, path), self.folder]
        sys.meta_path[:] = [*FINDERS, Only(path, self.packages)]
        try:
            with np.errstate():
                yield
        finally:
            sys.path[:], sys.meta_path[:] = path, finders
            self.modules = {name: sys.modules.pop(name) for name in _outside(known)}
            sys.modules.update(others)


def _outside(known: set[str]) -> list[str]:
    """The modules that are there, but are not among those known by their first name."""
    return [name for name in sys.modules if name.partition(".")[0] not in known]


def _is_pythons(place: str) -> bool:
    """Is it a place of the standard library?"""
    library = Path(sysconfig.get_path("stdlib"))
    zipped = library.parent / f"python{sys.version_info.major}{sys.version_info.minor}.zip"
    return Path(place) in (library, library / "lib-dynload", zipped)


def _not_there(name: str, arguments: Any, keywords: Any) -> Any:
    """A function of a file that cannot be used."""
    raise ImportError(f"{name} is in a file that was not handed in, or cannot be run")
