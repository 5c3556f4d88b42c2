"""Callbacks: asked in time, named when they fail, and what they write is there at once."""

import contextlib
import csv
import gc
import json
import math
import os
import signal
import subprocess
import sys
import textwrap
import types
import weakref

import numpy as np
import pytest

import tinynet as tn
from tinynet import fit, losses
from tinynet.layers import Linear
from tinynet.optimizers import SGD
from tinynet.training import (
    Callback,
    CSVLog,
    EarlyStopping,
    JSONLinesLog,
    NonFiniteLoss,
    Run,
    TimeBudget,
)
from tinynet.training.callbacks import time_budget

X = np.linspace(-1, 1, 10)[:, None]
Y = 2 * X + 1
HOOKS = ["on_train_begin", "on_batch_begin", "on_batch_end", "on_epoch_end", "on_train_end"]


def run(*callbacks, model=None, data=(X, Y), epochs=3, batch_size=4, lr=0.1, **options):
    model = model or Linear(1, 1, rng=0)
    optimizer = SGD(model.parameters(), lr=lr)
    options |= {"epochs": epochs, "batch_size": batch_size, "progress": False}
    return fit(model, losses.mse, optimizer, data, callbacks=callbacks, **options)


class Spy(Callback):
    """Notes what it is asked, and does what `at` says in a method."""

    def __init__(self, **at):
        self.at, self.asked = at, []


def _method(name):
    def method(self, *arguments):
        self.asked.append(name)
        return self.at.get(name, lambda: None)()

    return method


for _name in HOOKS:
    setattr(Spy, _name, _method(_name))


def raises(error):
    def function():
        raise error

    return function


# --- who is asked when ----------------------------------------------------------------------


def test_every_method_is_asked_in_its_place():
    spy = Spy()
    run(spy, epochs=2)
    batch = ["on_batch_begin", "on_batch_end"]
    epoch = [*batch * 3, "on_epoch_end"]
    assert spy.asked == ["on_train_begin", *epoch * 2, "on_train_end"]


def test_a_class_of_ones_own_may_have_only_some_of_the_methods():
    class Ends:
        def on_train_end(self, run):
            seen.append(run.history.epochs)

    class Stops:
        def on_epoch_end(self, history, model):
            return history.epochs == 2

    class Called:
        def __call__(self, history, model):
            seen.append("called")

    seen = []
    assert run(Ends(), Stops(), Called()).stopped == "Stops stopped the run after epoch 2"
    assert seen == ["called", "called", 2]
    with pytest.raises(TypeError, match="callbacks: .* is not a function"):
        run(object())


@pytest.mark.parametrize(
    "hook, when", [("on_batch_end", "in epoch 2, batch 3"), ("on_epoch_end", "after epoch 2")]
)
def test_a_callback_may_end_the_run_after_a_batch_or_an_epoch(hook, when):
    class Ends(Callback):
        pass

    calls, last = [], Spy()
    setattr(Ends, hook, lambda *_: calls.append(1) or len(calls) == (6 if "batch" in hook else 2))
    history = run(Ends(), last, epochs=9)
    assert history.stopped == f"Ends stopped the run {when}" and not history.interrupted
    assert history.epochs == (1 if "batch" in hook else 2)
    assert last.asked[-2:] == [hook, "on_train_end"]


def test_an_answer_that_is_none_is_refused_also_after_a_batch():
    with pytest.raises(TypeError, match="Spy returned 'no': return True to stop"):
        run(Spy(on_batch_end=lambda: "no"))


# --- one that raises ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [KeyError("x"), FloatingPointError("y"), OSError(28, "full")], ids=str
)
@pytest.mark.parametrize(
    "hook, when, epochs",
    [
        ("on_train_begin", "before training", 0),
        ("on_batch_begin", "in epoch 1, batch 1", 0),
        ("on_batch_end", "in epoch 1, batch 1", 0),
        ("on_epoch_end", "after epoch 1", 1),
        ("on_train_end", "at the end of training", 3),
    ],
)
def test_what_raises_is_named_and_keeps_its_type_and_the_history(hook, when, epochs, error):
    before, broken, after, model = Spy(), Spy(**{hook: raises(error)}), Spy(), Linear(1, 1, rng=0)
    with pytest.raises(type(error)) as caught:
        run(before, broken, after, model=model)
    assert caught.value is error and error.history.epochs == epochs
    assert error.__notes__[-1] == f"raised by the callback Spy.{hook}, {when}"
    assert not model.training and before.asked[-1] == "on_train_end"
    begun = hook != "on_train_begin"
    assert (after.asked[-1:] == ["on_train_end"]) == begun
    assert begun or error.history.stopped == f"{type(error).__name__}: {error}"


def test_a_function_that_raises_is_named_too():
    def broken(history, model):
        return history.epochs == 2 and 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        run(broken)
    assert caught.value.__notes__ == ["raised by the callback broken, after epoch 2"]


def test_what_fails_at_the_end_does_not_hide_what_failed_before():
    def diverges(history, model):
        model.weight.data[...] = np.inf

    last = Spy(on_train_end=raises(ValueError("second")))
    with np.errstate(all="ignore"), pytest.raises(NonFiniteLoss) as caught:
        run(diverges, last, Spy(on_train_end=raises(ValueError("third"))))
    told = "and then ValueError: second, raised by the callback Spy.on_train_end, at the end of"
    assert caught.value.__notes__[0].startswith(told) and len(caught.value.__notes__) == 1
    assert caught.value.history.epochs == 1


def test_without_notes_as_in_python_3_10_the_message_tells_it(monkeypatch):
    class Old(Exception):
        add_note = None

        def __getattribute__(self, name):
            if name == "add_note":
                raise AttributeError(name)
            return super().__getattribute__(name)

    with pytest.raises(Old, match="wrong\nraised by the callback Spy.on_epoch_end, after epoch 1"):
        run(Spy(on_epoch_end=raises(Old("wrong"))))


def test_what_was_being_handled_stays_in_sight():
    def broken(history, model):
        try:
            return math.sqrt(-1)
        except ValueError:
            return {}["x"]

    with pytest.raises(KeyError, match="x") as caught:
        run(broken)
    assert isinstance(caught.value.__context__, ValueError)
    assert not caught.value.__suppress_context__


@pytest.mark.parametrize("hook", ["on_epoch_end", "on_train_end"])
def test_an_error_keeps_nothing_alive_once_it_is_gone(hook):
    def fails():
        model = Linear(1, 1, rng=0)
        with contextlib.suppress(ValueError):
            run(Spy(**{hook: raised}), model=model)
        return weakref.ref(model)

    def raised():
        raise ValueError("x")

    gc.disable()
    try:
        assert fails()() is None
    finally:
        gc.enable()


def ctrl_c():
    raise KeyboardInterrupt


@pytest.mark.parametrize("hook", HOOKS)
def test_ctrl_c_wherever_it_comes_gives_the_history_which_knows_it(hook):
    spy, other, model = Spy(**{hook: ctrl_c}), Spy(), Linear(1, 1, rng=0)
    history = run(spy, other, model=model)
    assert history.interrupted and history.stopped.startswith("interrupted") and not model.training
    assert other.asked[-1:] == (["on_train_end"] if hook != "on_train_begin" else [])
    assert not run(Spy()).interrupted


# --- EarlyStopping remembers ----------------------------------------------------------------


@pytest.mark.parametrize(
    "monitor, restore", [("val_loss", True), ("loss", False), ("val_f1", True)]
)
@pytest.mark.parametrize("stop", range(1, 7))
def test_early_stopping_goes_on_as_if_it_had_never_stopped(monitor, restore, stop):
    values = [3, 2, 2.5, 1.5, 2.6, 2.7, 2.8, 0.1]
    values = [-v for v in values] if monitor == "val_f1" else values

    def begun():
        stopping, model = EarlyStopping(3, monitor, restore), Linear(1, 1, rng=0)
        made = (model, SGD(model.parameters()), None, {}, losses.mse)
        seen = Run(*made, scores=lambda: {monitor: 9.0})
        stopping.on_train_begin(seen)
        return stopping, seen

    def goes_on(stopping, seen, values):
        for value in values:
            seen.model.weight.data[...] = seen.history.epochs + 1
            seen.history.append(**{monitor: value})
            if stopping(seen.history, seen.model):
                break
        stopping.on_train_end(seen)
        return seen.history.epochs, seen.model.weight.item(), seen.history.best_epoch

    expected = goes_on(*begun(), values)
    first, seen = begun()
    for number, value in enumerate(values[:stop], 1):
        seen.model.weight.data[...] = number
        seen.history.append(**{monitor: value})
        first(seen.history, seen.model)
    second, other = begun()
    other.history |= {monitor: list(seen.history[monitor])}
    second.load_state_dict(first.state_dict())
    assert goes_on(second, other, values[stop:]) == expected


def test_a_callback_without_a_memory_has_an_empty_state():
    assert Callback().state_dict() == {} and Callback().load_state_dict({}) is None
    for log in (CSVLog("x"), JSONLinesLog("x"), TimeBudget(1)):
        assert log.state_dict() == {}


# --- logs -----------------------------------------------------------------------------------


def rows(path):
    """What a log holds: one dict of numbers for each line."""
    if path.suffix == ".csv":
        with open(path, newline="", encoding="utf-8") as file:
            return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    found = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [{k: float("nan" if v is None else v) for k, v in row.items()} for row in found]


def columns(history):
    """The history in the form of `rows`."""
    numbers = enumerate(zip(*history.values(), strict=True), 1)
    return [{"epoch": epoch} | dict(zip(history, row, strict=True)) for epoch, row in numbers]


LOGS = pytest.mark.parametrize("kind, name", [(CSVLog, "log.csv"), (JSONLinesLog, "log.jsonl")])


@LOGS
def test_a_log_holds_every_number_of_the_history(kind, name, tmp_path):
    history = run(kind(tmp_path / name), validation=(X, Y), metrics=[tn.metrics.r2])
    assert rows(tmp_path / name) == columns(history)
    again = run(kind(str(tmp_path / name)), validation=(X, Y), metrics=[tn.metrics.r2], epochs=2)
    assert rows(tmp_path / name) == columns(history) + columns(again)


@LOGS
@pytest.mark.parametrize("torn", [b"", b"4,", b'{"epo', b"\xff\xfe"])
def test_a_resumed_run_goes_on_after_the_epoch_it_begins_with(kind, name, torn, tmp_path):
    class Resumes(Callback):
        def on_train_begin(self, run):
            run.history |= {"loss": whole["loss"][:3]}

    path = tmp_path / name
    whole = run(kind(path), epochs=5)  # of which epochs 4 and 5 were not kept elsewhere
    with open(path, "ab") as file:
        file.write(torn)
    history = run(Resumes(), kind(path), epochs=6)
    assert [row["epoch"] for row in rows(path)] == [1, 2, 3, 4, 5, 6]
    assert [row["loss"] for row in rows(path)] == history["loss"]


@LOGS
@pytest.mark.parametrize("torn", [b"3,", b"epo", b'{"epoch": 3, "lo', b"\xff"])
def test_a_line_that_was_left_half_written_does_not_spoil_the_next_run(kind, name, torn, tmp_path):
    path = tmp_path / name
    path.write_bytes(torn)
    first = run(kind(path), epochs=2)
    assert rows(path) == columns(first)
    with open(path, "ab") as file:
        file.write(torn)
    assert columns(first) + columns(run(kind(path), epochs=1)) == rows(path)


@LOGS
def test_a_run_that_is_killed_has_logged_every_epoch_it_finished(kind, name, tmp_path):
    program = f"""
        import os, signal, numpy as np, tinynet as tn
        x = np.linspace(-1, 1, 10)[:, None]
        model = tn.layers.Linear(1, 1, rng=0)
        kill = lambda h, m: os.kill(os.getpid(), signal.SIGKILL) if h.epochs == 3 else None
        log = tn.training.{kind.__name__}({name!r})
        tn.fit(model, tn.losses.mse, tn.optimizers.SGD(model.parameters()), (x, x), epochs=9,
               batch_size=5, callbacks=[log, kill], progress=False)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program)]
    path = os.pathsep.join(filter(None, sys.path))
    ended = subprocess.run(arguments, cwd=tmp_path, env=os.environ | {"PYTHONPATH": path})
    assert ended.returncode == -signal.SIGKILL
    assert [row["epoch"] for row in rows(tmp_path / name)] == [1, 2, 3]


def test_what_json_lacks_is_null(tmp_path):
    def metric(y_true, y_pred):
        return float("inf") if np.ndim(y_pred) else 0.0

    run(JSONLinesLog(tmp_path / "x"), metrics=[metric], epochs=1)
    assert json.loads((tmp_path / "x").read_text())["metric"] is None
    run(CSVLog(tmp_path / "y"), metrics=[metric], epochs=1)
    assert (tmp_path / "y").read_text().splitlines()[1].endswith(",inf")


def test_a_header_that_does_not_fit_is_an_error_and_the_file_stays(tmp_path):
    path = tmp_path / "log.csv"
    run(CSVLog(path))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="columns epoch, loss, but .* has epoch, loss, val_l"):
        run(CSVLog(path), validation=(X, Y))
    assert path.read_bytes() == before


@LOGS
def test_a_place_where_nothing_can_be_written_is_told_before_training(kind, name, tmp_path):
    model = Linear(1, 1, rng=0)
    before = model.weight.item()
    for path, text in (
        (tmp_path, "it is a folder"),
        (tmp_path / "no" / name, "there is no folder"),
    ):
        with pytest.raises(ValueError, match=text) as caught:
            run(kind(path), model=model)
        assert f"{kind.__name__}.on_train_begin" in caught.value.__notes__[0]
    assert model.weight.item() == before


def test_a_column_that_a_later_callback_adds_is_not_of_another_epoch(tmp_path):
    def rate(history, model):
        history.setdefault("rate", []).append(0.5**history.epochs)

    run(rate, CSVLog(tmp_path / "a.csv"))
    assert [row["rate"] for row in rows(tmp_path / "a.csv")] == [0.5, 0.25, 0.125]
    run(JSONLinesLog(tmp_path / "b"), rate)
    assert [row.get("rate") for row in rows(tmp_path / "b")][0] is None
    with pytest.raises(ValueError, match="callbacks that add a column go before the log"):
        run(CSVLog(tmp_path / "c.csv"), rate)


# --- time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "budget, stopped, epochs",
    [
        (TimeBudget(3.5), "of 3.5 s stopped the run after epoch 4", 4),
        (TimeBudget(3.5, within_epochs=True), "of 3.5 s stopped the run after epoch 1", 1),
        (TimeBudget(5, within_epochs=True), "of 5 s stopped the run in epoch 2, batch 1", 1),
    ],
)
def test_a_run_ends_when_its_time_is_over(budget, stopped, epochs, monkeypatch):
    seconds = iter(range(1000))  # a clock that goes on by 1 each time it is looked at
    fake = types.SimpleNamespace(perf_counter=lambda: next(seconds))
    monkeypatch.setattr(time_budget, "time", fake)
    history = run(budget, epochs=9)
    assert history.stopped == f"TimeBudget {stopped}" and history.epochs == epochs


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "3"])
def test_a_time_budget_is_a_number_of_seconds(seconds):
    with pytest.raises(ValueError, match="TimeBudget: seconds must be a number above 0"):
        TimeBudget(seconds)


def test_a_long_budget_changes_nothing():
    assert dict(run(TimeBudget(1000))) == dict(run())


# --- the live plot --------------------------------------------------------------------------


@pytest.fixture
def notebook(monkeypatch):
    """A stand-in for IPython: what was shown, in the order of showing."""
    shown = []

    class Handle:
        def update(self, picture):
            shown.append(("again", picture))

    def display(picture, display_id=None):
        shown.append(("first", picture))
        return Handle()

    module = types.ModuleType("IPython")
    module.get_ipython, module.version_info = lambda: module.shell, (9, 0)  # Matplotlib asks
    module.shell, module.display = object(), types.ModuleType("IPython.display")
    module.display.display = display
    monkeypatch.setitem(sys.modules, "IPython", module)
    monkeypatch.setitem(sys.modules, "IPython.display", module.display)
    module.shown = shown
    return module


def test_the_live_plot_is_shown_once_and_then_drawn_in_the_same_place(notebook):
    run(tn.training.LivePlot(every=0), validation=(X, Y))
    assert [how for how, _ in notebook.shown] == ["first", "again", "again"]
    lines = notebook.shown[-1][1].axes[0].lines
    assert [len(line.get_xdata()) for line in lines] == [3, 3]
    assert notebook.shown[-1][1]._repr_png_().startswith(b"\x89PNG")


def test_the_live_plot_draws_only_so_often_but_always_the_last_epoch(notebook):
    plot = tn.training.LivePlot(every=1000)
    for epochs in (4, 1):
        run(plot, epochs=epochs)
    assert [len(p.axes[0].lines[0].get_xdata()) for _, p in notebook.shown] == [1, 4, 1]
    run(plot, Spy(on_batch_begin=ctrl_c))
    assert len(notebook.shown) == 3  # nothing to show


def test_without_a_notebook_the_live_plot_says_what_to_do(notebook, monkeypatch):
    notebook.shell = None
    with pytest.raises(RuntimeError, match=r"this is none: in a script, take history.plot\(\)"):
        tn.training.LivePlot()
    monkeypatch.setitem(sys.modules, "IPython", None)
    with pytest.raises(ImportError, match="pip install ipython"):
        tn.training.LivePlot()
    with pytest.raises(AttributeError, match="no attribute 'Plot'"):
        tn.training.Plot()
