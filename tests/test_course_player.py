"""The course run cell by cell: what is shown, what is asked, what is kept; in plain lines."""

import inspect
import io
import json
import linecache
import os
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest

from tinynet import cli
from tinynet.classroom.course import find, prose
from tinynet.classroom.course.lines import Lines
from tinynet.classroom.course.notebooks import notebook
from tinynet.classroom.course.player import Player
from tinynet.classroom.course.progress import Done, Given, Progress, folder
from tinynet.classroom.course.reading import state
from tinynet.views.graph import Graph


def typed(reading, *lines):
    """What a reader sees who types these lines."""
    screen = io.StringIO()
    Lines(reading, io.StringIO("".join(f"{line}\n" for line in lines)), screen).run()
    return screen.getvalue()


def tutorial(folder, text):
    path = folder / "08_other.py"
    path.write_text(text, encoding="utf-8")
    return Player(find(8), folder / "figures")


# --- the player ---------------------------------------------------------------------------------


def test_cells_share_a_namespace_and_show_what_they_print(begun):
    reading = begun()
    reading.move(1)
    assert reading.waits
    shown = reading.run()
    assert shown.text.startswith("the sum is 1.000") and not (shown.error or shown.figures)
    assert reading.player.run(3) is reading.shown


def test_figures_are_kept_as_files_and_closed(begun, tmp_path):
    reading = begun()
    reading.move(2)
    names = ["07_scores_1.png", "07_scores_2.png"]
    for _ in range(2):  # the second time in the same files
        assert [path.name for path in reading.run().figures] == names
        assert plt.get_fignums() == []
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == names


def test_the_value_of_the_last_line_is_kept(begun):
    reading = begun()
    reading.move(3)
    shown = reading.run()
    assert isinstance(shown.value, Graph) and shown.text == ""
    assert shown.told.startswith("loss = cross_entropy")


def test_source_and_lines_are_those_of_the_file(course):
    player = tutorial(
        course,
        "# %% [markdown]\n# # 8. Other\n\n"
        "# %%\nclass A:\n    pass\n\n\ndef f():\n    return 1 / 0\n\n"
        "# %%\nimport inspect\n\nprint(inspect.getsource(A), inspect.getsource(f))\n\n"
        "# %%\nf()\n",
    )
    player.run(1)
    assert player.run(2).text == "class A:\n    pass\n def f():\n    return 1 / 0"
    assert player.run(3).error.splitlines() == [
        "08_other.py, line 18: f()",
        "08_other.py, line 10: return 1 / 0",
        "ZeroDivisionError: division by zero",
    ]
    assert sys.modules["__main__"] is not player._module


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "stopped"),
        ("assert 1 > 2, 'no'", "AssertionError: no"),
        ("x = (", "line 5: x = (\nSyntaxError: '(' was never closed"),
    ],
)
def test_what_goes_wrong_is_told_and_one_goes_on(code, told, course):
    player = tutorial(course, f"# %% [markdown]\n# # 8. Other\n\n# %%\n{code}\n\n# %%\nprint(1)\n")
    assert player.run(1).error.endswith(told)
    assert player.run(2).text == "1"


def test_of_a_progress_bar_the_end_is_shown(course):
    code = "import sys\nprint(1, 2, sep='\\r')\n_ = sys.stderr.write('1\\r2\\r3\\n')"
    player = tutorial(course, f"# %% [markdown]\n# # 8. Other\n\n# %%\n{code}\n")
    assert player.run(1).text == "2\n3"


# --- exercises ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "text", "right", "told"),
    [
        (4, "np.log(2)", True, "Yes. exp(0.693) is 2."),
        (4, "answer = 0.693", True, "Yes."),
        (4, "-np.log(2)", False, "Not yet. The sign is flipped."),
        (4, "7", False, "Not yet. Ask np.log."),
        (4, "...", None, "Your answer goes where"),
        (4, "1 / 0", None, "ZeroDivisionError"),
        (4, "1 +", None, "SyntaxError"),
        (5, "B ", True, "Yes."),
        (5, "'b'", True, "Yes."),
        (5, "a", False, "Not yet. mse sees distances."),
        (6, "return 1 / (1 + np.exp(-z))", True, "Yes. It is 0.5 at 0."),
        (6, "def answer(z):\n    e = np.exp(z)\n    return e / (1 + e)", True, "Yes."),
        (6, "lambda z: 1 / (1 + np.exp(z))", False, "Not yet. The sign of z is missing."),
        (6, "...", None, "Your answer goes where"),
    ],
)
def test_an_answer_is_judged_in_its_place(page, text, right, told, begun):
    reading = begun()
    reading.move(page)
    shown = reading.answer(text)
    assert shown.right is right and told in shown.told
    assert reading.done.answers == {f"7.{page - 3}": Given(text, right is True)}


def test_an_answer_has_a_source(begun):
    reading = begun()
    reading.move(6)
    reading.answer("return z")
    answer = vars(reading.player._module)["answer"]
    assert inspect.getsource(answer) == "def answer(z):\n    return z"
    assert "<answer 7.3>" in linecache.cache


# --- what is kept -------------------------------------------------------------------------------


def test_one_goes_on_where_one_stopped(begun, course):
    reading = begun()
    assert state(find(7), Progress()) == "13% read, 0 of 3 exercises right"
    reading.move(4)
    reading.answer("np.log(2)")
    again = begun()
    assert again.place == 4 and again.given == Given("np.log(2)", True)
    assert again.answer("p.sum() * np.log(2)").right  # what stood before has been run
    again.move(100)
    assert state(find(7), Progress()) == "33% read, 1 of 3 exercises right"
    again.restart()
    assert begun().place == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"tutorials": 3}',
        '{"tutorials": {"07_scores": [1]}}',
        '{"tutorials": {"07_scores": {"place": -1, "read": [true, "x"], "answers": {"7.1": 3}}}}',
        '{"tutorials": {"07_scores": {"place": 9999, "read": {}, "answers": {"7.1": {}}}}}',
        "\xff",
    ],
    ids=lambda text: text[:40],
)
def test_a_damaged_file_is_no_harm(text, begun, tmp_path):
    path = tmp_path / "state" / "course.json"
    path.parent.mkdir()
    path.write_text(text, encoding="latin-1")
    reading = begun()
    reading.move(1)
    assert json.loads(path.read_text())["tutorials"]["07_scores"]["read"]
    assert not reading.trouble


def test_a_file_that_is_not_understood_is_put_aside(tmp_path):
    path = tmp_path / "course.json"
    path.write_text("not mine")
    Progress(path).keep("a", Done(3))
    assert path.with_name("course.json.damaged").read_text() == "not mine"
    Progress(path).keep("b", Done(4))
    assert [Progress(path).of(name).place for name in "abc"] == [3, 4, 0]


def test_where_nothing_can_be_kept_one_reads_all_the_same(begun, tmp_path):
    (tmp_path / "state").write_text("a file")
    reading = begun()
    assert reading.move(1) and "cannot be kept" in reading.trouble
    assert "cannot be kept" in typed(reading, "q")


def test_the_folder_is_the_one_that_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("TINYNET_STATE", str(tmp_path))
    assert folder() == tmp_path
    monkeypatch.delenv("TINYNET_STATE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert folder() == tmp_path / "tinynet"


# --- prose --------------------------------------------------------------------------------------


def test_prose_becomes_lines_of_the_width():
    text = (
        "# 7. A title\n\nWords in *italics*, **bold**, `code_x` and [a link](x.py), which go on and"
        " on.\n\n1. one item that is so long that it is folded, and then\n   goes on\n2. two\n\n"
        "$$L = ½(ŷ − y)^2$$\n\n```python\nx_i = $1  # code, which is not folded at all here\n```"
    )
    assert [*prose.lines(text, 40)] == [
        "7. A title",
        "──────────",
        "",
        "Words in italics, bold, `code_x` and a",
        "link, which go on and on.",
        "",
        "1. one item that is so long that it is",
        "   folded, and then goes on",
        "2. two",
        "",
        "L = ½(ŷ − y)²",
        "",
        "    x_i = $1  # code, which is not folded at all here",
    ]


# --- plain lines --------------------------------------------------------------------------------


def test_enter_runs_and_goes_on(begun):
    text = typed(begun(), "", "", "")
    assert [line[:6] for line in text.splitlines() if line.startswith("── ")] == [
        "── 1/8",
        "── 2/8",
    ]
    assert "the sum is 1.000" in text and "What will the sum be?" in text
    assert max(len(line) for line in text.splitlines() if "each is from" not in line) <= 80


def test_letters_arrows_and_help(begun):
    text = typed(begun(), "\x1b[C\x1b[C", "\x1b[D", "b", "b", "x", "?", "c", "n", "r")
    pages = [line[3:6] for line in text.splitlines() if line.startswith("── ")]
    assert pages == ["1/8", "3/8", "2/8", "1/8", "1/8", "2/8"]
    for said in (
        "this is the first page",
        "no command 'x'",
        "Enter     run the code",
        "the sum is",
    ):
        assert said in text


def test_a_line_on_an_exercise_is_an_answer(begun):
    reading = begun()
    reading.move(4)
    text = typed(reading, "", ":b", "0.693", "n", ":n", "b", "", "return 1", "", ":q")
    assert "Yes. exp(0.693) is 2." in text and "NameError: name 'n'" in text
    assert "Yes. It is made for that." in text and "Not yet." in text
    assert {n: given.right for n, given in reading.done.answers.items()} == {
        "7.1": False,
        "7.2": True,
        "7.3": False,
    }


def test_a_graph_is_stepped_through_in_lines(begun):
    reading = begun()
    reading.move(3)
    text = typed(reading, "", "s", "", "q", "q")
    assert "s: step" in text and "── 2/6 forward" in text


# --- the command --------------------------------------------------------------------------------


def test_the_list_tells_what_is_done(begun, capsys):
    begun().move(100)
    assert cli.main(["tutorial"]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("  7  From scores to probabilities") and line.endswith("exercises right")


@pytest.mark.parametrize("options", [[], ["--text"]])
def test_all_of_it_is_printed_for_a_pipe(options, course, tmp_path, capsys):
    figures = tmp_path / "f"
    assert cli.main(["tutorial", "7", "--figures", str(figures), *options]) == 0
    out = capsys.readouterr().out
    assert f"figure: {figures / '07_scores_2.png'}" in out and "the sum is 1.000" in out
    assert "7.1 Your answer goes where the three dots stand." in out
    assert not (tmp_path / "state" / "course.json").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["3"], "there is no tutorial 3"),
        (["x"], "must be the number of a tutorial, such as 7"),
        (["--text"], "give the number of a tutorial"),
        (["7", "--outputs"], "--outputs goes with --notebook"),
        (["7", "--notebook", "there"], "there is a file there already"),
    ],
)
def test_mistakes_are_one_sentence(arguments, said, course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("mine")
    assert cli.main(["tutorial", *arguments]) == 2
    assert said in capsys.readouterr().err


# --- notebooks ----------------------------------------------------------------------------------


def test_a_notebook_without_outputs(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["tutorial", "7", "--notebook"]) == 0
    content = json.loads((tmp_path / "07_scores.ipynb").read_text(encoding="utf-8"))
    kinds = [cell["cell_type"] for cell in content["cells"]]
    assert kinds == ["code" if not cell.prose else "markdown" for cell in find(7).cells]
    assert r"$p_i = \exp(z_i) / ∑_j \exp(z_j)$" in "".join(content["cells"][0]["source"])
    assert all(cell.get("outputs", []) == [] for cell in content["cells"])


def test_a_notebook_with_outputs_holds_its_figures(course, tmp_path):
    cells = json.loads(notebook(find(7), tmp_path))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [output["output_type"] for output in outputs] == [
        *("stream", "display_data", "display_data", "execute_result"),
        *("stream", "stream", "stream"),
    ]
    assert outputs[1]["data"]["image/png"] and "<iframe" in "".join(outputs[3]["data"]["text/html"])


@pytest.mark.slow
def test_the_notebook_that_is_written_runs(course, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # in a notebook it is its own
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    content = nbformat.reads(notebook(find(7), tmp_path), as_version=4)
    nbformat.validate(content)
    before = [cell.get("outputs") for cell in content.cells]
    for cell in content.cells:
        if "check(" in cell.source:  # that the course is another one is known here only
            cell.source = "print(1)"
    nbclient.NotebookClient(content, timeout=120).execute()
    after = [cell.get("outputs") for cell in content.cells]
    kinds = [
        [[o.output_type for o in outputs or []] for outputs in all_] for all_ in (before, after)
    ]
    assert kinds[0] == kinds[1]


# --- an installed package -----------------------------------------------------------------------


@pytest.mark.slow
def test_an_installed_package_holds_the_course(tmp_path):
    from tests.test_classroom_tools import checkout

    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    checkout(source)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    install += ["--no-build-isolation", "--target", str(site), str(source)]
    subprocess.run(install, check=True)
    surroundings = os.environ | {"PYTHONPATH": str(site), "TINYNET_STATE": str(tmp_path / "state")}
    checked = "from tinynet.classroom.course import check; check('9.1', ...)"
    told = []
    for arguments in (["-m", "tinynet", "tutorial"], ["-c", checked]):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(done.stdout)
    assert told[0].startswith("  1  ") and told[1].startswith("9.1 Your answer goes where")
    assert (site / "tinynet" / "tutorials" / "glossary.md").is_file()
