"""Resuming: whatever ends a run, it goes on from its file and ends with the same bits."""

import errno
import functools
import json
import os
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinynet as tn
from tests.checkpoint_files import ABOUT, as_text, members_of, rewritten, sealed, text_of
from tests.resumed_run import CLASSES, MOMENTS, NUMBERS, RUNS, VALIDATION, outcome, part, run
from tinynet import checkpoints
from tinynet.layers import ELU, BatchNorm1d, LayerNorm, LeakyReLU
from tinynet.training import (
    Callback,
    Checkpoint,
    CSVLog,
    EarlyStopping,
    History,
    NonFiniteLoss,
)
from tinynet.training.checkpoints import contents, resuming
from tinynet.training.checkpoints.packing import packed, unpacked


@pytest.fixture
def file(tmp_path):
    return tmp_path / "run.npz"


@pytest.fixture
def always(monkeypatch):
    """Every epoch is written down, however long that takes."""
    monkeypatch.setattr(resuming._Pace, "due", True)


@functools.cache
def undisturbed(name, epochs=12):
    return outcome(*run(name, None, epochs))


def at(epoch, error):
    """A callback that raises after this epoch; 0 is never."""

    def interrupt(history, model):
        if history.epochs == epoch:
            raise error

    return interrupt


# --- the same bits ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in ("schedule", "frozen") else pytest.mark.slow)
        for name in RUNS
    ],
)
@pytest.mark.usefixtures("always")
def test_a_run_that_is_interrupted_again_and_again_ends_with_the_same_bits(name, file):
    for epoch in (1, 3, 4, 8):
        _, history = run(name, file, 12, at(epoch, KeyboardInterrupt()))
        assert history.epochs == epoch and history.interrupted
        assert checkpoints.load_history(file).epochs == epoch - 1  # the last that was complete
    assert outcome(*run(name, file)) == undisturbed(name)


@pytest.mark.usefixtures("always")
def test_the_other_format_keeps_the_same_bits(tmp_path):
    run("adam", tmp_path / "run.safetensors", 12, at(5, KeyboardInterrupt()))
    assert outcome(*run("adam", tmp_path / "run.safetensors")) == undisturbed("adam")


@pytest.mark.parametrize("name", ["adam", "schedule", "own_layer"])
def test_a_finished_run_started_again_takes_no_step(name, file, monkeypatch):
    run(name, file)
    before, right = file.read_bytes(), undisturbed(name)
    monkeypatch.setattr(tn.training.fit.__globals__["np"].random, "permutation", None)
    monkeypatch.setitem(tn.training.fit.__globals__, "_epoch", None)
    assert outcome(*run(name, file)) == right
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", ["adam", "schedule", "own_layer"])
def test_more_epochs_go_on_as_if_they_had_been_planned(name, file):
    for epochs in (2, 5, 12):
        run(name, file, epochs)
    assert outcome(*run(name, file)) == undisturbed(name)


def test_fewer_epochs_than_there_were_give_the_whole_history(file):
    run("momentum", file, 5)
    assert run("momentum", file, 3)[1].epochs == 5


def test_seconds_add_up_and_the_new_plan_counts(file):
    _, first = run("momentum", file, 2)
    _, second = run("momentum", file, 9)
    assert first.seconds < checkpoints.load_history(file).seconds <= second.seconds
    assert second.planned == 9


@pytest.mark.usefixtures("always")
def test_of_several_processes_the_first_one_writes_and_all_go_on(file, monkeypatch):
    run("momentum", file, 4)
    before = file.read_bytes()
    monkeypatch.setattr(resuming._Restorer, "on_train_begin", as_second)
    assert outcome(*run("momentum", file)) == undisturbed("momentum")
    assert file.read_bytes() == before


def as_second(restorer, run):
    """What the first observer does in the second process."""
    run.rank = 1
    restorer.keeper.restore(run)


# --- runs that a callback ends ----------------------------------------------------------------


def test_a_run_that_early_stopping_ended_stays_ended_unless_it_has_more_patience(file):
    whole = outcome(*run("adam", None, 200))
    assert "EarlyStopping stopped the run" in whole[3]
    for _ in range(2):
        assert outcome(*run("adam", file, 200)) == whole
    model, loss, optimizer, data, _, options = RUNS["adam"]()
    options |= {"batch_size": 16, "progress": False, "resume": file, "epochs": 200}
    history = tn.fit(model, loss, optimizer, data, callbacks=[EarlyStopping(20)], **options)
    assert history.epochs > len(whole[1]["loss"])
    assert history["loss"][: len(whole[1]["loss"])] == whole[1]["loss"]


def test_a_function_that_ended_a_run_is_asked_again(file):
    def low(history, model):
        return history["loss"][-1] < limit

    limit = 0.4
    _, first = run("momentum", file, 50, low)
    assert first.stopped == f"low stopped the run after epoch {first.epochs}"
    _, again = run("momentum", file, 50, low)
    assert (again.epochs, again.stopped) == (first.epochs, first.stopped)
    limit = 0.1
    assert run("momentum", file, 50, low)[1].epochs > first.epochs


class Budget(Callback):
    """Like TimeBudget, but of epochs: it remembers nothing, and counts anew in each run."""

    def on_train_begin(self, run):
        self.end = run.history.epochs + 3

    def on_epoch_end(self, history, model):
        return history.epochs >= self.end


def test_a_run_that_used_up_its_budget_gets_it_anew(file):
    for epochs in (3, 6, 9):
        _, history = run("momentum", file, 12, Budget())
        assert history.epochs == epochs and history.stopped.startswith("Budget stopped the run")
    assert outcome(*run("momentum", file)) == undisturbed("momentum")


@pytest.mark.usefixtures("always")
def test_a_log_has_every_epoch_once(file, tmp_path):
    for epoch in (3, 7, 8, 99):
        log = CSVLog(tmp_path / "log.csv")
        run("momentum", file, 12, log, at(epoch, KeyboardInterrupt()))
    rows = (tmp_path / "log.csv").read_text().split()[1:]
    losses = [float(row.split(",")[1]) for row in rows]
    assert losses == undisturbed("momentum")[1]["loss"]


@pytest.mark.usefixtures("always")
def test_a_run_that_is_recorded_can_be_resumed(file):
    run("adam", file, 12, at(5, KeyboardInterrupt()), record=True)
    model, history = run("adam", file, record=True)
    assert outcome(model, history) == undisturbed("adam") and history.frames


def test_the_model_in_the_file_of_a_finished_run_is_the_one_that_fit_gave(file):
    model, history = run("adam", file, 200)
    assert history.best_epoch < history.epochs
    loaded = checkpoints.load_model(file).model
    own = tn.layers.MLP([4, 16, 8, 3], dropout=0.2)
    checkpoints.load(own, file)
    for other in (loaded, own):
        assert outcome(other, history) == outcome(model, history)


@pytest.mark.usefixtures("always")
def test_the_file_of_a_run_that_was_interrupted_names_no_best_epoch_that_it_does_not_hold(file):
    model, history = run("adam", file, 12, at(5, KeyboardInterrupt()))
    kept = checkpoints.load_history(file)
    assert history.best_epoch == 5 and kept.epochs == 4
    assert kept.best_epoch is None


def test_the_best_of_checkpoint_is_remembered(tmp_path):
    values = [5, 1, 9, 4, 7, 3, 2, 8]

    def mine(history, model):
        history.append(mine=values[history.epochs - 1])

    def train(name, *interrupt):
        keep = Checkpoint(tmp_path / name, "best", "mine", "min")
        run("momentum", tmp_path / f"run-{name}", 8, mine, keep, *interrupt)
        return members_of(tmp_path / name)

    for epoch in (4, 6):
        train("resumed.npz", at(epoch, KeyboardInterrupt()))
    assert train("resumed.npz") == train("whole.npz")


# --- whatever ends a run leaves a file --------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("mine"), MemoryError()])
@pytest.mark.usefixtures("always")
def test_whatever_a_callback_raises_the_run_can_go_on(error, file):
    try:
        _, history = run("adam", file, 12, at(7, error))
    except (RuntimeError, MemoryError) as caught:
        history = caught.history
    assert history.epochs == 7 and checkpoints.load_history(file).epochs == 6
    assert checkpoints.load_history(file).stopped == history.stopped
    assert outcome(*run("adam", file, 12, at(0, error))) == undisturbed("adam")


@pytest.mark.usefixtures("always")
def test_a_loss_that_is_nan_leaves_the_epochs_before(file):
    def spoil(history, model):
        if history.epochs == 4:
            model.layers[0].weight.data[...] = np.nan

    with pytest.raises(NonFiniteLoss) as caught:
        run("momentum", file, 12, spoil)
    assert caught.value.history.epochs == 4
    kept = checkpoints.load_history(file)
    assert kept["loss"] == caught.value.history["loss"] and "NaN" in kept.stopped


@pytest.mark.usefixtures("always")
def test_a_disk_that_is_full_for_a_while_ends_no_run(file, monkeypatch):
    real, calls = np.savez, iter(range(100))
    monkeypatch.setattr(np, "savez", lambda out, **arrays: full_then(out, real, calls, arrays))
    with pytest.warns(
        UserWarning, match="run.npz stays as it was, while the run went on: .*No space left"
    ):
        model, history = run("adam", file)
    assert outcome(model, history) == undisturbed("adam")
    assert checkpoints.load_history(file) == history and os.listdir(file.parent) == [file.name]


def full_then(out, real, calls, arrays):
    """savez on a disk that is full at some calls."""
    if 3 <= next(calls) < 6:
        out.write(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    real(out, **arrays)


@pytest.mark.usefixtures("always")
def test_a_disk_that_is_full_at_the_end_costs_no_history_and_no_old_file(file, monkeypatch):
    run("adam", file, 4)
    before = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.warns(UserWarning, match="run.npz"):
            model, history = run("adam", file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcome(model, history) == undisturbed("adam") and file.read_bytes() == before


@pytest.fixture
def mounted(tmp_path):
    """A folder on a disk of its own, mounted with these options."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("only root may mount")
        return folder

    yield mount
    subprocess.run(["umount", str(folder)], capture_output=True)


@pytest.mark.parametrize(
    ("options", "text"), [("ro", "Read-only file system"), ("size=4k", "No space left on device")]
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(options, text, mounted):
    path = mounted(options) / "run.npz"
    with pytest.raises((ValueError, OSError), match=text) as caught:
        run("adam", path)
    assert str(path) in str(caught.value) and os.listdir(path.parent) == []


# --- another run, another file ----------------------------------------------------------------


def other_model(**options):
    def change(model, loss, optimizer, data):
        model = tn.layers.MLP([4, 16, 8, 3], rng=0, **options)
        return model, loss, tn.optimizers.Adam(model.parameters(), lr=0.01), data

    return change


def optimized(make):
    return lambda m, loss, o, data: (m, loss, make(m.parameters()), data)


SGD, Adam = tn.optimizers.SGD, tn.optimizers.Adam
CHANGES = {
    "batch_size is 8, and was 16": {"batch_size": 8},
    "accumulate is 2, and was 1": {"accumulate": 2},
    "metrics is , and was accuracy": {"metrics": []},
    r"class_weight is \{0: 2\}, and was not given": {"class_weight": {0: 2}},
    r"sample_weight is float64 of shape \(90,\), .* was not given": {"sample_weight": np.ones(90)},
    "validation y is int64 of shape .*and was": {"validation": part(2 - CLASSES, VALIDATION)},
    "loss is categorical_focal, and was": lambda m, loss, o, d: (
        (m, tn.losses.categorical_focal, o, d)
    ),
    r"loss is cross_entropy\(label_smoothing=0.1\), and was cross_entropy": lambda m, loss, o, d: (
        (m, functools.partial(loss, label_smoothing=0.1), o, d)
    ),
    "training x is float64 .* sha256 .*, and was": lambda m, loss, o, d: (
        m,
        loss,
        o,
        (-d[0], d[1]),
    ),
    "training y is int64": lambda m, loss, o, d: (m, loss, o, (d[0], d[1][::-1].copy())),
    "Tanh, .*and was .* ReLU": other_model(dropout=0.2, activation=tn.layers.Tanh),
    r"Dropout\(0.3\) .*and was .* Dropout\(0.2\)": other_model(dropout=0.3),
    r"optimizer is SGD\(lr=0.01,.*and was Adam": optimized(lambda p: SGD(p, lr=0.01)),
    r"optimizer is Adam\(lr=0.02, .*and was Adam\(lr=0.01": optimized(lambda p: Adam(p, lr=0.02)),
}


def changed_run(change, file, callbacks=None):
    """The run "adam" with something else; returns what it was given."""
    model, loss, optimizer, data, callback, options = RUNS["adam"]()
    options = options | {"batch_size": 16, "epochs": 5, "progress": False, "resume": file}
    if isinstance(change, dict):
        options |= change
    else:
        model, loss, optimizer, data = change(model, loss, optimizer, data)
    callbacks = [callback] if callbacks is None else callbacks
    given = [model.state_dict(), optimizer.state_dict()]
    try:
        tn.fit(model, loss, optimizer, data, callbacks=callbacks, **options)
    finally:
        now = [model.state_dict(), optimizer.state_dict()]
        assert str(now) == str(given), "a refused file changed something"


@pytest.mark.parametrize(("text", "change"), CHANGES.items(), ids=list(CHANGES))
def test_another_run_is_refused_with_what_differs_and_nothing_changes(text, change, file):
    run("adam", file, 3)
    before = file.read_bytes()
    with pytest.raises(ValueError, match=f"run.npz holds another run: .*{text}"):
        changed_run(change, file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "layers", "groups"),
    [
        ("slope=0.3, and was .* slope=0.2", (LeakyReLU(0.2), LeakyReLU(0.3)), None),
        ("alpha=2.0, .*alpha=1.0", (ELU(1.0), ELU(2.0)), None),
        (
            "momentum=0.5, .*momentum=0.1",
            (BatchNorm1d(3), BatchNorm1d(3, momentum=0.5)),
            None,
        ),
        ("eps=0.1, .*eps=1e-05", (LayerNorm(3), LayerNorm(3, 0.1)), None),
        (r"\(1, lr=0.2; 1\), .*\(1, lr=0.3; 1\)", None, ({"lr": 0.3}, {"lr": 0.2})),
        (r"\(1; 1\), .*\(1, weight_decay=0.5; 1\)", None, ({"weight_decay": 0.5}, {})),
    ],
)
def test_options_of_layers_and_of_groups_must_be_the_same(text, layers, groups, file):
    def once(layer, options):
        model = tn.layers.Sequential(tn.layers.Linear(4, 3, rng=0), layer)
        first, *rest = model.parameters()
        optimizer = SGD([{"params": [first], **options}, {"params": rest}], lr=0.1)
        options = {"epochs": 1, "batch_size": 16, "progress": False, "resume": file}
        tn.fit(model, tn.losses.cross_entropy, optimizer, part(CLASSES), **options)

    before, after = zip(layers or [tn.layers.Tanh()] * 2, groups or [{}] * 2, strict=True)
    once(*before)
    with pytest.raises(ValueError, match=f"holds another run: .*{text}"):
        once(*after)


def test_callbacks_that_remember_must_be_the_same(file):
    run("adam", file, 3)
    with pytest.raises(ValueError, match="callbacks is , and was 1 EarlyStopping"):
        changed_run({}, file, [lambda history, model: None])
    run("adam", file, 3, lambda history, model: None)  # this one remembers nothing


def test_float32_is_another_run(file):
    run("momentum", file, 3)
    model, loss, _, data, _, options = RUNS["momentum"]()
    small = tn.layers.MLP([4, 8, 1], rng=0, activation=tn.layers.Tanh, dtype=np.float32)
    optimizer = SGD(small.parameters(), lr=0.05, momentum=0.9, weight_decay=0.01)
    with pytest.raises(ValueError, match="training x is float32"):
        tn.fit(small, loss, optimizer, data, epochs=5, batch_size=16, resume=file, **options)


def test_the_same_model_and_optimizer_go_on_in_one_process(file):
    model, loss, optimizer, data, callback, options = RUNS["own_layer"]()
    options |= {"batch_size": 16, "progress": False, "resume": file, "callbacks": [callback]}
    for epochs in (4, 12):
        history = tn.fit(model, loss, optimizer, data, epochs=epochs, **options)
    assert outcome(model, history) == undisturbed("own_layer")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda path: checkpoints.save(RUNS["adam"]()[0], path), "holds a model, but no run: give"),
        (lambda path: path.write_text("a,b\n"), "is not a tinynet checkpoint, or is damaged"),
        (lambda path: path.write_bytes(b""), "is not a tinynet checkpoint, or is damaged"),
        (lambda path: path.mkdir(), "is a folder, not a checkpoint"),
        (os.mkfifo, "is a pipe, not a checkpoint"),
        (lambda path: path.symlink_to("/dev/full"), "is a device, not a checkpoint"),
    ],
    ids=["a model", "text", "empty", "folder", "pipe", "device"],
)
def test_a_file_that_holds_no_run_is_refused_and_stays(make, text, file):
    make(file)
    before = file.lstat()
    with pytest.raises(ValueError, match=text):
        changed_run({}, file)
    assert file.lstat().st_ino == before.st_ino and file.lstat().st_mtime == before.st_mtime


def test_what_cannot_be_resumed_is_told(tmp_path):
    with pytest.raises(TypeError, match="resume must be the path of a file, not 3"):
        run("adam", 3)
    with pytest.raises(ValueError, match="there is no folder"):
        run("adam", tmp_path / "none" / "run.npz")
    with pytest.raises(ValueError, match="resume= needs arrays"):
        run("momentum", tmp_path / "run.npz", validation=lambda: iter([part(NUMBERS)]))
    with pytest.raises(ValueError, match="run.npz holds a model, but no run"):
        checkpoints.save(RUNS["adam"]()[0], tmp_path / "run.npz")
        checkpoints.load_history(tmp_path / "run.npz")


# --- files from somebody who knows how --------------------------------------------------------


def hostile(place, value):
    """Change what the description says of a run, and its check sums with it."""

    def change(members):
        about = json.loads(text_of(members))
        *path, last = ["run", *place.split(".")]
        inner = functools.reduce(lambda inner, key: inner[key], path, about)
        assert last in inner
        inner[last] = value
        return sealed(members | {ABOUT: as_text(about)})

    return change


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("own_layer", "state.random.fit.state.pos", -5),
        ("own_layer", "state.random.fit.state.pos", 10**6),
        ("frozen", "state.random.fit.buffer_pos", -1),
        ("frozen", "state.random.fit.buffer_pos", 9),
        ("adam", "state.random.fit.state.state", 2**200),
        ("adam", "state.random.fit.bit_generator", "MT19937"),
        ("adam", "state.random", {}),
        ("adam", "state.optimizer.steps", -1),
        ("adam", "state.optimizer.lr", "fast"),
        ("adam", "state.optimizer.lr", -1.0),
        ("adam", "state.optimizer", {}),
        ("adam", "state.weights", {"layers.0.weight": 1}),
        ("adam", "callbacks", {}),
        ("adam", "history.columns", {"loss": 3}),
        ("adam", "history.columns", {"loss": {"": ["floats", "none"]}}),
        ("adam", "history.columns", {"loss": [0.5, []]}),
        ("adam", "history.columns", {"loss": [0.5, "0.25"]}),
        ("adam", "history.seconds", float("nan")),
        ("adam", "history.best_epoch", -7),
        ("adam", "history.planned", float("inf")),
        ("adam", "history.stopped", 5),
        ("adam", "history.ended", [1]),
        ("adam", "settings", None),
        ("adam", "optimizers", 3),
    ],
)
def test_a_run_that_cannot_be_is_refused_and_nothing_changes(name, place, value, file):
    run(name, file, 2)
    rewritten(file, hostile(place, value))
    if name == "adam":
        with pytest.raises(ValueError, match=r"run\.npz"):
            changed_run({}, file)
    else:
        with pytest.raises(ValueError, match="random generator fit is none"):
            run(name, file)


# --- what is packed comes back ----------------------------------------------------------------


PLAIN = st.none() | st.booleans() | st.integers(-(2**130), 2**130) | st.floats() | st.text()
ARRAYS = st.sampled_from(
    [np.arange(6).reshape(2, 3), np.float32(0.1), np.array(0.5), np.array([]), np.array([True])]
)
NESTED = st.recursive(
    PLAIN | ARRAYS | st.lists(st.floats(), min_size=1),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab.#0", min_size=1), inner, max_size=3)
    ),
    max_leaves=12,
)


def told(value):
    """A value with its types and its bits."""
    if isinstance(value, dict):
        return {key: told(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [told(inner) for inner in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return type(value), value.dtype, value.shape, value.tobytes()
    return type(value), repr(value)


@settings(max_examples=50)
@given(NESTED)
def test_what_is_packed_comes_back_to_the_bit_and_to_the_type(value):
    arrays = {}
    text = json.dumps(packed(value, arrays))
    assert told(unpacked(json.loads(text), arrays)) == told(value)


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, {"": 1}, object(), np.array([None]), {1}])
def test_what_would_come_back_as_something_else_is_refused(value):
    with pytest.raises(TypeError, match=r"memory\.x is .*, which no file keeps"):
        packed({"memory": {"x": value}}, {})


def test_a_description_that_could_not_be_read_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="bytes"):
        contents.write(tmp_path / "x.npz", {"data": "x" * 3_000_000}, {})
    assert os.listdir(tmp_path) == []


# --- processes that are killed ----------------------------------------------------------------


def process(*arguments):
    command = [sys.executable, "-m", "tests.resumed_run", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_process_that_is_killed_at_this_moment_resumes_to_the_same_bits(moment, tmp_path):
    file, out = tmp_path / "run.npz", tmp_path / "out.json"
    killed = process("adam", file, out, 60, moment)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL and not out.exists()
    whole, again = run("adam", None, 60), run("adam", file, 60)
    assert outcome(*again) == outcome(*whole)
    if file.exists():
        assert isinstance(checkpoints.load_history(file), History)


@pytest.mark.slow
def test_a_process_that_is_killed_at_20_random_moments_resumes_to_the_same_bits(tmp_path):
    rng, kills, seen = np.random.default_rng(), 0, set()
    process("own_layer", tmp_path / "whole.npz", tmp_path / "whole.json", 1500).communicate()
    while kills < 20:
        file, out = tmp_path / f"{kills}.npz", tmp_path / f"{kills}.json"
        while not out.exists():
            running = process("own_layer", file, out, 1500)
            running.stdout.readline()
            time.sleep(rng.uniform(0, 0.6))
            if kills < 20 and running.poll() is None:
                running.kill()
                kills += 1
            running.communicate()
            seen.add(checkpoints.load_history(file).epochs if file.exists() else 0)
        assert out.read_text() == (tmp_path / "whole.json").read_text()
    assert len(seen) > 5  # it was killed early and late


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_script_that_gets_a_signal_leaves_a_file_to_go_on_from(number, tmp_path):
    file, out = tmp_path / "run.npz", tmp_path / "out.json"
    running = process("momentum", file, out, 500)
    running.stdout.readline()
    while not (file.exists() and checkpoints.load_history(file).epochs):
        time.sleep(0.02)
    running.send_signal(number)
    running.communicate()
    assert 0 < checkpoints.load_history(file).epochs < 500
    assert outcome(*run("momentum", file, 500)) == undisturbed("momentum", 500)
