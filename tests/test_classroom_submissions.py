"""What was handed in is read, however it was packed; what is broken or hostile gets a note."""

import contextlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tinynet.classroom.runner.process import Process
from tinynet.classroom.runner.worker import cells
from tinynet.classroom.submissions import trees
from tinynet.classroom.submissions.collect import collected
from tinynet.classroom.submissions.notebooks import code_of, without_magics
from tinynet.classroom.submissions.trees import tidy

CODE = b"def mse(t, p): ...\n"


def laid_out(folder, files):
    """The folder with these files in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def packed(files):
    """A zip of these files; a key may be a ZipInfo."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def notebook(*cells):
    """The bytes of a notebook with these code cells, and a text."""
    code = [{"cell_type": "code", "source": cell} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "!"}, *code]}).encode()


def named(path):
    """The names of the submissions there; every one must hold the code."""
    found = collected([path], "losses.py")
    assert [s.files.get("losses.py") for s in found] == [CODE] * len(found), found
    return [submission.name for submission in found]


LAYOUTS = {
    "one's own folder": ({"losses.py": CODE, "notes.txt": b"x"}, ["class"]),
    "a folder each": ({"ann/losses.py": CODE, "ben/hw/losses.py": CODE}, ["ann", "ben"]),
    "a file each": ({"ann.py": CODE, "ben.py": CODE, "marks.csv": b""}, ["ann", "ben"]),
    "a zip each": ({"ann.zip": packed({"x/losses.py": CODE}), "ben.py": CODE}, ["ann", "ben"]),
    "Moodle, folders": (
        {
            "Ann Lee_11_assignsubmission_file_/losses.py": CODE,
            "Ann Lee_11_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "Ann Lee_12_assignsubmission_file_/Losses(2).py": CODE,
            "Bo_13_assignsubmission_file/losses.py": CODE,
        },
        ["Ann Lee (11)", "Ann Lee (12)", "Bo"],
    ),
    "Moodle, one student": ({"Ann_11_assignsubmission_file_/losses.py": CODE}, ["Ann"]),
    "Moodle, no folders": ({"Ann Lee_11_assignsubmission_file_losses.py": CODE}, ["Ann Lee"]),
    "Canvas": (
        {"leeann_123_456_losses-1.py": CODE, "roebo_LATE_124_457_hw.py": CODE},
        ["leeann", "roebo"],
    ),
    "Gradescope": (
        {
            "submission_71/losses.py": CODE,
            "submission_72/losses.py": CODE,
            "submission_metadata.yml": b"submission_71:\n  :submitters:\n  - :name: Ann Lee\n"
            b"    :sid: '1'\n  :results:\n    tests:\n    - :name: mse\nsubmission_72:\n"
            b"  :submitters:\n  - :name: Bo\n  - :name: Cy\n",
        },
        ["Ann Lee", "Bo and Cy"],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("as_zip", [False, True])
def test_layouts_are_known_as_folders_and_as_zips(tmp_path, layout, as_zip):
    files, names = LAYOUTS[layout]
    path = laid_out(tmp_path / "class", files)
    if as_zip:
        path = tmp_path / "class.zip"
        path.write_bytes(packed({f"top/{name}": content for name, content in files.items()}))
    assert sorted(named(path)) == names


def test_files_are_named_after_themselves_or_after_their_folder(tmp_path):
    laid_out(tmp_path, {"a/losses.py": CODE, "b/losses.py": CODE, "Zoë.py": CODE, "c/zoë.py": CODE})
    paths = [tmp_path / name for name in ("a/losses.py", "b/losses.py", "Zoë.py", "c/zoë.py")]
    assert [s.name for s in collected(paths, "losses.py")] == ["a", "b", "Zoë", "zoë (2)"]


def test_identities_are_kept_for_gradebooks(tmp_path):
    path = laid_out(tmp_path, {"Ann Lee_11_assignsubmission_file_/losses.py": CODE})
    assert [(s.name, s.identity) for s in collected([path], "losses.py")] == [("Ann Lee", "11")]


GUESSES = {
    "another name": ({"hw3.py": CODE}, CODE, "hw3.py was taken for losses.py"),
    "capitals": ({"Losses.py": CODE, "other.py": b""}, CODE, "Losses.py was taken for losses.py"),
    "two": ({"a/losses.py": CODE, "b/losses.py": CODE}, None, "2 files could be losses.py"),
    "deeper": (
        {"losses.py": CODE, "old/losses.py": b"old"},
        CODE,
        "losses.py was graded, not old/losses.py",
    ),
    "a PDF": ({"essay.pdf": b"%PDF"}, None, "losses.py was not handed in, but essay.pdf"),
    "nothing": ({}, None, "losses.py was not handed in, but nothing"),
    "a rar": ({"losses.rar": b"Rar!"}, None, "not handed in, but losses.rar"),
    "UTF-16": ({"losses.py": "x".encode("utf-16")}, "x".encode("utf-16"), "is written in UTF-16"),
    "too large": ({"losses.py": b"#" * 2_200_000}, None, "losses.py is larger than 2 MB"),
    "data": ({"losses.py": CODE, "x.csv": b"#" * 9_000_000}, CODE, "x.csv is larger than 8 MB"),
    "many": ({"losses.py": CODE, **{f"{i}.txt": b"" for i in range(60)}}, CODE, "more notes"),
    "broken zip": ({"losses.zip": b"PK\3\4 nothing"}, None, "losses.zip is no zip"),
    "broken notebook": ({"losses.ipynb": b'{"cells": 3}'}, None, "is no notebook"),
    "deep notebook": ({"losses.ipynb": b"[" * 99_999}, None, "is no notebook"),
}


@pytest.mark.parametrize("guess", GUESSES)
def test_what_was_guessed_or_left_out_is_said(tmp_path, guess):
    files, content, note = GUESSES[guess]
    path = laid_out(tmp_path / "in", {f"ann/{name}": content for name, content in files.items()})
    (tmp_path / "in" / "ann").mkdir(parents=True, exist_ok=True)
    [submission] = collected([path], "losses.py")
    assert submission.files.get("losses.py") == content and note in submission.note
    assert submission.name == "ann" and (content is None) == (submission.files == {})


def link(name):
    """A member of a zip that is a symbolic link."""
    member = zipfile.ZipInfo(name)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    return member


ZIPS = {
    "an absolute path": ({"/etc/losses.py": CODE}, "etc/losses.py has a path that leads out"),
    "a path upwards": ({"../../losses.py": CODE}, "has a path that leads out of the zip"),
    "a path of Windows": ({"..\\..\\losses.py": CODE}, "has a path that leads out of the zip"),
    "a drive": ({"C:\\losses.py": CODE}, "has a path that leads out of the zip"),
    "a link": ({link("losses.py"): "/etc/passwd"}, "losses.py is a link"),
    "a bomb": ({"losses.py": b"\0" * 30_000_000}, "losses.py is larger than 2 MB"),
    "many files": ({str(i): b"" for i in range(51)}, "holds 51 files"),
    "deep folders": ({f"{'a/' * 9_000}{i}.py": b"" for i in range(9)}, "lies too deep"),
    "control characters": ({"a\x1b[2J\u202e.txt": b""}, "but a_[2J_.txt"),
}


@pytest.mark.parametrize("kind", ZIPS)
def test_hostile_zips_harm_nothing_and_get_a_note(tmp_path, kind, monkeypatch):
    monkeypatch.setattr(trees, "MOST_FILES", 50)
    files, note = ZIPS[kind]
    path = tmp_path / "ann.zip"
    path.write_bytes(packed(files))
    before = sorted(tmp_path.rglob("*"))
    [submission] = collected([path], "losses.py")
    assert submission.files == {} and note in submission.note and submission.name == "ann"
    assert sorted(tmp_path.rglob("*")) == before


def test_what_is_right_in_a_strange_zip_still_counts(tmp_path):
    path = tmp_path / "ann.zip"
    path.write_bytes(packed({"__MACOSX/._losses.py": b"", "losses.py": CODE, link("x"): "/etc"}))
    [submission] = collected([path], "losses.py")
    assert submission.files == {"losses.py": CODE} and submission.note.startswith("x is a link")


@pytest.mark.parametrize("damage", [slice(0, 60), slice(30, None), slice(0, 0)])
def test_damaged_zips_get_a_note(tmp_path, damage):
    path = tmp_path / "ann.zip"
    path.write_bytes(packed({"losses.py": CODE * 50})[damage])
    [submission] = collected([path], "losses.py")
    assert submission.files == {} and " is " in submission.note


def test_damage_inside_a_zip_gets_a_note(tmp_path):
    content = bytearray(packed({"losses.py": os.urandom(500)}))
    content[100] ^= 255
    (tmp_path / "ann.zip").write_bytes(content)
    [submission] = collected([tmp_path / "ann.zip"], "losses.py")
    assert submission.files == {} and "losses.py is damaged" in submission.note


def test_names_in_zips_of_other_systems_are_repaired(tmp_path):
    content = packed({"Zo!!/losses.py": CODE, "ann/losses.py": CODE})
    (tmp_path / "all.zip").write_bytes(content.replace(b"Zo!!", "Zoë".encode()))  # as macOS does
    assert named(tmp_path / "all.zip") == ["Zoë", "ann"]


def test_links_and_pipes_are_not_followed(tmp_path):
    secret = laid_out(tmp_path / "secret", {"losses.py": CODE})
    place = laid_out(tmp_path / "class", {"bo/x.txt": b""})
    (place / "ann").symlink_to(secret)
    (place / "bo" / "losses.py").symlink_to(secret / "losses.py")
    (place / "cy").mkdir()
    os.mkfifo(place / "cy" / "losses.py")
    (place / "loop").symlink_to(place)
    found = {s.name: s for s in collected([place], "losses.py")}
    assert all(s.files == {} for s in found.values()) and sorted(found) == [
        "ann",
        "bo",
        "cy",
        "loop",
    ]
    assert "is a link" in found["ann"].note and "is a link" in found["bo"].note
    assert "is no ordinary file" in found["cy"].note


def test_a_folder_a_thousand_deep_is_not_walked_to_its_end(tmp_path):
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "losses.py").write_bytes(CODE)
    place = os.open(tmp_path / "ann", os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", dir_fd=place)
        inner = os.open("deep", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
    assert named(tmp_path) == ["ann"]
    subprocess.run(["rm", "-rf", tmp_path / "ann"], check=True)


def test_a_path_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="no file or folder nowhere"):
        collected([Path("nowhere")], "losses.py")


@pytest.mark.parametrize(
    "name, shown",
    [("../../x", "_.._x"), ("CON:", "CON_"), ("\x00", "_"), ("...", "unnamed"), ("Zoë", "Zoë")]
    + [("a" * 300, "a" * 80), ("\udcff", "_"), ("a\u202eb", "a_b")],
)
def test_names_can_be_shown_and_be_a_files(name, shown):
    assert tidy(name) == shown


CELLS = {
    "plain": ("x = 5 % 2\n", "x = 5 % 2\n"),
    "magic": ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    "shell": ("for i in y:\n    !echo 'it\nx = 1", "for i in y:\n    pass\nx = 1"),
    "assigned": ("files, b = !ls\nx = 1", "pass\nx = 1"),
    "help": ("?mse\nmse??\nx = 1", "pass\npass\nx = 1"),
    "in brackets": ("x = (7\n%3)\n", "x = (7\n%3)\n"),
    "in a text": ('"""\n%time\n!ls \\"""\n?"""\n', '"""\n%time\n!ls \\"""\n?"""\n'),
    "after a comment": ("# don't (\n%time\n", "# don't (\npass\n"),
    "continued": ("x = 7 \\\n%3\n", "x = 7 \\\n%3\n"),
    "timed": ("%%time\nx = 1", "x = 1"),
    "another language": ("%%bash\nrm -rf /", ""),
}


@pytest.mark.parametrize("cell", CELLS)
def test_magics_are_dropped_and_python_is_kept(cell):
    source, expected = CELLS[cell]
    assert without_magics(source) == expected


def test_cells_are_joined_and_the_notebook_is_kept(tmp_path):
    content = notebook(["!pip install x\n", "def mse(t, p):\n", "    return 1"], "y = 2")
    (tmp_path / "ann.ipynb").write_bytes(content)
    [submission] = collected([tmp_path / "ann.ipynb"], "losses.py")
    assert submission.files["ann.ipynb"] == content
    source = submission.files["losses.py"].decode()
    code = "# cell 1\npass\ndef mse(t, p):\n    return 1\n# cell 2\ny = 2\n"
    assert source == "# the cells of a notebook\n" + code


F = "def f():\n    return 1"


@pytest.mark.parametrize(
    ("code", "kept", "notes"),
    [
        ([F, "f()\nprint(1)"], {"f": True}, 0),
        (["import matplotlib as plt\nimport math", F], {"math": True, "plt": False}, 1),
        (["import none, json\nfrom none import x", F], {"json": True, "f": True}, 2),
        (["def broken(:", F], {"f": True}, 1),
        (["raise KeyError", "x = 1 / 0\ny = 2", F], {"f": True, "y": True, "x": False}, 2),
        ([F, "g = f\nh = lambda: f()\nimport sys\nsys.exit"], {"g": True, "h": True}, 0),
        (["for i in range(9): pass\nwhile True: pass", F], {"i": False, "f": True}, 0),
        (["import sys\nx = sys.exit()", F], {"f": True}, 1),
        (["from __future__ import annotations", "def g(x: Nothing): pass"], {"g": True}, 0),
        (["-" * 20_000 + "1", F], {"f": True}, 1),
    ],
)
def test_a_cell_that_fails_stops_no_other(code, kept, notes, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "answer", None)
    monkeypatch.setitem(sys.modules, "none", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    (tmp_path / "answer.py").write_bytes(code_of(notebook(*code)).encode())
    module, told = cells.module("answer", str(tmp_path))
    assert {name: hasattr(module, name) for name in kept} == kept and len(told) == notes
    assert all(re.match(r"cell \d, line \d: \w+: ", note) for note in told)


def test_what_failed_in_a_notebook_is_told_where_an_answer_is_missing():
    files = {"a.py": code_of(notebook("import seaborn\ndef f(x):\n  return x", "def g(:")).encode()}
    with contextlib.closing(Process(files, "a")) as process:
        assert process.ask({"source": "f(3)", "inputs": {}})["result"] == 3
        answer = process.ask({"source": "g(3)", "inputs": {}})
    assert answer["error"]["kind"] == "NameError"
    assert answer["printed"].splitlines() == [
        "cell 1, line 1: ModuleNotFoundError: No module named 'seaborn'",
        "cell 2, line 1: SyntaxError: invalid syntax",
    ]


@pytest.mark.parametrize("text", ["%", "%a\n", "(", " ", "a", "'", "\\\n"])
def test_reading_a_long_cell_takes_no_longer_than_its_length(text):
    assert code_of(notebook(text * (2**19 // len(text))))
