"""Self-check: a student's file beside `checks.json`, before the same judge that will grade it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..judging.grading import Apart, graded
from ..judging.key import Key
from ..judging.report import Report
from ..runner.exchange import Runner
from ..submissions.notebooks import code_of
from . import public_key

OF = "the public checks"


def key_beside(path: Path) -> Key:
    """The public key of the handout to which a file belongs."""
    if path.is_dir():
        raise ValueError(f"there is no file {path}, but a folder: name the file that you wrote in")
    checks = path.parent / public_key.FILE
    if checks.is_file():
        return public_key.opened(checks)
    raise ValueError(
        f"there is no {public_key.FILE} beside {path}: work in the folder that was handed out, or"
        f" copy its {public_key.FILE} to {checks.parent}"
    )


def checked(path: Path, key: Key, tasks: Sequence[str] = ()) -> Report:
    """The report on a file of a handout, for all tasks or for these.

    ValueError where it is not the file that is asked for, or one of an earlier assignment is
    missing.
    """
    return report_on(key, path.name, _files(path, key), tasks)


def report_on(
    key: Key,
    name: str,
    files: Mapping[str, bytes],
    tasks: Sequence[str] = (),
    start: Callable[[Key, Mapping[str, bytes], list[str]], Runner] = Apart,
) -> Report:
    """The report on these files, for all tasks or for these; `start` gives them a runner."""
    if not tasks:
        return graded(key, name, files, start)
    report = graded(public_key.only(key, tasks), name, files, start)
    return replace(report, tasks=tuple(task for task in report.tasks if task.name in tasks))


def _files(path: Path, key: Key) -> dict[str, bytes]:
    """What is handed in: the file, and what it uses of earlier assignments."""
    if not path.is_file():
        raise ValueError(f"there is no file {path}: name the one that you wrote in")
    name, module = key.assignment.file, key.assignment.module
    if path.name not in (name, f"{module}.ipynb"):
        raise ValueError(f"{key.name} asks for {name}, not {path.name}: rename it, and hand it in")
    files = {name: _content(path)}
    for file, before in key.assignment.uses.items():
        beside = path.with_name(file)
        if not beside.is_file():
            raise ValueError(
                f"{key.name} uses {file} of {before}: put yours beside {path}, or ask your teacher"
                " for one"
            )
        files[file] = beside.read_bytes()
    return files


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix != ".ipynb":
        return content
    try:
        return code_of(content).encode()
    except ValueError as error:
        raise ValueError(f"{path} {error}") from error
