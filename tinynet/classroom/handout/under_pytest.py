"""Under pytest: each public check of a handout is a test, and the last line is the total.

`test_NAME.py` of a handout gets its tests from here. Nothing of a student's file runs in pytest's
process, so nothing that it does to pytest, such as skip, earns a point.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ..judging.key import Key
from ..judging.report import Report
from ..pages import text
from .self_check import OF, checked, key_beside

T = TypeVar("T")


def one_test_per_check(metafunc: Any) -> None:
    """The hook pytest_generate_tests of a handout's test file."""
    config, folder = metafunc.config, Path(metafunc.definition.path).parent
    key = _plainly(lambda: key_beside(folder / "test"))
    session = Session(folder, key)
    config.pluginmanager.register(session, name=f"tinynet: {folder}")
    parameters = []
    for number, task in enumerate(key.assignment.tasks, 1):
        marks = [_mark(config, f"task{number}", task.name), _mark(config, task.name, task.title)]
        for i, check in enumerate(task.checks):
            ask = functools.partial(session.ask, task.name, i)
            parameters.append(pytest.param(ask, id=f"{task.name}: {check.title}", marks=marks))
    metafunc.parametrize("public_check", parameters)


def _plainly(work: Callable[[], T]) -> T:
    """The result, or a failure that says what is wrong and shows no traceback."""
    try:
        return work()
    except ValueError as error:
        told = str(error)
    pytest.fail(told, pytrace=False)


def _mark(config: Any, name: str, about: str) -> Any:
    config.addinivalue_line("markers", f"{name}: {about}")
    return getattr(pytest.mark, name)


class Session:
    """What is known of a student's file while pytest runs: asked once, then told test by test."""

    def __init__(self, folder: Path, key: Key) -> None:
        self.folder, self.key = folder, key
        self.chosen: list[str] = []  # the tasks whose tests are run
        self.report: Report | None = None

    def ask(self, task: str, number: int) -> None:
        """The test of one check."""
        report = self._graded()
        if report.note:
            pytest.fail(report.note, pytrace=False)
        result = next(result for result in report.tasks if result.name == task)
        check = result.checks[number]
        if not check.holds:
            said = text.check(result, check) if result.tried else [result.note]
            pytest.fail("\n".join([f"{task}, {check.title}", *said]), pytrace=False)

    def _graded(self) -> Report:
        if self.report is None:
            self.report = _plainly(lambda: checked(self._file(), self.key, self.chosen))
        return self.report

    def _file(self) -> Path:
        """The file, or the notebook that was handed out in its place."""
        file = self.folder / self.key.assignment.file
        as_notebook = file.with_suffix(".ipynb")
        return as_notebook if as_notebook.is_file() and not file.is_file() else file

    def pytest_collection_finish(self, session: Any) -> None:
        """Remember which tasks are asked for, by -k, -m or a test's name."""
        calls = [getattr(item, "callspec", None) for item in session.items]
        asks = [call.params.get("public_check") for call in calls if call]
        mine = [ask.args[0] for ask in asks if getattr(ask, "func", None) == self.ask]
        self.chosen = list(dict.fromkeys(mine))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: Any) -> Iterator[None]:
        """Behind all that pytest says."""
        yield
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if self.report is not None and reporter is not None:
            reporter.write_line(text.total(self.report.earned, self.report.points, OF))
