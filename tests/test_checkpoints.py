"""Checkpoints: what was saved comes back, or the file is refused and nothing happens."""

import json
import pickle
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from tinynet import Tensor, checkpoints, datasets
from tinynet.layers import MLP, LeakyReLU, Linear, Module, Sequential
from tinynet.training.units import InUnits, Units


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
@pytest.mark.parametrize("name", ["model.npz", "model", "model.txt"])
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


def rewritten(file, change, compression=zipfile.ZIP_STORED):
    """The file again, after `change` of its members: name -> bytes."""
    with zipfile.ZipFile(file) as old:
        members = change({name: old.read(name) for name in old.namelist()})
    with zipfile.ZipFile(file, "w", compression) as new:
        for name, content in members.items() if isinstance(members, dict) else members:
            new.writestr(name, content)


def npy(array, header=None):
    """An array as the bytes of a .npy file, perhaps with another header in front."""
    path = zipfile.io.BytesIO()
    np.save(path, array)
    content = path.getvalue()
    return content if header is None else npy_header(header) + content[128:]


def npy_header(text):
    return (
        b"\x93NUMPY\x01\x00" + len(text.ljust(118)).to_bytes(2, "little") + text.ljust(118).encode()
    )


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
    rewritten(file, change, compression)
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
    rewritten(file, lambda members: members | large, zipfile.ZIP_DEFLATED)
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


@pytest.mark.parametrize("version", [0, -1, 3, 10**6])
def test_a_version_that_is_not_known_is_refused(version, file):
    rewritten(file, lambda m: m | {"tinynet.checkpoint.npy": npy(np.array(version))})
    for read in (lambda path: checkpoints.load(MLP([2, 3]), path), checkpoints.load_model):
        with pytest.raises(ValueError, match=f"version {version} .*reads up to 2: pip install"):
            read(file)


def test_a_file_of_version_1_still_loads(tmp_path):
    saved, model = MLP([2, 3], rng=0), MLP([2, 3], rng=1)
    arrays = {f"state.{name}": value for name, value in saved.state_dict().items()}
    np.savez(tmp_path / "old.npz", **{"tinynet.checkpoint": np.array(1)}, **arrays)
    checkpoints.load(model, tmp_path / "old.npz")
    assert same(model, saved)
    with pytest.raises(ValueError, match=r"but not its layers: .*checkpoints\.load\(model"):
        checkpoints.load_model(tmp_path / "old.npz")


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
    with np.load(tmp_path / "x.npz") as archive:
        about, made = json.loads(bytes(archive["tinynet.about"])), 0
    for other in spoilt(about):
        content = npy(np.frombuffer(json.dumps(other).encode(), np.uint8))
        rewritten(tmp_path / "x.npz", lambda m, c=content: m | {"tinynet.about.npy": c})
        try:
            saved = checkpoints.load_model(tmp_path / "x.npz")
            assert saved.predict(data.x).shape == (150, 3)
            made += 1
        except ValueError as error:
            assert len(str(error)) < 1000
    assert made > 10


def test_a_description_that_is_too_deep_is_refused(file):
    deep = b'{"architecture": ' + b"[" * 100_000
    rewritten(file, lambda m: m | {"tinynet.about.npy": npy(np.frombuffer(deep, np.uint8))})
    with pytest.raises(ValueError, match="damaged"):
        checkpoints.load_model(file)
