"""The process around a command: its streams may be narrow, closed or missing; signals end it."""

import contextlib
import errno
import io
import itertools
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tinynet as tn
from tests.checkpoint_files import members_of
from tinynet import cli
from tinynet.cli.process import Output, interruptible, showable

TRAIN = ["train", "iris", "--epochs", "3", "--no-plot", "--save", "model.npz"]
ROOT = Path(tn.__file__).parent


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- streams --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_every_sign_of_tinynet_has_words_in_any_encoding(encoding):
    sources = [*tn.datasets.FOLDER.glob("*.md")]
    for folder in ("losses", "training", "diagnostics", "views", "cli"):
        sources += (ROOT / folder).rglob("*.py")
    signs = set("".join(path.read_text(encoding="utf-8") for path in sources))
    assert "β" in signs and "−" in signs
    for sign in signs - set("\\"):
        if sign.isprintable():
            shown = showable(sign, encoding)
            assert shown.encode(encoding) and "\\" not in shown, sign


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("δ(|e| − δ/2), Σ x², log_λ", "delta(|e| - delta/2), Sigma x^2, log_lambda"),
        ("é ½ x₁", "e 1/2 x_1"),
        ("\x1b[31m \x9b \x00", r"\x1b[31m \x9b \x00"),
        ("木 \udcff", r"\u6728 \udcff"),
        ("a\tb\r\n", "a\tb\r\n"),
    ],
)
def test_what_cannot_be_shown_is_told_in_other_words(text, shown):
    assert showable(text, "ascii") == shown


@pytest.mark.parametrize("words", ["losses", "losses huber --text", "datasets penguins"])
def test_output_in_ascii_ends_well(words, monkeypatch):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert cli.main(words.split()) == 0
    assert len(narrow.buffer.getvalue()) > 500


def test_a_file_cannot_steer_the_terminal(folder, capsys):
    rows = (f"{i},\x1b[31m{'yes' if i > 20 else 'no'}\x07" for i in range(40))
    (folder / "mine.csv").write_text("\n".join(["\x1b]0;title\x07,b", *rows]))
    assert cli.main(["train", "mine.csv", "--no-plot", "--epochs", "2", "--target", "b"]) == 0
    assert cli.main(["train", "mine.csv", "--no-plot", "--target", "c"]) == 2
    output = capsys.readouterr()
    assert r"\x1b[31mno\x07 (21)" in output.out and r"\x1b]0;title" in output.err
    assert not set("\x1b\x07") & set(output.out + output.err)


class Failing(io.StringIO):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def write(self, text):
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EIO, errno.EINVAL])
def test_a_stream_that_is_gone_is_quiet(number):
    output = Output(Failing(number))
    print("first", "second", file=output)
    output.flush()


def test_a_full_disk_is_no_quiet_end():
    with pytest.raises(OSError, match="space"):
        Output(Failing(errno.ENOSPC)).write("result")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_training_needs_no_streams(stream, folder, monkeypatch):
    monkeypatch.setattr(sys, stream, None)
    assert cli.main(TRAIN) == 0
    assert (folder / "model.npz").exists()


def test_a_closed_pipe_loses_no_result(folder):
    command = [sys.executable, "-m", "tinynet", *TRAIN]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, cwd=folder, text=True, env=buffered, **pipes) as process:
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 0
    assert "pipe" not in told and "Traceback" not in told
    assert (folder / "model.npz").exists()


def test_without_docstrings_nothing_is_said_of_them(folder):
    command = [sys.executable, "-OO", "-m", "tinynet", "datasets"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=True)
    assert "None" not in done.stdout and "moons" in done.stdout


@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_sentence(folder, monkeypatch, capsys):
    others = []
    monkeypatch.setattr("warnings.showwarning", lambda *warning, **_: others.append(warning))
    rows = "".join(f"{i},{'rare' if i < 2 else 'yes' if i > 20 else 'no'}\n" for i in range(60))
    (folder / "mine.csv").write_text(f"a,b\n{rows}")
    assert cli.main(["train", "mine.csv", "--target", "b", "--no-plot", "--quiet"]) == 0
    assert capsys.readouterr().err.startswith("tinynet: warning: mine: some classes")
    (folder / "script.py").write_text("import warnings\nwarnings.warn('mine')\n")
    assert cli.main(["step", "script.py"]) == 2
    assert [(str(warning[0]), *warning[2:4]) for warning in others] == [("mine", "script.py", 2)]


# --- signals --------------------------------------------------------------------------------


posix = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signals")


def sending(function, number, call):
    """The function; in one of its calls this process gets a signal."""
    count = itertools.count(1)

    def wrapped(*args, **options):
        if next(count) == call:
            os.kill(os.getpid(), number)
        return function(*args, **options)

    return wrapped


@pytest.fixture
def obeyed():
    """SIGTERM and SIGHUP as they are in a terminal, also where the tests run under nohup."""
    before = {n: signal.signal(n, signal.SIG_DFL) for n in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@posix
@pytest.mark.usefixtures("obeyed")
@pytest.mark.parametrize(("first", "second"), [("SIGTERM", "SIGHUP"), ("SIGHUP", "SIGTERM")])
def test_a_signal_ends_the_training_and_keeps_the_model(first, second, folder, monkeypatch, capsys):
    first, second = getattr(signal, first), getattr(signal, second)
    step, save = tn.optimizers.Adam.step, tn.checkpoints.save
    monkeypatch.setattr(tn.optimizers.Adam, "step", sending(step, first, 20))
    monkeypatch.setattr(tn.checkpoints, "save", sending(save, second, 1))
    assert cli.main(["train", "--save", "model.npz", "--no-plot"]) == 128 + first
    output = capsys.readouterr()
    assert "epochs: 2" in output.out and "interrupted in epoch 3" in output.err
    assert len(tn.checkpoints.load_model("model.npz").classify([[40, 18, 200, 4000.0]])) == 1
    assert signal.getsignal(first) is signal.SIG_DFL


@posix
def test_nohup_goes_on_at_a_hangup():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# --- runs that are kept and go on ---------------------------------------------------------------


KEPT = ["train", "iris", "--no-plot", "--quiet", "--dropout", "0.1"]


def trained(*words):
    """Train, and return the model that was saved, as it stands in its file."""
    assert cli.main([*KEPT, *words, "--save", "model.npz"]) == 0
    return members_of("model.npz")


def test_a_command_goes_on_from_its_file_and_saves_the_same_model(capsys):
    whole = trained("--epochs", "9")
    table = capsys.readouterr().out.partition("part ")[2]
    for epochs in ("2", "5", "9", "9"):
        again = trained("--epochs", epochs, "--resume", "run.npz")
    assert again == whole and capsys.readouterr().out.rpartition("part ")[2] == table


def test_another_command_is_refused_with_what_differs(folder, capsys):
    trained("--epochs", "2", "--resume", "run.npz")
    before = (folder / "run.npz").read_bytes()
    other = ["--lr", "0.5", "--hidden", "7", "--seed", "4", "--resume", "run.npz"]
    assert cli.main([*KEPT, *other]) == 2
    told = capsys.readouterr().err
    assert told.startswith("tinynet: error: run.npz holds another run: ") and told.count("\n") == 1
    for part in ("--lr is 0.5, and was 0.01", "--hidden is 7, and was 16, 16", "--seed is 4, and"):
        assert part in told
    assert cli.main(["train", "wine", *KEPT[2:], "--resume", "run.npz"]) == 2
    assert "data is wine, and was iris" in capsys.readouterr().err
    assert (folder / "run.npz").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "is not a tinynet checkpoint"), ("no/run.npz", "no folder no")]
)
def test_a_file_that_cannot_keep_a_run_is_told_in_a_sentence(name, text, folder, capsys):
    (folder / "a.csv").write_text("a,b\n")
    assert cli.main([*KEPT, "--resume", name]) == 2
    told = capsys.readouterr().err
    assert text in told and told.count("\n") == 1
    assert (folder / "a.csv").read_text() == "a,b\n"


def test_a_missing_extra_is_told_with_its_install_line(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    assert cli.main([*KEPT, "--resume", "run.safetensors"]) == 1
    assert capsys.readouterr().err.count('pip install "tinynet-learn[safetensors]"') == 1


@posix
@pytest.mark.usefixtures("obeyed")
def test_a_command_that_got_a_signal_goes_on_to_the_same_model(monkeypatch):
    whole = trained("--epochs", "60")
    step = tn.optimizers.Adam.step
    monkeypatch.setattr(tn.optimizers.Adam, "step", sending(step, signal.SIGTERM, 130))
    assert cli.main([*KEPT, "--resume", "run.npz"]) == 128 + signal.SIGTERM
    stopped = tn.checkpoints.load_history("run.npz")
    assert stopped.epochs > 0 and stopped.stopped.startswith("interrupted in epoch 33")
    assert trained("--epochs", "60", "--resume", "run.npz") == whole


@pytest.mark.slow
def test_a_command_that_is_killed_at_20_random_moments_saves_the_same_model(folder):
    command = [sys.executable, "-m", "tinynet", "train", "digits", "--no-plot", "--epochs", "150"]
    command += ["--quiet", "--dropout", "0.1", "--save"]
    subprocess.run([*command, "whole.npz"], check=True, capture_output=True)
    kills, rng = 0, random.Random()
    while kills < 20:
        again = f"{kills}.npz"
        while not (folder / again).exists():
            running = subprocess.Popen([*command, again, "--resume", f"run-{again}"])
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(rng.uniform(0.5, 3) if kills < 20 else None)
            kills += running.poll() is None
            running.kill()
            running.wait()
        assert members_of(folder / again) == members_of(folder / "whole.npz")
