"""Submissions: what was handed in, as one file, a folder, a zip, a notebook, or by a whole class.

A class is a folder or a zip with a folder or a file for each student, as one makes it oneself, or
as Moodle, Canvas and Gradescope let one download it. A submission that cannot be read is one with a
note; it never ends the grading of the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from .notebooks import code_of
from .trees import (
    LARGEST,
    LARGEST_CLASS,
    LARGEST_ZIP,
    Tree,
    Unreadable,
    of_file,
    of_folder,
    of_zip,
    tidy,
    tidy_path,
)

KINDS = (".py", ".ipynb", ".zip")  # what can be an answer
MOST_BESIDE = 50  # files that are kept beside the assignment's
LARGEST_BESIDE = 2**23  # bytes of all of them
LAYOUTS = [  # of names at the top of what a learning platform hands out
    re.compile(r"(?P<name>.+?)_(?P<identity>\d+)_assignsubmission_[a-z]+_?(?P<rest>.*)"),  # Moodle
    re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<identity>\d+)_\d+_(?P<rest>.+)"),  # Canvas
    re.compile(r"(?P<name>submission)_(?P<identity>\d+)(?P<rest>)"),  # Gradescope
]
SUBMITTER = re.compile(r"^(submission_\d+):|^  - :name: (.+)$", re.MULTILINE)
COPY = re.compile(r"[ _-]*\(?\d+\)?$")  # what browsers and Canvas put behind a name


@dataclass(frozen=True)
class Submission:
    """The files of one student, all in one folder; and what is to be said of how they came.

    `identity` is the number by which a platform knows the student, if there is one.
    """

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    note: str = ""
    identity: str = ""


def collected(paths: Sequence[Path], file: str) -> list[Submission]:
    """The submissions in these files and folders; no two have the same name.

    `file` is what the assignment asks for, such as "losses.py".
    """
    found = [submission for path in paths for submission in _at(Path(path), file)]
    return _told_apart(found)


def _at(path: Path, file: str) -> list[Submission]:
    """Of one file or folder; ValueError where there is none."""
    if not path.exists():
        raise ValueError(f"there is no file or folder {path}")
    name = path.resolve().name
    if path.is_dir():
        return _of_tree(name, of_folder(path), file)
    if path.suffix.lower() != ".zip":
        own = path.resolve().parent.name if name == file else path.stem
        return [_chosen(own, Tree({name: partial(of_file, path)}), file)]
    try:
        tree = of_zip(of_file(path, LARGEST_CLASS))
    except Unreadable as error:
        return [Submission(path.stem, note=f"{tidy(name)} {error}")]
    return _of_tree(path.stem, _unwrapped(tree), file)


def _unwrapped(tree: Tree) -> Tree:
    """Without the folders around all of a zip, which is how some systems pack one."""
    while len(tops := tree.tops()) == 1 and not _layout(tops[0]):
        inside = tree.below(tops[0])
        if not inside.files:
            break
        tree = inside
    return tree


def _layout(name: str) -> re.Match[str] | None:
    """The parts of a name that a platform gave, if it is one."""
    return next(filter(None, (layout.fullmatch(name) for layout in LAYOUTS)), None)


def _of_tree(name: str, tree: Tree, file: str) -> list[Submission]:
    """Of one student or of a class."""
    answers = [path for path in tree.files if path.lower().endswith(KINDS)]
    at_top = [path for path in answers if "/" not in path and not _layout(path)]
    if file in at_top or (len(at_top) == 1 and len(answers) == 1) or not tree.files:
        return [_chosen(name, tree, file)]
    return _of_class(tree, file) or [_chosen(name, tree, file)]


def _of_class(tree: Tree, file: str) -> list[Submission]:
    """Of each folder and file at the top, or of what belongs together by its name."""
    students: dict[str, tuple[str, str, Tree]] = {}
    names = _submitters(tree)
    for top in tree.tops():
        is_folder = top not in tree.files
        found = _layout(top)
        if found is None and not is_folder and not top.lower().endswith(KINDS):
            continue  # a list of marks, a text
        if found:
            name, identity, rest = names.get(top, found["name"]), found["identity"], found["rest"]
        else:
            name, identity, rest = top if is_folder else PurePosixPath(top).stem, "", top
        group = f"{name}_{identity}" if found else top
        student = students.setdefault(group, (name, identity, Tree()))[2]
        part = tree.below(top) if is_folder else Tree({rest: tree.files[top]})
        student.files |= part.files
        student.left_out |= part.left_out
    return [
        replace(_chosen(name, student, file), identity=identity)
        for name, identity, student in students.values()
    ]


def _submitters(tree: Tree) -> dict[str, str]:
    """The names that Gradescope's submission_metadata.yml gives to its folders."""
    read = tree.files.get("submission_metadata.yml")
    try:
        text = read(LARGEST_BESIDE).decode("utf-8", "replace") if read else ""
    except Unreadable:
        return {}
    names: dict[str, list[str]] = {}
    for folder, name in SUBMITTER.findall(text):
        if folder:
            names[folder] = []
        elif names:
            list(names.values())[-1].append(name.strip("'\" "))
    return {folder: " and ".join(people) for folder, people in names.items() if people}


# --- the files of one student ---------------------------------------------------------------


def _chosen(name: str, tree: Tree, file: str) -> Submission:
    """What is meant for the assignment's file, and the files that lie beside it."""
    notes = tree.notes()
    try:
        if (packed := _only_zip(tree)) is not None:
            inner = _zip_in(tree, packed)
            tree, notes = _unwrapped(inner), notes + inner.notes()
        files = _files(tree, file, notes)
    except Unreadable as error:
        files, notes = {}, [*notes, f"{error}"]
    return Submission(name, files, "; ".join(_few(notes)))


def _only_zip(tree: Tree) -> str | None:
    """The zip in which everything is, if it is in one."""
    answers = [path for path in tree.files if path.lower().endswith(KINDS)]
    return answers[0] if len(answers) == 1 and answers[0].lower().endswith(".zip") else None


def _zip_in(tree: Tree, path: str) -> Tree:
    try:
        return of_zip(tree.files[path](LARGEST_ZIP))
    except Unreadable as error:
        raise Unreadable(f"{tidy_path(path)} {error}") from error


def _files(tree: Tree, file: str, notes: list[str]) -> dict[str, bytes]:
    """The assignment's file and those beside it; what was guessed or left out is noted."""
    path = _meant(tree, file, notes)
    content = _read(tree, path, LARGEST)
    if path.lower().endswith(".ipynb"):
        try:
            own = {file: code_of(content).encode(), PurePosixPath(path).name: content}
        except ValueError as error:
            raise Unreadable(f"{tidy(path)} {error}") from error
    else:
        own = {file: content}
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            notes.append(f"{tidy(path)} is written in UTF-16, which Python does not read")
    return _beside(tree, path, notes) | own


def _meant(tree: Tree, file: str, notes: list[str]) -> str:
    """The path that is meant for the assignment's file; Unreadable where there is none."""
    answers = [path for path in tree.files if path.lower().endswith((".py", ".ipynb"))]
    if not answers:
        there = ", ".join(map(tidy, sorted(p for p in tree.files if not p.endswith("/"))[:5]))
        raise Unreadable(f"{file} was not handed in, but {there or 'nothing'}")
    for is_it in (_is_exactly, _is_nearly):
        found = [path for path in answers if is_it(PurePosixPath(path).name, file)]
        if found:
            break
    found = found or answers
    highest = min(path.count("/") for path in found)
    top = [path for path in found if path.count("/") == highest]
    if len(top) > 1:
        told = ", ".join(map(tidy_path, top[:5]))
        raise Unreadable(f"{len(top)} files could be {file}: {told}: hand in one")
    if len(found) > 1:
        others = ", ".join(tidy_path(path) for path in found[:5] if path != top[0])
        notes.append(f"{tidy_path(top[0])} was graded, not {others}")
    elif PurePosixPath(top[0]).name != file:
        notes.append(f"{tidy_path(top[0])} was taken for {file}")
    return top[0]


def _is_exactly(name: str, file: str) -> bool:
    return name == file


def _is_nearly(name: str, file: str) -> bool:
    """The same but for capitals, a number behind it, and .ipynb."""
    stem, _, _ = name.lower().rpartition(".")
    return COPY.sub("", stem) == file.lower().removesuffix(".py")


def _beside(tree: Tree, path: str, notes: list[str]) -> dict[str, bytes]:
    """The other files in the same folder, as many as may be."""
    folder = path.rpartition("/")[0]  # only what lies there can be imported
    files: dict[str, bytes] = {}
    left = LARGEST_BESIDE
    for other in sorted(tree.files):
        at, _, name = other.rpartition("/")
        if at != folder or not name or other == path or name.lower().endswith((".zip", ".ipynb")):
            continue
        if len(files) == MOST_BESIDE or tidy(name) != name:
            notes.append(f"{tidy(name)} beside it was left out")
            continue
        try:
            files[name] = _read(tree, other, left)
        except Unreadable as error:
            notes.append(f"{error}, and was left out")
        left -= len(files.get(name, b""))
    return files


def _read(tree: Tree, path: str, most: int) -> bytes:
    try:
        return tree.files[path](most)
    except Unreadable as error:
        raise Unreadable(f"{tidy_path(path)} {error}") from error


def _few(notes: list[str]) -> list[str]:
    """At most five of them."""
    more = [f"and {len(notes) - 5} more notes"] if len(notes) > 5 else []
    return notes[:5] + more


# --- names ----------------------------------------------------------------------------------


def _told_apart(submissions: Iterable[Submission]) -> list[Submission]:
    """With names that can be shown and be a file's, and that differ, also on Windows."""
    clean = [replace(s, name=tidy(unicodedata.normalize("NFC", s.name))) for s in submissions]
    shared = Counter(submission.name.casefold() for submission in clean)
    taken: set[str] = set()
    result = []
    for submission in clean:
        name = submission.name
        if shared[name.casefold()] > 1 and submission.identity:
            name = f"{name} ({submission.identity})"
        number = 1
        while (own := name if number == 1 else f"{name} ({number})").casefold() in taken:
            number += 1
        taken.add(own.casefold())
        result.append(replace(submission, name=own))
    return result
