"""The faces for a terminal: keys, what fits on a screen, and the programs in a real one."""

import asyncio
import io
import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from rich.console import Console
from textual.widgets import Input, Static, TextArea

import tinynet as tn
from tinynet import cli
from tinynet.classroom.course import tutorials
from tinynet.classroom.course.app import CourseApp
from tinynet.classroom.course.progress import Progress
from tinynet.classroom.course.reading import Reading
from tinynet.views import terminal
from tinynet.views.graph import Graph, demos
from tinynet.views.terminal.folded import Folded
from tinynet.views.terminal.pictures import picture
from tinynet.views.terminal.stepper import StepperApp

OTHERS = [(120, 40), (160, 50), (40, 12)]
SIZES = [(80, 24), *OTHERS]


def screen(app):
    """The lines that are seen."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    return [strip.text.rstrip() for strip in lines][:height]


def played(app, *keys, size=(80, 24)):
    """The screens that are seen after each of these keys, and before the first."""

    async def play():
        seen = []
        async with app.run_test(size=size, notifications=True) as pilot:
            for key in [None, *keys]:
                if key is not None and app.is_running:
                    await pilot.press(*key.split("+and+"))
                await pilot.pause()
                for _ in range(100):  # until the code has run
                    await app.workers.wait_for_complete()
                    if not getattr(app.first, "busy", False):
                        break
                await pilot.pause()
                seen.append(screen(app) if app.is_running else None)
        return seen

    return asyncio.run(play())


def texts(seen):
    return ["\n".join(lines) if lines else None for lines in seen]


# --- the stepper --------------------------------------------------------------------------------


def places(seen):
    return [re.search(r"step (\d+) of", "\n".join(lines))[1] for lines in seen]


def test_single_keys_and_arrows_move():
    keys = ["right", "n", "space", "enter", "left", "b", "backspace", "end", "home"]
    seen = played(StepperApp(demos.neuron()), *keys)
    assert places(seen) == ["1", "2", "3", "4", "5", "4", "3", "2", "19", "1"]


def test_the_graph_is_drawn_and_where_one_is_marked():
    *_, last = texts(played(StepperApp(demos.neuron()), *["right"] * 14))
    assert re.search(r"▶ +├─ add_1 = add: −6, gradient 0.5", last)
    assert re.search(r"│  └▶ multiply_2 = multiply: 0, gradient 0.5", last)
    assert "so o changes by 0.5 · 1 = 0.5 per unit of multiply_2." in " ".join(
        line.strip("│ ") for line in last.splitlines()
    ).replace("  ", " ")


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "make",
    [
        demos.neuron,
        demos.mlp,
        lambda: demos.loss("huber"),
    ],
)
def test_what_is_marked_is_seen_at_any_size(make, size):
    app = StepperApp(make())
    seen = texts(played(app, *["right"] * (len(app.first.player.steps) - 1), size=size))
    for step, text in zip(app.first.player.steps, seen, strict=True):
        assert len(text.splitlines()) <= size[1] and step.node.name[:8] in text
        assert "▶" in text or size[0] < 80


@pytest.mark.slow
def test_open_close_jump_and_help():
    x = tn.Tensor([[2.0, 0.0]], requires_grad=True)
    loss = tn.losses.cross_entropy([[1.0, 0.0]], x)
    keys = ["c", "end", "o", "c", "question_mark", "escape", "j", "l+and+o+and+s+and+s+and+enter"]
    seen = texts(played(StepperApp(Graph(loss)), *keys, "x", "j", "q+and+enter", "j", "escape"))
    assert "nothing is open here" in seen[1]
    assert "step 1 of 4" not in seen[3] and "t log p" in seen[3]
    assert "step 1 of 4" in seen[4]
    assert "scroll the numbers" in seen[5] and "scroll the numbers" not in seen[6]
    assert "step 3 of 4" in seen[8] and "step 3 of 4" in seen[9]
    assert "unknown node 'q'" in seen[11] and "step 3 of 4" in seen[13]


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c"])
def test_it_can_be_left(key):
    assert played(StepperApp(demos.neuron()), key)[-1] is None


@pytest.mark.slow
def test_play_goes_to_the_end_and_any_key_stops(monkeypatch):
    async def play(pause, *keys):
        monkeypatch.setattr("tinynet.views.terminal.stepper.PAUSE", pause)
        app = StepperApp(demos.neuron())
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys)
            for _ in range(60 if pause < 0.1 else 2):
                await pilot.pause(0.5)
                if app.first.player.place == 18:
                    break
            return app.first.player.place

    assert asyncio.run(play(0.01, "p")) == 18
    assert asyncio.run(play(0.3, "p", "up")) < 5


@pytest.mark.slow
def test_large_arrays_scroll():
    x = tn.Tensor(np.arange(60.0).reshape(20, 3), requires_grad=True)
    seen = texts(played(StepperApp(Graph((x * x).sum())), *["down"] * 6))
    assert "x is given" in seen[0] and "x is given" not in seen[-1]


# --- the course ---------------------------------------------------------------------------------


def test_enter_runs_shows_and_goes_on(begun):
    seen = texts(played(CourseApp(begun()), *["enter"] * 9))
    assert "What are pᵢ = exp(zᵢ) / ∑ⱼ exp(zⱼ)?" in seen[0] and "page 1 of 8" in seen[0]
    assert "import numpy as np" in seen[0] and "nothing to show" in seen[1]
    assert "What will the sum be?" in seen[2] and "the sum is 1.000" not in seen[2]
    assert "the sum is 1.000" in seen[3] and "page 2 of 8" in seen[3]
    assert "▀" in seen[5] and "07_scores_1.png" in re.sub(r"\n *", "", seen[5])
    assert "page 3 of 8" in seen[6] and "07_scores_2.png" in re.sub(r"\n *", "", seen[6])
    assert "loss = cross_entropy" in seen[8] and "s step" in seen[8]
    assert "7.1 What is log 2?" in seen[9]


@pytest.mark.slow
def test_the_stepper_opens_on_a_graph_and_leads_back(begun):
    keys = ["right", "right", "right", "enter", "s", "right", "q", "left"]
    seen = texts(played(CourseApp(begun()), *keys))
    assert "step 1 of" in seen[5] and "step 2 of" in seen[6] and "r again" not in seen[5]
    assert "page 4 of 8" in seen[7] and "page 3 of 8" in seen[8]


def type_(text):
    named = {" ": "space", "-": "minus", ".": "full_stop", "(": "left_parenthesis", "\n": "enter"}
    named |= {")": "right_parenthesis", "/": "slash", "+": "plus", ":": "colon"}
    named |= {"=": "equals_sign"}
    return "+and+".join(named.get(letter, letter) for letter in text)


@pytest.mark.slow
def test_answers_are_typed_in_place_and_judged(begun):
    reading = begun()
    app = CourseApp(reading)
    keys = [*["right"] * 4, type_("-0.6931\n"), "ctrl+u", type_("np.log(2)\n"), "enter"]
    keys += [type_("a\n"), "ctrl+u", type_("b\n"), "enter"]
    keys += [type_("return 1 / (1 + np.exp(-z))"), "ctrl+s"]
    seen = texts(played(app, *keys))
    assert "The sign is flipped." in seen[5]
    assert "Yes. exp(0.693) is 2." in seen[7] and "exercises right: 1 of 3" in seen[7]
    assert "mse sees distances." in seen[9] and "Yes. It is made for that." in seen[11]
    assert "def answer(z):" in seen[12]
    assert "Yes. It is 0.5 at 0." in seen[14] and "exercises right: 3 of 3" in seen[14]
    again = begun()
    assert again.place == 6 and again.done.right == 3


@pytest.mark.slow
def test_a_field_can_be_left_and_entered(begun):
    app, focused = CourseApp(begun()), []

    async def play():
        async with app.run_test(size=(80, 24)) as pilot:
            for key in ["end", "left", "escape", "left", "escape", "a"]:
                await app.workers.wait_for_complete()
                await pilot.pause(0.1)
                await pilot.press(key)
                await app.workers.wait_for_complete()
                await pilot.pause(0.1)
                focused.append(app.focused)

    asyncio.run(play())
    kinds = [type(None), TextArea, type(None), Input, type(None), Input]
    assert [isinstance(f, kind) for f, kind in zip(focused, kinds, strict=True)] == [True] * 6


@pytest.mark.slow
@pytest.mark.parametrize("key", ["ctrl+c", "q"])
def test_code_that_does_not_end_is_stopped(key, begun):
    reading = begun()
    reading.move(6)
    app = CourseApp(reading)

    async def play():
        async with app.run_test(size=(80, 24)) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause(0.1)
            await pilot.press(*type_("while True: z = 1").split("+and+"), "ctrl+s")
            await pilot.pause(0.5)
            title = app.first.query_one("#title", Static)
            assert app.first.busy and "running" in str(title.content)
            if key == "q":
                await pilot.press("escape", "q")
                return
            await pilot.press("ctrl+c")
            await app.workers.wait_for_complete()
            await pilot.pause(0.1)
            assert app.is_running and "stopped" in "\n".join(screen(app))

    asyncio.run(asyncio.wait_for(play(), 60))
    app.first._thread.shutdown(wait=True)  # it ends


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_the_width(size, begun):
    for lines in played(CourseApp(begun()), *["right", "escape"] * 7, size=size):
        assert len(lines) <= size[1] and max(map(len, lines)) <= size[0]


@pytest.mark.slow
@pytest.mark.parametrize("tutorial", tutorials()[::3], ids=lambda tutorial: tutorial.name)
def test_a_tutorial_can_be_stepped_through(tutorial, tmp_path):
    reading = Reading(tutorial, Progress(tmp_path / "course.json"), tmp_path)
    app = CourseApp(reading)

    async def play():
        async with app.run_test(size=(80, 24)) as pilot:
            await app.workers.wait_for_complete()
            while reading.place < len(reading.pages) - 1:
                await pilot.press(*["escape"] * (app.focused is not None), "enter")
                await app.workers.wait_for_complete()
                await pilot.pause(0.05)

    asyncio.run(asyncio.wait_for(play(), 300))
    errors = {i: shown.error for i, shown in reading.player.shown.items() if shown.error}
    assert errors == {} and len(reading.player.shown) > 3
    assert reading.done.read == {*range(len(reading.player.cells))}


# --- code and pictures --------------------------------------------------------------------------


def rendered(what, width):
    console = Console(width=width, record=True, file=io.StringIO(), color_system="truecolor")
    console.print(what)
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_long_lines_of_code_are_folded_further_in():
    code = "def f():\n    return first_argument + second_argument, third\n\n\nx = 1"
    assert rendered(Folded(code, "python"), 30) == [
        "def f():",
        "    return first_argument +",
        "      ↪ second_argument, third",
        "",
        "",
        "x = 1",
    ]
    assert max(map(len, rendered(Folded("x" * 100), 20))) <= 20


def test_a_picture_is_as_large_as_there_is_room(tmp_path):
    from PIL import Image

    image = Image.new("RGB", (400, 200), "white")
    image.paste("#D55E00", (100, 50, 300, 150))
    image.save(tmp_path / "a.png")
    lines = rendered(picture(tmp_path / "a.png", 40, 30), 80)
    assert lines == ["▀" * 40] * 10


# --- the programs -------------------------------------------------------------------------------


def test_without_textual_a_sentence_says_how_to_get_it(course, monkeypatch, capsys):
    monkeypatch.setattr(terminal, "has_reader", lambda: True)
    monkeypatch.setattr(terminal, "is_installed", lambda: False)
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["tutorial", "7", "--lines"]) == cli.main(["step", "--demo", "neuron"]) == 0
    assert 'pip install "tinynet-learn[terminal]"' in capsys.readouterr().out


def in_terminal(*command, keys, end=None):
    """What a program writes to a terminal of 80 columns while these keys are typed."""
    pty = pytest.importorskip("pty")  # not on Windows
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    terminal_, its_end = pty.openpty()
    fcntl.ioctl(terminal_, termios.TIOCSWINSZ, np.uint16([24, 80, 0, 0]).tobytes())
    child = subprocess.Popen(  # no fork of this process: JAX, where it is loaded, warns of one
        [sys.executable, "-m", "tinynet", *command],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", "PYTHONWARNINGS": "error"},
    )
    os.close(its_end)
    written = b""

    def read(seconds):
        nonlocal written
        stop = time.monotonic() + seconds
        os.set_blocking(terminal_, False)
        while time.monotonic() < stop:
            try:
                written += os.read(terminal_, 65536)
            except BlockingIOError:  # nothing new
                time.sleep(0.02)
            except OSError:  # it has ended
                return

    seen = 0
    for waited, key in keys:
        stop = time.monotonic() + 60
        while waited not in written[seen:] and time.monotonic() < stop:
            read(0.1)
        assert waited in written[seen:], written[-3000:].decode(errors="replace")
        seen = len(written)
        os.write(terminal_, key)
    if end:
        child.send_signal(end)
    stop = time.monotonic() + 30
    while time.monotonic() < stop and child.poll() is None:
        read(0.1)
    read(0.2)
    return written


@pytest.mark.slow
def test_the_stepper_in_a_real_terminal():
    keys = [
        (b"of 19", b"\x1b[C"),
        (b"2 of", b"\x1b[D\x1b[C?"),
        (b"scroll the", b"x"),
        (b"w1", b"q"),
    ]
    written = in_terminal("step", "--demo", "neuron", keys=keys)
    assert b"\x1b[?1049l" in written and b"Traceback" not in written


@pytest.mark.slow
def test_a_tutorial_in_a_real_terminal(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYNET_STATE", str(tmp_path))
    written = in_terminal(
        "tutorial", "1", keys=[(b"page 1", b"\r"), (b"again", b"\r"), (b"2 of", b"q")]
    )
    assert b"\x1b[?1049l" in written and b"Traceback" not in written
    assert (tmp_path / "course.json").exists()


@pytest.mark.slow
def test_a_signal_leaves_the_terminal_as_it_was():
    keys = [(b"of 19", b"\x1b[C")]
    written = in_terminal("step", "--demo", "neuron", keys=keys, end=signal.SIGTERM)
    assert b"\x1b[?1049l" in written and b"Traceback" not in written
