"""Assignments in the lab, as Python answers its page: check, hand in, open, and tell nothing."""

import base64
import dataclasses
import gzip
import io
import json
import re
import zipfile
from html.parser import HTMLParser

import numpy as np
import pytest

from tests.test_classroom_self_check import RIGHT
from tinynet import cli
from tinynet.classroom.assignment import load, names
from tinynet.classroom.gradebook.gradebook import grade_class
from tinynet.classroom.handout import history, public_key, self_check, start
from tinynet.classroom.handout.make import for_students
from tinynet.classroom.handout.regions import secrets
from tinynet.classroom.judging.report import Report, TaskResult
from tinynet.classroom.lab import packing
from tinynet.classroom.lab.desk import answered, handing
from tinynet.classroom.lab.page import Lab
from tinynet.classroom.pages import markdown
from tinynet.classroom.pages.markup import escaped
from tinynet.classroom.submissions.collect import collected

WRONG = {
    "count of values": RIGHT.replace("weights.sum()", "len(values)"),
    "changes its argument": RIGHT.replace("return weights @", "values *= 3\n    return weights @"),
    "prints": RIGHT.replace("return weights @", "print('<b>', values)\n    return -weights @"),
    "not Python": "def weighted_mean(values weights):\n",
    "needs tinynet": f"import tinynet\n{RIGHT}",
    "half written": RIGHT.partition("def weighted_variance")[0]
    + "def weighted_variance(values, weights):\n"
    '    raise NotImplementedError("task weighted_variance")\n',
    "nothing": "",
}


@pytest.fixture(scope="module")
def means(tmp_path_factory):
    """An assignment of a teacher's own."""
    folder = tmp_path_factory.mktemp("class") / "means"
    start.begin(folder)
    return folder


@pytest.fixture(scope="module")
def handout(means):
    (found,) = handing.face([means])["assignments"]
    return found


def ask(name, handout, **payload):
    """The answer of the desk, as the page gets it."""
    about = {"checks": handout["checks"], "texts": handout["texts"], "history": [], "course": True}
    reply = json.loads(answered(f"hand/{name}", json.dumps(about | payload)))
    return reply["answer"] if "answer" in reply else reply["problem"]


def shown(page):
    """The markup in a page for a frame."""
    return json.loads(re.search(r'id="data">(.*?)</script>', page)[1])["markup"]


# --- check ------------------------------------------------------------------------------------


def test_points_rise_from_none_to_all(handout):
    steps = [handout["texts"]["means.py"], WRONG["half written"], RIGHT]
    found = [ask("check", handout, texts={"means.py": text}) for text in steps]
    assert [each["earned"] for each in found] == [0, 10, 20]
    assert {each["points"] for each in found} == {20} == {handout["points"]}
    assert "not written yet" in found[0]["html"] and "all checks hold" in found[2]["html"]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_told_the_same_as_by_tinynet_check(handout, name):
    key, files = public_key.read(handout["checks"]), {"means.py": WRONG[name].encode()}
    here = self_check.report_on(key, "means.py", files, start=handing.Aloud)
    apart = self_check.report_on(key, "means.py", files)
    assert here == apart and here.earned < here.points
    markup = shown(ask("check", handout, texts={"means.py": WRONG[name]})["html"])
    for task in here.tasks:
        assert escaped(task.told) in markup
    assert ("&lt;b&gt; [" in markup) == (name == "prints") and "<b> [" not in markup
    assert "public checks, without a limit" in markup


def test_a_report_leads_to_the_tutorial_in_a_lab_with_the_course(handout):
    found = [
        ask("check", handout, course=course, texts={"means.py": WRONG["prints"]})
        for course in (True, False)
    ]
    with_course, without = map(shown, (each["html"] for each in found))
    assert re.search(r'<a href="#course\?tutorial=01">tutorials/01_\w+.py</a>', with_course)
    assert "#course" not in without and "tutorials/" in without


def test_where_a_loop_does_not_end_is_said_before_it_begins(handout, capsys):
    ask("check", handout, texts={"means.py": RIGHT})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "means" and lines[1].startswith("weighted_mean(")


def test_only_the_files_that_are_asked_for_are_written(handout):
    texts = {"means.py": RIGHT, "../../evil.py": "x", "numpy.py": "raise SystemExit"}
    found = ask("check", handout, texts=texts)
    assert found["earned"] == 20 and list(found["history"][0]["files"]) == ["means.py"]
    assert ask("check", handout, texts={"means.py": "#" * 2**22}).endswith("larger than 2 MB")
    assert "JSONDecodeError" in ask("check", handout, checks="{")


# --- the history --------------------------------------------------------------------------------


def test_the_history_grows_with_each_new_text(handout):
    kept = []
    for text in (WRONG["half written"], WRONG["half written"], RIGHT):
        kept = ask("check", handout, texts={"means.py": text}, history=kept)["history"]
    assert [sum(entry["points"].values()) for entry in kept] == [10, 20]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["when"]) for entry in kept)
    assert history.read(history.written({}, kept).encode()) == kept


@pytest.mark.parametrize("damaged", [None, 3, [{}], [{"when": "now", "points": {}, "files": {}}]])
def test_a_damaged_history_begins_anew(handout, damaged):
    assert len(ask("check", handout, history=damaged)["history"]) == 1


def test_a_tutorial_that_the_lab_lacks_is_no_link():
    found = Report("means", "Means", "me", (TaskResult("mean", "", 9, 0, (), tutorial="99.py"),))
    assert handing._tutorials(found, {"course": True}) == {}


def report(number):
    files = {"means.py": f"{number:064x}"}
    return Report(
        "means", "Means", "me", (TaskResult("mean", "", 9, number % 10, ()),), files=files
    )


def test_of_many_checks_the_newest_are_kept_in_bounded_room():
    kept = []
    for number in range(history.MOST + 7):
        kept = history.with_check(kept, report(number), "2026-11-26T16:40:12Z")
    assert len(kept) == history.MOST and kept[-1]["files"]["means.py"].endswith("1fa")
    assert len(history.written({}, kept)) < history.LARGEST / 4
    many = history.with_check([], dataclasses.replace(report(1), tasks=report(1).tasks * 40), "x")
    assert len(history.written({}, many * history.MOST)) < history.LARGEST


ENTRY = {"when": "2026-11-26T16:40:12Z", "points": {"mean": 9}, "files": {"means.py": "0" * 64}}
NO_HISTORIES = {
    "b'\\xff'": b"\xff",
    "a list": b"[]",
    "another kind": b'{"kind": "x", "checks": []}',
    "too large": history.written({}, []).encode() + b" " * history.LARGEST,
    "deep": b"[" * 100_000,
    **{
        f"{part}: {value}": history.written({}, [{**ENTRY, part: value}]).encode()
        for part, value in [
            ("when", "<b>"),
            ("when", 3),
            ("points", {"mean": 1.5}),
            ("points", {"mean": True}),
            ("points", {"<script>": 1}),
            ("points", {"mean": -1}),
            ("files", {"means.py": "me"}),
            ("files", []),
        ]
    },
}


@pytest.mark.parametrize("content", NO_HISTORIES.values(), ids=NO_HISTORIES)
def test_what_is_no_history_is_refused(content):
    with pytest.raises(ValueError, match="history"):
        history.read(content)


# --- hand in, and open -------------------------------------------------------------------------


def packed(handout, text=RIGHT):
    """What is downloaded: its name, and its bytes."""
    kept = ask("check", handout, texts={"means.py": text})["history"]
    found = ask("pack", handout, texts={"means.py": text}, history=kept)
    return found["name"], base64.b64decode(found["content"])


def opened(handout, file, content):
    return ask("open", handout, file=file, content=base64.b64encode(content).decode())


def test_what_is_handed_in_earns_all_by_tinynet_grade(handout, means, tmp_path, capsys):
    name, content = packed(handout)
    (tmp_path / name).write_bytes(content)
    assert cli.main(["grade", str(tmp_path / name), "--assignment", str(means)]) == 0
    assert capsys.readouterr().out.endswith("total: 100 of 100 points\n")


def test_the_teacher_sees_the_way_beside_the_grade(handout, means, tmp_path):
    kept = []
    for text in (handout["texts"]["means.py"], WRONG["half written"], RIGHT):
        kept = ask("check", handout, texts={"means.py": text}, history=kept)["history"]
    found = ask("pack", handout, texts={"means.py": RIGHT}, history=kept)
    (tmp_path / "ann.zip").write_bytes(base64.b64decode(found["content"]))
    (tmp_path / "bo.py").write_text(RIGHT)
    source = load(means)
    grade_class(source, collected([*tmp_path.iterdir()], "means.py"), tmp_path / "out")
    ann, bo = ((tmp_path / "out" / name / "report.html").read_text() for name in ("ann", "bo"))
    assert "The way: 3 checks" in ann and "The way" not in bo
    assert ann.count("weighted_mean +10") == 1 and ann.count("weighted_variance +10") == 1
    grade_class(source, collected([tmp_path / "ann.zip"], "means.py"), tmp_path / "out")
    assert (tmp_path / "out" / "ann" / "report.html").read_text() == ann


def test_a_class_that_handed_in_such_files_is_read(handout, tmp_path):
    name, content = packed(handout)
    for student in ("ann", "Bo_7_assignsubmission_file"):
        (tmp_path / student).mkdir()
        (tmp_path / student / name).write_bytes(content)
    (tmp_path / "cem.zip").write_bytes(content)
    found = collected([tmp_path], "means.py")
    assert {each.name for each in found} == {"ann", "Bo", "cem"}
    for each in found:
        assert each.files["means.py"] == RIGHT.encode() and each.note == ""
        assert len(history.read(each.files[history.FILE])) == 1


def test_what_is_handed_in_says_what_it_is_and_no_name(handout):
    name, content = packed(handout)
    assert name == "means.zip" and packed(handout)[0] == name
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [history.FILE, "means.py"]
        about = json.loads(archive.read(history.FILE))
        assert oct(archive.getinfo("means.py").external_attr >> 16) == "0o100644"
    assert set(about) == {"kind", "assignment", "checks_sha256", "tinynet", "checks"}
    assert [*about["checks"][0]] == ["when", "points", "files"]


def test_what_was_handed_in_goes_on_where_one_was(handout):
    found = opened(handout, *packed(handout))
    assert found["texts"] == {"means.py": RIGHT} and found["note"] == ""
    assert [sum(entry["points"].values()) for entry in found["history"]] == [20]


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return content.getvalue()


NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]}).encode()
FILES = {  # what is opened, and what stands in the editor, or what is said
    "means.py": (b"\xef\xbb\xbfx = 1\r\n", "x = 1\n"),
    "means (1).py": (b"x = 1", "x = 1"),
    "means.ipynb": (NOTEBOOK, "# the cells of a notebook\n# cell 1\nx = 1\n"),
    "deep.zip": (zipped(**{"ann__means.py": "y", "ann__README": ""}), "y"),
    "latin.zip": (zipped(**{"means.py": b"\xe9"}), "means.py is not written in UTF-8"),
    "none.zip": (b"PK", "is no zip that can be read"),
    "empty.zip": (zipped(), "means.py was not handed in, but nothing"),
    "out.zip": (zipped(**{"..__..__means.py": "y"}), "leads out of the zip"),
    "other.ipynb": (b"{}", "is no notebook that can be read"),
}


@pytest.mark.parametrize("name", FILES)
def test_whatever_is_opened_is_shown_or_refused_in_a_sentence(handout, name):
    content, said = FILES[name]
    found = opened(handout, name, content)
    assert found["texts"]["means.py"] == said if isinstance(found, dict) else said in found


def test_a_history_that_cannot_be_read_is_told_beside_the_answer(handout):
    found = opened(handout, "a.zip", zipped(**{"means.py": "x = 1", history.FILE: "{"}))
    assert found["texts"] == {"means.py": "x = 1"} and found["history"] == []
    assert "no history that can be read" in found["note"]
    other = history.written({"assignment": "other"}, [ENTRY])
    found = opened(handout, "a.zip", zipped(**{"means.py": "x = 1", history.FILE: other}))
    assert found["history"] == [] and "another assignment, not of means" in found["note"]


def test_a_file_that_is_too_large_is_refused(handout, monkeypatch):
    monkeypatch.setattr(handing, "LARGEST_ZIP", 100)
    assert "is more than an answer has" in opened(handout, "a.zip", b"x" * 101)


# --- an assignment that uses another -----------------------------------------------------------

USING = """
import numpy as np
from tinynet.classroom import Assignment, Check, Task
two = {"x": np.array([1.0, 2.0])}
assignment = Assignment("Spread", "spread.py", [
    Task("spread", [Check("2", "spread(x)", two, public=True), Check("1", "spread(x[:1])", two)]),
    Task("double", [Check("two", "double(x)", two, public=True)]),
], uses={"means.py": "means"})
"""
SPREAD = """import numpy as np
from means import weighted_variance

def spread(x):
    ### BEGIN SOLUTION
    return weighted_variance(x, np.ones(len(x))) ** 0.5
    ### END SOLUTION

def double(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION
"""


def make_spread(folder):
    """An assignment that uses the file of `means`, which lies beside it."""
    folder.mkdir()
    (folder / "assignment.py").write_text(USING)
    (folder / "solution.py").write_text(SPREAD)
    (folder / "README.md").write_text("# Spread\n\nWrite `spread.py`.\n")
    return folder


@pytest.fixture(scope="module")
def spread(means):
    return handing.face([make_spread(means.parent / "spread")])["assignments"][0]


def test_a_file_of_an_earlier_assignment_comes_with_the_answer(spread):
    assert spread["uses"] == {"means.py": "means"} and list(spread["texts"]) == ["spread.py"]
    both = {"spread.py": SPREAD, "means.py": RIGHT}
    found = ask("check", spread, texts=both)
    assert found["earned"] == 2 and set(found["history"][0]["files"]) == set(both)
    handed_in = base64.b64decode(ask("pack", spread, texts=both)["content"])
    assert opened(spread, "spread.zip", handed_in)["texts"] == both
    assert json.loads(zipfile.ZipFile(io.BytesIO(handed_in)).read(history.FILE))["checks"] == []


def test_without_that_file_the_others_are_checked(spread):
    found = ask("check", spread, texts={"spread.py": SPREAD})
    assert found["earned"] == 1 and "mend that first" in shown(found["html"])


def test_a_teacher_may_add_the_earlier_files(means, spread):
    folder = means.parent / "spread"
    (found,) = handing.face([folder], with_earlier=True)["assignments"]
    assert set(found["texts"]) == {"spread.py", "means.py"} and found["checks"] == spread["checks"]
    assert "BEGIN SOLUTION" not in found["texts"]["means.py"]


# --- the statement ------------------------------------------------------------------------------

MARKDOWN = {
    "a < b & `<i>`": "<p>a &lt; b &amp; <code>&lt;i&gt;</code></p>",
    "<script>alert(1)</script>": "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "## Two *words*, **bold**": "<h2>Two <em>words</em>, <strong>bold</strong></h2>",
    "x * y * z, $x_1$": '<p>x * y * z, <span class="formula"><i>x</i><sub>1</sub></span></p>',
    "1. one\n2. two\n   more\n\n       code\n\n   end": "<ol><li>one</li><li>two\nmore"
    '<pre tabindex="0"><code>code</code></pre><p>end</p></li></ol>',
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "```python\nx = [1]\n\n# no heading\n```\nafter": '<pre tabindex="0"><code>x = [1]\n\n'
    "# no heading</code></pre><p>after</p>",
    "| a | b |\n| --- | --- |\n| `x \\| y` | 2 |": '<div class="scroll" tabindex="0"><table>'
    '<thead><tr><th class="words" '
    'scope="col">a</th><th class="words" scope="col">b</th></tr></thead><tbody><tr>'
    '<td class="words"><code>x | y</code></td><td class="words">2</td></tr></tbody></table></div>',
    "[here](https://a.b/c)": '<p><a href="https://a.b/c">here</a></p>',
    "[no](javascript:alert)": "<p><span>no</span></p>",
    "![a plot](p.svg)": '<p><img src="data:x" alt="a plot"></p>',
    "![gone](q.svg)": "<p><span>gone</span></p>",
}


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_as_html(text):
    assert markdown.html(text, {"p.svg": "data:x"}) == MARKDOWN[text]


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found += re.findall(r"\w+", data)


@pytest.mark.parametrize("name", names())
def test_no_word_of_a_statement_is_lost(name):
    text = for_students((load(name).folder / "README.md").read_text())
    words = Words()
    words.feed(markdown.html(text))
    plain = re.sub(r"\]\([^)]*\)|^\d+\. ", "", text, flags=re.MULTILINE)
    assert words.found == re.findall(r"\w+", plain)


# --- what the lab gives away -------------------------------------------------------------------


def opened_lab(face):
    """All that a written lab holds, unpacked: texts by name."""
    files = {"tinynet.zip": packing.tinynet(), "tqdm.zip": packing.tqdm()}
    page = Lab({"hand": face}, files).one_file()
    found = {"data": re.search(r'id="data">(.*?)</script>', page)[1]}
    for name in files:
        content = base64.b64decode(re.search(rf'id="{name}">(.*?)</script>', page)[1])
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found |= {m: archive.read(m).decode("utf-8", "replace") for m in archive.namelist()}
    return found


def checks_of(source):
    """Its public checks, and its hidden ones."""
    checks = [check for task in source.assignment.tasks for check in task.checks]
    return [c for c in checks if c.public], [c for c in checks if not c.public]


def numbers_of(checks):
    """The inputs of checks, as JSON writes the numbers of those that have a few."""
    inputs = [value for check in checks for value in check.inputs.values()]
    arrays = [v for v in inputs if isinstance(v, np.ndarray) and v.size > 2 and v.dtype.kind == "f"]
    return {json.dumps(array.ravel().tolist())[1:-1] for array in arrays}


def check_tells_nothing(source, lab):
    """Neither lines of the solution nor what hidden checks ask, nor the code of mistakes."""
    texts = list(_texts(json.loads(lab["data"])["faces"]["hand"]))
    text = "\n".join(texts)
    public, hidden = checks_of(source)
    numbers = numbers_of(hidden) - numbers_of(public)
    parts = {*secrets(source.solution), *numbers}
    parts |= {code for task in source.assignment.tasks for code in task.mistakes.values()}
    asked = {check.source for check in hidden} - {check.source for check in public}
    assert {part for part in parts if part in text} | (asked & {*texts}) == set()
    assert len(parts) > 5 and numbers  # and it would be found, as is what may be known:
    assert all(each in text for each in numbers_of(public))
    assert {check.source for check in public} <= {*texts}


def _texts(value):
    """Every text in JSON's values, and keys."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, str) and value.startswith("{"):  # the checks
        return [value, *_texts(json.loads(value))]
    return [value] if isinstance(value, str) else []


def test_a_lab_holds_nothing_of_the_solution_and_of_hidden_checks(handout, means):
    lab = opened_lab({"assignments": [handout]})
    check_tells_nothing(load(means), lab)
    assert RIGHT not in lab["data"]
    assert [name for name in lab if "assignments/" in name or name.endswith("assignments")] == []


def test_what_is_packed_holds_no_solution_of_an_assignment():
    lab = opened_lab({"assignments": []})
    marks = {"### BEGIN SOLUTION", "### END SOLUTION"}
    for name in names():
        known = secrets(load(name).solution) - marks
        for file, text in lab.items():
            told = known & {line.strip() for line in text.splitlines()}
            assert len(told) <= 2, (name, file, told)


@pytest.mark.slow
def test_an_assignment_that_uses_another_tells_nothing_of_both():
    face = handing.face(["06_layers_and_training"])
    lab = {"data": json.dumps({"faces": {"hand": face}})}
    check_tells_nothing(load("06_layers_and_training"), lab)
    assert not {line for line in secrets(load("03_losses").solution) if line in lab["data"]}
