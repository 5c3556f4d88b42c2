"""Checkpoints: what was saved comes back, or the file is refused and nothing happens."""

import pickle

import numpy as np
import pytest

from tinynet import Tensor, checkpoints
from tinynet.layers import MLP, Linear, Module


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
        with pytest.raises(ValueError, match="model.npz is not .*checkpoint, or is damaged"):
            checkpoints.load(model, file)
    assert same(model, MLP([2, 3], rng=1))


def test_a_flipped_byte_is_harmless_or_refused(file):
    whole, saved = file.read_bytes(), MLP([2, 3], rng=0)
    for i in range(len(whole)):
        file.write_bytes(whole[:i] + bytes([whole[i] ^ 255]) + whole[i + 1 :])
        model = MLP([2, 3], rng=1)
        try:
            checkpoints.load(model, file)
            assert same(model, saved)
        except ValueError:
            assert same(model, MLP([2, 3], rng=1))


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
    with pytest.raises(ValueError, match="x.npz is not a tinynet checkpoint"):
        checkpoints.load(MLP([2, 3]), tmp_path / "x.npz")
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
