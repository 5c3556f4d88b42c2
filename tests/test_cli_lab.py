"""`tinynet lab`, with a Pyodide that is made up: what is written, and what is said."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from tinynet.classroom.formats.packing import zip_of
from tinynet.classroom.lab import parts, pyodide
from tinynet.cli import lab as cli_lab
from tinynet.cli import main
from tinynet.training.files import atomic_write

WHEEL = zip_of({"numpy.dist-info/LICENSE.txt": b"as </script> you like"})
SMALL = str(Path(__file__).parent / "hostile_assignment")
FILES = {
    "runtime": {"pyodide.js": b"1", "pyodide.asm.js": b"2", "numpy-9.whl": WHEEL},
    "matplotlib": {"matplotlib-9.whl": WHEEL},
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with all files, of which the sums are pinned."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pyodide, "PINS", tmp_path / "pins")
    for folder in ("pins", "pyodide"):
        (tmp_path / folder).mkdir()
    for group, files in FILES.items():
        sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in files.items()]
        (tmp_path / "pins" / f"{group}.sha256").write_text("\n".join(sums))
        for name, content in files.items():
            (tmp_path / "pyodide" / name).write_bytes(content)
    return tmp_path


def run(*words):
    return main(["lab", "--pyodide", "pyodide", "--quiet", *words])


def test_one_file_holds_everything(place, capsys):
    assert run("play") == 0
    html = (place / "lab.html").read_text(encoding="utf-8")
    size = (place / "lab.html").stat().st_size / 1e6
    assert f"written: lab.html ({size:.1f} MB)" in capsys.readouterr().out
    assert 'id="pyodide.asm.js"' in html and "matplotlib-9" not in html
    assert html.count("as &lt;/script&gt; you like") == 1
    assert html.count("</script>") == html.count("<script")


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([], ["play", "step", "course"]),
        (["7", "21", "play"], ["play", "course"]),
        (["mine.py"], ["step"]),
        (["03_losses"], ["hand"]),
        (["--grade", SMALL], ["grade"]),
        (["play", "--grade", SMALL], ["play", "grade"]),
    ],
)
def test_a_lab_shows_what_is_asked_for(place, parts, shown):
    (place / "mine.py").write_text("print('mine')")
    assert run(*parts) == 0
    html = (place / "lab.html").read_text(encoding="utf-8")
    faces = json.loads(re.search(r'id="data">(.*?)</script>', html)[1])["faces"]
    assert list(faces) == shown
    if "7" in parts:
        assert [tutorial["number"] for tutorial in faces["course"]["tutorials"]] == [7, 21]
    if "mine.py" in parts:
        (mine,) = faces["step"]["examples"]["Yours"]
        assert mine["code"] == "print('mine')"


def test_matplotlib_is_there_where_it_is_asked_for(place):
    assert run("--matplotlib", "--out", "other.html") == 0
    assert 'id="matplotlib-9.whl"' in (place / "other.html").read_text(encoding="utf-8")


def test_matplotlib_is_there_where_an_assignment_allows_it(place, monkeypatch):
    allows = {"grade": {"packages": ["matplotlib"]}}
    monkeypatch.setattr(parts, "faces", lambda *asked: allows)
    assert run() == 0
    assert 'id="matplotlib-9.whl"' in (place / "lab.html").read_text(encoding="utf-8")


def test_the_page_of_a_site_is_written_when_its_files_are_there(place, monkeypatch):
    written = []

    def noted(path):
        written.append(path.name)
        return atomic_write(path)

    monkeypatch.setattr(cli_lab, "atomic_write", noted)
    assert run("--site", "www") == 0
    assert written[-1] == "index.html" and len(written) > 5


def test_the_same_lab_is_the_same_file(place):
    assert run() == 0 and run("--out", "again.html") == 0
    assert (place / "lab.html").read_bytes() == (place / "again.html").read_bytes()


def test_a_site_is_written_beside_what_was_there(place, capsys):
    assert run("--site", "www") == 0
    count = sum(path.is_file() for path in (place / "www").rglob("*"))
    assert f"written: {count} files" in capsys.readouterr().out
    page = (place / "www" / "index.html").read_text(encoding="utf-8")
    for path in (place / "www" / "files").iterdir():
        assert f"files/{path.name}" in page
    assert run("--site", "www") == 2
    assert "--force" in capsys.readouterr().err
    assert run("--site", "www", "--force") == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["pley"], 2, "unknown part 'pley'; did you mean 'play'?"),
        (["--pyodide", "nowhere"], 2, "nowhere is no folder, archive or http address"),
        (["--pyodide", "pins"], 2, "pins has no pyodide.js"),
        (["99"], 2, "there is no tutorial 99: the course has 1 to 22"),
        (["nothing.py"], 1, "No such file or directory: 'nothing.py'"),
        (["pyodide"], 2, "there is no assignment.py in pyodide"),
        (["--out", "no/lab.html"], 2, "there is no folder no"),
        (["--out", "lab.html", "--site", "www"], 2, "are two labs"),
        (["--grade", SMALL, "--site", "www"], 2, "--grade holds the solution"),
        (["--site", "pins/runtime.sha256"], 2, "is a file: name a folder"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_written(place, capsys, words, code, told):
    before = sorted(place.rglob("*"))
    assert run(*words) == code
    assert told in capsys.readouterr().err
    assert sorted(place.rglob("*")) == before


def test_a_lab_that_is_there_stays_where_the_next_one_fails(place):
    assert run() == 0
    before = (place / "lab.html").read_bytes()
    (place / "pyodide" / "pyodide.js").write_bytes(b"other")
    assert run() == 2
    assert (place / "lab.html").read_bytes() == before
