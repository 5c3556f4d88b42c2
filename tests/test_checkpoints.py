"""Checkpoints: what was saved comes back, or the file is refused and nothing happens."""

import json
import pickle
import re
import secrets
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tinynet as tn
from tests.checkpoint_files import ABOUT, SUM, as_text, members_of, npy, rewritten, sealed, text_of
from tinynet import Tensor, checkpoints, datasets
from tinynet.layers import MLP, LeakyReLU, Linear, Module, Sequential
from tinynet.training import Checkpoint
from tinynet.training.units import InUnits, Units

FILES = Path(__file__).parent / "files"  # written by tinynet as it was then


class WithBuffer(Module):
    def __init__(self, value):
        self.parts = {"a b/ü": Tensor(value, requires_grad=True)}
        self.buffer = Tensor(np.array([value], np.float32))


def same(model, other):
    mine, theirs = model.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[k], theirs[k]) for k in mine)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.npz"
    checkpoints.save(MLP([2, 3], rng=0), path)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: MLP([2, 3, 1], rng=seed),
        lambda seed: MLP([2, 3], rng=seed, dtype=np.float32),
        lambda seed: Linear(1, 1, bias=False, rng=seed),
        lambda seed: WithBuffer(seed + 0.1),
    ],
    ids=["mlp", "float32", "no bias", "buffer"],
)
@pytest.mark.parametrize("name", ["model.npz", "model", "model.txt", "model.safetensors"])
def test_a_model_comes_back_bit_for_bit_under_the_name_it_was_given(make, name, tmp_path):
    source, target = make(0), make(1)
    assert not same(source, target)
    checkpoints.save(source, str(tmp_path / name))
    checkpoints.load(target, tmp_path / name)
    assert same(source, target)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("stop", [OSError("disk full"), KeyboardInterrupt()], ids=repr)
def test_a_failure_while_writing_leaves_the_old_file_and_no_other(stop, file, monkeypatch):
    def half(out, **arrays):
        out.write(b"half of it")
        raise stop

    old = file.read_bytes()
    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(type(stop)):
        checkpoints.save(MLP([2, 3], rng=1), file)
    assert file.read_bytes() == old and list(file.parent.iterdir()) == [file]


def test_a_file_has_the_rights_of_any_other_new_file(file):
    plain = file.with_name("plain")
    plain.touch()
    assert file.stat().st_mode == plain.stat().st_mode


def test_a_truncated_file_is_refused_wherever_it_ends(file):
    whole, model = file.read_bytes(), MLP([2, 3], rng=1)
    for length in range(0, len(whole), 7):
        file.write_bytes(whole[:length])
        for read in (checkpoints.load_model, lambda path: checkpoints.load(model, path)):
            with pytest.raises(ValueError, match="model.npz is not .*checkpoint, or is damaged"):
                read(file)
    assert same(model, MLP([2, 3], rng=1))


def test_a_flipped_byte_is_harmless_or_refused(file):
    whole, saved = file.read_bytes(), MLP([2, 3], rng=0)
    for i in range(0, len(whole), 3):
        file.write_bytes(whole[:i] + bytes([whole[i] ^ 255]) + whole[i + 1 :])
        model = MLP([2, 3], rng=1)
        try:
            if i % 2:
                model = checkpoints.load_model(file).model
            else:
                checkpoints.load(model, file)
            assert same(model, saved)
        except ValueError as error:
            assert same(model, MLP([2, 3], rng=1)) and "allow_pickle" not in str(error)


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self):
        return print, ("unpickled",)


def npz_of_strangers(path):
    np.savez(path, weight=np.ones(3))


def npz_with_pickle(path):
    np.savez(path, **{"tinynet.checkpoint": 1, "state.layers.0.bias": np.array([Bomb()])})


def bare_array(path):
    with path.open("wb") as out:
        np.save(out, np.ones(3))


@pytest.mark.parametrize(
    "write",
    [
        npz_of_strangers,
        npz_with_pickle,
        bare_array,
        lambda path: path.write_bytes(pickle.dumps(Bomb())),
        lambda path: path.write_text("epoch,loss\n1,0.5\n"),
        lambda path: path.write_bytes(b""),
    ],
    ids=["npz", "objects", "npy", "pickle", "text", "empty"],
)
def test_a_foreign_file_is_refused_and_runs_no_code(write, tmp_path, capsys):
    write(tmp_path / "x.npz")
    model = MLP([2, 3])
    for read in (checkpoints.load_model, lambda path: checkpoints.load(model, path)):
        with pytest.raises(ValueError, match="x.npz (is not a tinynet|.*not its layers)") as caught:
            read(tmp_path / "x.npz")
        assert "allow_pickle" not in str(caught.value)
    assert capsys.readouterr().out == ""


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        checkpoints.load(MLP([2, 3]), tmp_path / "none.npz")


def test_a_wrong_model_lists_what_differs_and_stays_as_it_was(file):
    model = MLP([2, 4, 3], rng=1)
    with pytest.raises(ValueError) as caught:
        checkpoints.load(model, file)
    for part in ("layers.0.weight", "(2, 3)", "(2, 4)", "layers.0.bias", "missing: layers.2.bias"):
        assert part in str(caught.value)
    assert same(model, MLP([2, 4, 3], rng=1))


# --- what a file claims is looked at before what it holds -----------------------------------


CLAIM = "{'descr': '%s', 'fortran_order': False, 'shape': %s}"
WEIGHT = "state.layers.0.weight.npy"
HOSTILE = {
    "a bomb": lambda m: m | {WEIGHT: npy(np.zeros(2_000_000))},
    "many more arrays": lambda m: m | {f"state.{i}.npy": npy(np.zeros(20_000)) for i in range(100)},
    "a large claim": lambda m: m | {WEIGHT: npy(np.zeros(6), CLAIM % ("<f8", (2, 3 * 10**12)))},
    "a large text": lambda m: m | {WEIGHT: npy(np.zeros(6), CLAIM % ("<U1000000000", (2, 3)))},
    "less than claimed": lambda m: m | {WEIGHT: m[WEIGHT][:-8]},
    "more than claimed": lambda m: m | {WEIGHT: m[WEIGHT] + bytes(8)},
    "below zero": lambda m: m | {WEIGHT: npy(np.zeros(6), CLAIM % ("<f8", (-2, -3)))},
    "objects": lambda m: m | {WEIGHT: npy(np.zeros(6), CLAIM % ("|O", (2, 3)))},
    "no prefix": lambda m: m | {"layers.0.weight.npy": m[WEIGHT]},
    "no array": lambda m: m | {WEIGHT: b"weights"},
    "no version": lambda m: {k: v for k, v in m.items() if k != "tinynet.checkpoint.npy"},
    "version of objects": lambda m: m | {"tinynet.checkpoint.npy": npy(np.array([1, 2]))},
}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_a_few_words_and_before_it_is_read(change, compression, file):
    rewritten(file, lambda members: sealed(change(members)), compression)
    model = MLP([2, 3], rng=1)
    for read in (lambda path: checkpoints.load(model, path), checkpoints.load_model):
        tracemalloc.start()
        with pytest.raises(ValueError) as caught:
            read(file)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(str(caught.value)) < 1000 and "pickle" not in str(caught.value)
        assert peak < 10_000_000
    assert same(model, MLP([2, 3], rng=1))


def test_a_bomb_that_fits_its_own_layers_is_refused(file):
    large = {WEIGHT: npy(np.zeros((2, 10**6))), "state.layers.0.bias.npy": npy(np.zeros(10**6))}
    rewritten(file, lambda members: sealed(members | large), zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match=r"[\d,]{5,6} bytes, but claims to hold 24,00\d,\d+"):
        checkpoints.load_model(file)


def test_arrays_that_nobody_asked_for_are_not_even_looked_at(file):
    rewritten(file, lambda members: members | {"state.more.npy": b"no array"})
    with pytest.raises(ValueError, match="not in this model: more"):
        checkpoints.load(MLP([2, 3]), file)


def test_an_array_that_is_there_twice_is_refused(file):
    with pytest.warns(UserWarning, match="Duplicate name"):
        rewritten(file, lambda members: [*members.items(), (WEIGHT, members[WEIGHT])])
    with pytest.raises(ValueError, match="two arrays of one name"):
        checkpoints.load(MLP([2, 3]), file)


@pytest.mark.parametrize("version", [0, -1, 4, 10**6])
def test_a_version_that_is_not_known_is_refused(version, file):
    rewritten(file, lambda m: m | {"tinynet.checkpoint.npy": npy(np.array(version))})
    for read in (lambda path: checkpoints.load(MLP([2, 3]), path), checkpoints.load_model):
        with pytest.raises(ValueError, match=f"version {version} .*reads up to 3: pip install"):
            read(file)


def test_a_file_of_version_1_still_loads():
    model = MLP([2, 3], rng=1)
    checkpoints.load(model, FILES / "version-1.npz")
    assert same(model, MLP([2, 3], rng=0))
    with pytest.raises(ValueError, match=r"but not its layers: .*checkpoints\.load\(model"):
        checkpoints.load_model(FILES / "version-1.npz")


def test_a_file_of_version_2_still_loads():
    iris = datasets.load("iris")
    model = Sequential(InUnits(MLP([4, 3], rng=0, dropout=0.1), Units.of(iris)))
    saved = checkpoints.load_model(FILES / "version-2.npz")
    assert same(saved.model, model) and repr(saved.model) == repr(model.eval())
    assert (saved.feature_names, saved.target_names) == (iris.feature_names, iris.target_names)


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_weights_that_are_no_numbers_are_told_when_saved_and_when_loaded(value, file):
    model = MLP([2, 3], rng=0)
    model.layers[0].bias.data[1] = value
    message = r"model.npz holds NaN or inf in layers\.0\.bias"
    for work in (
        lambda: checkpoints.save(model, file),
        lambda: checkpoints.load(MLP([2, 3]), file),
        lambda: checkpoints.load_model(file),
    ):
        with pytest.warns(UserWarning, match=message) as caught:
            work()
        assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (lambda m: checkpoints.save("a.npz", m), "save takes a model, then .* not str and MLP"),
        (lambda m: checkpoints.load("a.npz", m), "load takes a model, then .* not str and MLP"),
        (lambda m: checkpoints.save(m, None), "not MLP and NoneType"),
        (lambda m: checkpoints.load_model(m), "load_model takes the path of a file, not MLP"),
        (lambda m: checkpoints.save(m, "a.npz", [1.0]), "data must be a Dataset"),
        (lambda m: checkpoints.save(m.state_dict(), "a.npz"), "not dict and str"),
    ],
)
def test_arguments_of_other_kinds_are_told_apart(mistake, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TypeError, match=text):
        mistake(MLP([2, 3]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "read", [checkpoints.load_model, lambda p: checkpoints.load(MLP([2, 3]), p)]
)
def test_a_folder_is_no_checkpoint(read, tmp_path):
    with pytest.raises(ValueError, match="is a folder, not a checkpoint"):
        read(tmp_path)


def test_the_wrong_model_is_told_how_to_get_the_right_one(file):
    with pytest.raises(ValueError, match="load_model makes the right one"):
        checkpoints.load(MLP([2, 4]), file)


def spoilt(value):
    """Plain data with something else in one place, in every way."""
    yield from (None, 7, "nonsense", [], [[]], {"layer": "Linear"})
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            for other in spoilt(inner):
                copy = value.copy()
                copy[key] = other
                yield copy


def test_whatever_the_description_says_is_refused_or_gives_a_model(tmp_path):
    data = replace(datasets.load("iris"), preparation=None)
    model = Sequential(InUnits(MLP([4, 3], rng=0, dropout=0.1), Units.of(data)), LeakyReLU())
    checkpoints.save(model, tmp_path / "x.npz", data=data)
    members, made = members_of(tmp_path / "x.npz"), 0
    for other in spoilt(json.loads(text_of(members))):
        changed = sealed(members | {ABOUT: as_text(other)})
        rewritten(tmp_path / "x.npz", lambda m, changed=changed: changed)
        try:
            saved = checkpoints.load_model(tmp_path / "x.npz")
            assert saved.predict(data.x).shape == (150, 3)
            made += 1
        except ValueError as error:
            assert len(str(error)) < 1000
    assert made > 10


@pytest.mark.parametrize(
    "text",
    [b'{"architecture": ' + b"[" * 100_000, b"[" + b"[]," * 1_000_000 + b"0]", b"1" * 10**5],
    ids=["deep", "wide", "long"],
)
def test_a_description_that_would_fill_the_memory_is_refused(text, file):
    rewritten(file, lambda m: sealed(m | {ABOUT: as_text(text)}))
    tracemalloc.start()
    with pytest.raises(ValueError, match="damaged"):
        checkpoints.load_model(file)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


# --- check sums -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m | {WEIGHT: npy(np.ones((2, 3)))},
        lambda m: m | {ABOUT: as_text(text_of(m).replace(b'"ReLU"', b'"Tanh"'))},
        lambda m: m | {SUM: npy(np.zeros(32, np.uint8))},
        lambda m: {name: content for name, content in m.items() if name != SUM},
    ],
    ids=["a number", "the description", "the sum", "no sum"],
)
def test_what_was_changed_is_not_taken_for_what_was_saved(change, tmp_path):
    checkpoints.save(MLP([2, 3, 1], rng=0), tmp_path / "model.npz")
    rewritten(tmp_path / "model.npz", lambda m: m | {WEIGHT: m["state.layers.0.weight.npy"]})
    checkpoints.load_model(tmp_path / "model.npz")
    rewritten(tmp_path / "model.npz", change)
    with pytest.raises(ValueError, match="damaged"):
        checkpoints.load_model(tmp_path / "model.npz")


def test_a_flipped_bit_of_safetensors_which_has_no_check_sum_is_harmless_or_refused(tmp_path):
    path, saved = tmp_path / "model.safetensors", MLP([2, 3], rng=0)
    checkpoints.save(saved, path)
    whole, refused = path.read_bytes(), 0
    for i in range(0, len(whole), 5):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 1 << i % 8]) + whole[i + 1 :])
        try:
            assert same(checkpoints.load_model(path).model, saved)
        except ValueError:
            refused += 1
    assert refused > 0.8 * len(whole) / 5


# --- the other format, and what surrounds both ------------------------------------------------


def test_the_file_is_what_other_programs_read_as_safetensors(tmp_path):
    from safetensors.numpy import load_file

    model = MLP([2, 3], rng=0)
    checkpoints.save(model, tmp_path / "model.safetensors")
    found = load_file(tmp_path / "model.safetensors")
    assert np.array_equal(found["state.layers.0.weight"], model.layers[0].weight.data)


def headed(text):
    """A file of safetensors with this header."""
    return struct.pack("<Q", len(text)) + text.encode() + bytes(8)


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 3 * 2**20) + b"{" + b" " * (3 * 2**20 - 2) + b"}",
        struct.pack("<Q", 10) + b"{",
        headed('{"state.x":{"dtype":"F64","shape":[99999999999],"data_offsets":[0,8]}}'),
        headed('{"state.x":{"dtype":"F64","shape":[1],"data_offsets":[8,99999999]}}'),
        b"12345",
    ],
    ids=["endless header", "wide header", "no header", "a large claim", "far away", "too short"],
)
def test_a_hostile_file_of_safetensors_is_refused_before_it_is_read(content, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    for read in (checkpoints.load_model, lambda path: checkpoints.load(MLP([2, 3]), path)):
        with pytest.raises(ValueError, match="is not a tinynet checkpoint, or is damaged"):
            read(path)


def test_what_safetensors_does_not_have_is_told(tmp_path):
    model = MLP([2, 3], rng=0, dtype=np.longdouble)
    with pytest.raises(ValueError, match=r"no float128 \(state\.layers\.0\.weight\); use \.npz"):
        checkpoints.save(model, tmp_path / "model.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_its_install_line_is_told(tmp_path, monkeypatch):
    checkpoints.save(MLP([2, 3]), tmp_path / "model.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    for work in (checkpoints.load_model, lambda path: checkpoints.save(MLP([2, 3]), path)):
        with pytest.raises(ImportError, match=r'pip install "tinynet-learn\[safetensors\]"'):
            work(tmp_path / "model.safetensors")


def test_a_list_of_members_that_would_fill_the_memory_is_refused(file):
    many = {f"state.{i:030000}.npy": b"" for i in range(80)}
    rewritten(file, lambda members: members | many)
    tracemalloc.start()
    with pytest.raises(ValueError, match="its list of arrays is too long"):
        checkpoints.load_model(file)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_small_file_needs_no_list_of_members_for_large_ones(file, monkeypatch):
    """The longer form could hide how long the list is."""
    members = members_of(file)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    rewritten(file, lambda _: members)
    assert b"PK\x06\x07" in file.read_bytes() and members_of(file) == members
    with pytest.raises(ValueError, match="its list of arrays is too long"):
        checkpoints.load_model(file)


# --- Checkpoint: while a model is trained -----------------------------------------------------


ROWS = np.linspace(-1, 1, 24)[:, None], np.linspace(-1, 1, 24)[:, None] ** 2


def trained(*callbacks, **options):
    model = MLP([1, 4, 1], rng=0)
    options = {"epochs": 7, "batch_size": 8, "progress": False, "validation": ROWS} | options
    optimizer = tn.optimizers.SGD(model.parameters(), lr=0.3)
    history = tn.fit(model, tn.losses.mse, optimizer, ROWS, callbacks=callbacks, **options)
    return model, history


def test_the_last_model_is_kept_and_every_third_one_under_its_epoch(tmp_path):
    states = []
    model, _ = trained(
        Checkpoint(tmp_path / "last.npz"),
        Checkpoint(tmp_path / "at-{epoch}.npz", keep=3),
        lambda history, model: states.append(model.state_dict()),
    )
    assert same(checkpoints.load_model(tmp_path / "last.npz").model, model)
    assert {path.name for path in tmp_path.iterdir()} == {"last.npz", "at-3.npz", "at-6.npz"}
    sixth = checkpoints.load_model(tmp_path / "at-6.npz").model.state_dict()
    assert all(np.array_equal(sixth[name], states[5][name]) for name in sixth)


@pytest.mark.parametrize(("mode", "best"), [("min", 3), ("max", 4)])
def test_the_best_model_is_kept_and_nan_is_never_the_best(mode, best, tmp_path):
    values = iter([0.5, np.nan, 0.1, 0.9, 0.4, 0.1, np.nan])
    written = []

    def mine(history, model):
        history.append(mine=next(values))

    trained(
        mine,
        Checkpoint(tmp_path / "best.npz", keep="best", monitor="mine", mode=mode),
        lambda history, model: written.append((tmp_path / "best.npz").read_bytes()),
    )
    assert [i for i in range(1, 7) if written[i] != written[i - 1]][-1] + 1 == best


def test_a_file_of_a_dataset_knows_its_names(tmp_path):
    iris = datasets.load("iris")
    model = MLP([4, 3], rng=0)
    optimizer = tn.optimizers.SGD(model.parameters())
    keep = [Checkpoint(tmp_path / "iris.npz")]
    options = {"epochs": 1, "batch_size": 50, "callbacks": keep, "progress": False}
    tn.fit(model, tn.losses.cross_entropy, optimizer, iris, **options)
    assert checkpoints.load_model(tmp_path / "iris.npz").feature_names == iris.feature_names


def test_the_files_of_a_run_know_its_loss(tmp_path):
    iris, model = datasets.load("iris"), MLP([4, 3], rng=0)
    optimizer = tn.optimizers.SGD(model.parameters())
    options = {"callbacks": [Checkpoint(tmp_path / "c.npz")], "resume": tmp_path / "r.npz"}
    hinge = tn.losses.multiclass_hinge
    tn.fit(model, hinge, optimizer, iris, epochs=1, batch_size=50, progress=False, **options)
    for name in ("c.npz", "r.npz"):
        saved = checkpoints.load_model(tmp_path / name)
        with pytest.raises(ValueError, match="scores of multiclass_hinge are no probabilities"):
            saved.probabilities(iris)


def test_a_full_disk_ends_no_run_and_the_older_model_stays(tmp_path, monkeypatch):
    real, calls = np.savez, iter(range(99))

    def full(file, **arrays):
        if next(calls) >= 2:
            raise OSError(28, "No space left on device")
        real(file, **arrays)

    monkeypatch.setattr(np, "savez", full)
    with pytest.warns(UserWarning, match="the run goes on, but: .*No space .*last.npz"):
        _, history = trained(Checkpoint(tmp_path / "last.npz"))
    assert history.epochs == 7 and checkpoints.load_model(tmp_path / "last.npz")


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Checkpoint(3), TypeError, "takes the path of a file, not int"),
        (lambda: Checkpoint("a.npz", 0), ValueError, "keep must be a whole number"),
        (lambda: Checkpoint("a.npz", "first"), ValueError, "keep must be a whole number"),
        (lambda: Checkpoint("a.npz", 2), ValueError, "such as \"model-{epoch}.npz\", not 'a.npz'"),
        (lambda: Checkpoint("a.npz", "best", "mine"), ValueError, "Checkpoint: is a smaller or"),
        (lambda: trained(Checkpoint("no/a.npz")), ValueError, "there is no folder no"),
        (
            lambda: trained(Checkpoint("a.npz", "best"), validation=None),
            ValueError,
            "Checkpoint monitors 'val_loss', but the history has loss",
        ),
    ],
)
def test_what_checkpoint_cannot_do_is_told(make, error, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=text):
        make()
    assert list(tmp_path.iterdir()) == []


# --- thousands of files -----------------------------------------------------------------------


@pytest.mark.slow
def test_damaged_and_forged_files_give_the_same_model_or_a_value_error():
    """1,000 of them in a process of its own; `python -m tests.fuzz_checkpoints` tries 10,000."""
    command = [sys.executable, "-m", "tests.fuzz_checkpoints", "1000", str(secrets.randbits(30))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seconds, memory = re.search(r"longest ([\d.]+) s, at most (\d+) MB", done.stdout).groups()
    assert float(seconds) < 10 and int(memory) < 200
    assert "the same" in done.stdout and "refused" in done.stdout
