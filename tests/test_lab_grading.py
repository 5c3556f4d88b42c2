"""Grading in the lab: what Python does there, with processes in the place of a page's frames."""

import base64
import functools
import io
import json
import os
import shutil
import sys
import zipfile

import pytest

from tests.classroom_class import ANSWERS, assignment_in, handed_in
from tinynet.classroom import load
from tinynet.classroom.gradebook.gradebook import grade_class, versions_of
from tinynet.classroom.lab.desk import answered, grading, page
from tinynet.classroom.runner.framed import Framed
from tinynet.classroom.runner.process import Process
from tinynet.classroom.runner.sandbox import surroundings
from tinynet.classroom.runner.worker import wire
from tinynet.classroom.submissions.collect import collected


class Frames:
    """A page: each frame that it opens is a process, and what was dropped lies in a folder."""

    def __init__(self, dropped=None):
        self.dropped, self.frames, self.asked = dropped, {}, []

    def __call__(self, name, **payload):
        self.asked.append(name)
        return getattr(self, name)(**payload)

    def mount(self, folder):
        os.symlink(self.dropped, folder)
        return {}

    def open(self):
        number = len(self.frames) + 1
        self.frames[number] = Process({}, "none", sandboxed=False)
        self.frames[number]._open()
        return {"number": number}

    def carry(self, number, message, seconds):
        process = self.frames[number]
        try:
            return {"message": wire.packed(process._carried(message, seconds))}
        except EOFError:
            return {"late": True} if process.late else {"cause": process._cause()}
        except OSError:
            return {"late": True} if process.late else {"gone": True}

    def close(self, number):
        self.frames[number].close()
        return {}

    def end(self):
        for process in self.frames.values():
            process.close()


@pytest.fixture
def frames():
    made = Frames()
    yield made
    made.end()


class Gone:
    """A process that has ended since it was asked last."""

    late = False

    def _carried(self, message, seconds):
        raise BrokenPipeError

    def close(self):
        """There is nothing left."""


CODE = b"""
import os, sys, time
def f(x): return 2 * x
def ends(): os._exit(3)
def waits(): time.sleep(99)
"""


def asked(runner, source, **inputs):
    return runner.ask({"source": source, "inputs": inputs})


def test_a_frame_answers_and_is_opened_again_where_it_ended(frames):
    runner = Framed({"a.py": CODE}, "a", seconds=20, page=frames)
    assert asked(runner, "f(x)", x=21)["result"] == 42
    ended = asked(runner, "ends()")["error"]
    assert ended["kind"] == "Ended"
    assert ended["text"] == "it ended Python (exit code 3) instead of answering"
    assert asked(runner, "f(4)")["result"] == 8 and len(frames.frames) == 2
    runner.close()
    assert frames.asked.count("open") == frames.asked.count("close") == 2


def test_a_frame_that_is_late_is_closed_and_its_time_is_counted(frames):
    runner = Framed({"a.py": CODE}, "a", seconds=1, total=1.5, page=frames)
    asked(runner, "1")
    assert asked(runner, "waits()")["error"]["text"] == "no answer within 1 seconds"
    assert frames.asked[-1] == "close"
    asked(runner, "waits()")
    assert asked(runner, "f(1)")["error"]["text"] == "all its time, 1.5 seconds, is used"
    runner.close()


def test_a_frame_that_is_gone_between_questions_is_opened_again(frames):
    runner = Framed({"a.py": CODE}, "a", page=frames)
    assert asked(runner, "f(1)")["result"] == 2
    frames.frames[1].close()
    frames.frames[1] = Gone()
    assert asked(runner, "f(2)")["result"] == 4
    runner.close()


@pytest.mark.parametrize("message", [b"", b"4 0\nnull", b"9" * 99, b"4 9\nnull"])
def test_what_is_no_message_is_no_answer(message):
    ready = wire.packed({"ready": True})
    replies = iter([ready, message])

    def page(name, **payload):
        return {"message": next(replies)} if name == "carry" else {"number": 1}

    assert asked(Framed({"a.py": CODE}, "a", page=page), "f(1)")["error"]["kind"] == "Unreadable"


def test_a_browser_in_which_no_frame_starts_says_so():
    with pytest.raises(ValueError, match=r"in this browser: Python does not start"):
        asked(Framed({}, "a", page=lambda name: {"problem": "Python does not start"}), "1")


def test_a_browser_that_cannot_wait_is_told_which_can(monkeypatch):
    monkeypatch.setattr(page, "_connected", [])
    with pytest.raises(ValueError, match="open the lab in Chrome or Edge, from version 137"):
        page.page("open")


def test_the_page_is_asked_and_waited_for(monkeypatch):
    monkeypatch.setattr(page, "_connected", [])

    class Reply(list):
        def to_py(self):
            return dict(self)

    page.connect(lambda name, payload: (name, payload), lambda promised: Reply([promised]))
    assert page.page("close", number=3) == {"close": {"number": 3}}


def test_surroundings_are_those_of_a_browser_there(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert surroundings().startswith("a browser's worker: no files, no network")


# --- a class --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return assignment_in(tmp_path_factory.mktemp("assignments"))


@pytest.fixture
def desk(source, frames, tmp_path, monkeypatch):
    """Asks as the page does, in a place that holds nothing but what it brings."""
    monkeypatch.setattr(grading, "HANDED_IN", tmp_path / "handed_in")
    monkeypatch.setattr(grading, "held", functools.partial(Framed, page=frames))
    monkeypatch.setattr(grading, "page", frames)
    monkeypatch.setattr(grading, "_opened", [])
    (tmp_path / "browser").mkdir()
    monkeypatch.chdir(tmp_path / "browser")
    face = grading.face(source.folder)

    def ask(question, /, **payload):
        reply = json.loads(answered(f"grade/{question}", json.dumps(payload)))
        if "problem" in reply:
            raise ValueError(reply["problem"])
        return reply["answer"]

    def begin(dropped):
        frames.dropped = dropped
        return ask("begin", **face)["places"]

    ask.begin = begin
    return ask


def test_the_face_brings_the_whole_assignment_and_nothing_of_its_banks(source, tmp_path):
    for name in ("wrong", "right"):
        (source.folder / name).mkdir(exist_ok=True)
        (source.folder / name / "mean.sign.py").write_text("x = 1")
    face = grading.face(source.folder)
    for name, text in face["files"].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(base64.b64decode(text))
    own = [name for name in face["files"] if not name.startswith("tutorials/")]
    assert own == ["01_means/assignment.py", "01_means/solution.py"]
    assert versions_of(load(tmp_path / "01_means")) == versions_of(source)
    assert face["tasks"] == ["mean", "double"] and face["packages"] == ["numpy"]
    packed = zipfile.ZipFile(io.BytesIO(base64.b64decode(face["worker"])))
    assert {"worker/main.py", "worker/browser.py", "worker/wire.py"} <= {*packed.namelist()}
    assert "connect-src 'none'" in face["frame"]


def test_an_assignment_that_uses_another_brings_both_and_their_tutorials():
    files = grading.face("06_layers_and_training")["files"]
    assert {"06_layers_and_training/solution.py", "03_losses/solution.py"} <= {*files}
    assert any(name.startswith("tutorials/") and name.endswith(".py") for name in files)


def test_a_package_that_no_lab_holds_is_told(tmp_path):
    made = assignment_in(tmp_path)
    text = (made.folder / "assignment.py").read_text(encoding="utf-8")
    text = text.replace('file="means.py",', 'file="means.py", packages=("numpy", "scipy"),')
    (made.folder / "assignment.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="01_means needs the package scipy, which no lab can hold"):
        grading.face(made.folder)


def without_surroundings(name, content):
    """What may differ: how a submission was held, and when."""
    if not name.endswith((".json", ".html")):
        return content
    text = content.decode().replace(surroundings(), "HELD").replace(surroundings(False), "HELD")
    return text.replace("/scratch", "").replace("/tmp/tinynet-…", "")


def test_a_class_gets_what_it_gets_on_the_command_line(source, desk, tmp_path):
    given = handed_in(tmp_path / "class")
    kept = {place: desk("one", place=place)["kept"] for place in desk.begin(given)}
    found = desk("class", kept=kept)
    grade_class(source, collected([given], "means.py"), tmp_path / "grades", progress=False)
    assert base64.b64decode(found["grades.csv"]) == (tmp_path / "grades/grades.csv").read_bytes()
    archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(found["zip"])))
    ours = {name: archive.read(name) for name in archive.namelist() if "graded.json" not in name}
    paths = [p for p in (tmp_path / "grades").rglob("*") if p.is_file() and p.name != "graded.json"]
    theirs = {p.relative_to(tmp_path / "grades").as_posix(): p.read_bytes() for p in paths}
    assert ours.keys() == theirs.keys() and len(ours) > 12
    for name, content in ours.items():
        assert without_surroundings(name, content) == without_surroundings(name, theirs[name])


def test_what_was_graded_before_a_stop_is_a_class(desk, tmp_path):
    given = handed_in(tmp_path / "class", {name: ANSWERS[name] for name in ("ann", "bob")})
    assert desk.begin(given) == {"ann": "ann", "bob": "bob"}
    one = desk("one", place="bob")
    assert (one["total"], one["points"], one["earned"]) == (60, 100, {"mean": 0, "double": 60})
    assert "bob" in one["page"]
    grading._opened.clear()  # Python was ended, with all that it held
    with pytest.raises(ValueError, match="drop the hand-ins once more"):
        desk("class", kept={"bob": one["kept"]})
    (tmp_path / "handed_in").unlink()
    desk.begin(given)
    text = base64.b64decode(desk("class", kept={"bob": one["kept"]})["grades.csv"]).decode()
    assert text.splitlines()[1:] == ["bob,60,0,60,"]


# --- what is handed in to do harm -----------------------------------------------------------


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"means.py": bytes(2**25)}, "means.py is larger than 2 MB"),
        ({"../../means.py": b"x = 1"}, "has a path that leads out of the zip"),
        ({f"{i}.txt": b"" for i in range(20_001)}, "20,001 files, which is more than are looked"),
        ({"notes.txt": b"x"}, "means.py was not handed in, but notes.txt"),
    ],
)
def test_a_zip_that_is_none_is_told_in_a_sentence(files, told, desk, tmp_path):
    (tmp_path / "dropped").mkdir()
    zipped(tmp_path / "dropped" / "class.zip", files)
    with pytest.raises(ValueError, match=r"^there is no submission in it: ") as error:
        desk.begin(tmp_path / "dropped")
    assert told in str(error.value)


@pytest.mark.slow
def test_much_and_large_beside_an_answer_costs_nobody_the_grade(desk, tmp_path):
    given = handed_in(tmp_path / "class", {"ann": ANSWERS["ann"]})
    for i in range(10_000):
        (given / "ann" / f"{i}.txt").write_bytes(b"")
    (given / "bob").mkdir()
    with open(given / "bob" / "means.py", "wb") as file:
        file.truncate(100_000_000)
    shutil.copy(zipped(tmp_path / "bomb.zip", {"means.py": bytes(2**25)}), given / "cyd.zip")
    places = desk.begin(given)
    assert [*places] == ["ann", "bob", "cyd"]
    found = {place: desk("one", place=place) for place in places}
    assert found["ann"]["total"] == 100 and "beside it was left out" in found["ann"]["note"]
    for name in ("bob", "cyd"):
        assert found[name]["note"].startswith("means.py is larger than 2 MB; means.py was not")


def test_the_hidden_checks_are_asked_in_a_frame_of_their_own(desk, frames, tmp_path):
    tells = "def mean(values):\n    print(values)\n    return 0\n"
    places = desk.begin(handed_in(tmp_path / "class", {"eve": tells}))
    reports = [json.loads(desk("one", place=place)["kept"]["report"]) for place in places]
    assert frames.asked.count("open") == 3  # the solution, the public checks, all others
    checks = reports[0]["tasks"][0]["checks"]
    assert [check["printed"] for check in checks if check["public"]] == ["[1.0, 2.0, 6.0]\n"]


def test_the_frames_script_stands_in_the_policy_of_the_page():
    from tinynet.classroom.lab import page as html

    script = html._read("grading/runner_frame.js")
    assert script in html._of_frames() and script in grading._frame()
