"""Files: written whole or not at all, and only over what is a file."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from tinynet import checkpoints
from tinynet.layers import Linear
from tinynet.training.files import atomic_write, check_can_write, kind_of


def write(path, content=b"new"):
    with atomic_write(path) as file:
        file.write(content)


def make_socket(path):
    os.chdir(path.parent)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


NO_FILES = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a socket": make_socket,
    "a device": lambda path: path.symlink_to("/dev/full"),
}


@pytest.mark.parametrize(("kind", "make"), NO_FILES.items(), ids=NO_FILES)
def test_what_is_no_file_is_refused_and_stays(kind, make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "x")
    before = (tmp_path / "x").lstat()
    for attempt in (write, check_can_write):
        with pytest.raises(ValueError, match=f"cannot write .*x: it is {kind}"):
            attempt(tmp_path / "x")
    after = (tmp_path / "x").lstat()
    assert kind_of(tmp_path / "x") == kind
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert os.listdir(tmp_path) == ["x"]


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (".", "it is a folder"),
        ("", "it is a folder"),
        ("nope/c.npz", "there is no folder nope"),
        ("file/c.npz", "Not a directory"),
        ("x" * 256, "File name too long"),
        ("loop", "Too many levels of symbolic links"),
    ],
)
def test_a_place_that_cannot_be_is_named_as_it_was_given(path, problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for attempt in (write, check_can_write):
        with pytest.raises(ValueError, match=problem) as caught:
            attempt(path)
        assert "tinynet-" not in str(caught.value) and (path or ".") in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == ["file", "loop"]


@pytest.mark.parametrize("there", [True, False], ids=["old file", "no file yet"])
def test_a_link_stays_and_the_file_behind_it_is_written(there, tmp_path):
    (tmp_path / "real").mkdir()
    if there:
        (tmp_path / "real" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real/file")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "file").read_bytes() == b"new"
    assert os.listdir(tmp_path / "real") == ["file"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_rights_also_while_it_is_written(mode, tmp_path):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    with atomic_write(path) as file:
        assert os.fstat(file.fileno()).st_mode & 0o777 == mode
    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a file to somebody else")
def test_a_file_stays_its_owners(tmp_path):
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", 1234, 5678)
    write(tmp_path / "file")
    stat = (tmp_path / "file").stat()
    assert (stat.st_uid, stat.st_gid) == (1234, 5678)


@pytest.mark.parametrize("length", [1, 230, 255])
def test_a_name_may_be_as_long_as_a_name_can_be(length, tmp_path):
    write(tmp_path / ("x" * length))
    assert os.listdir(tmp_path) == ["x" * length]


def test_a_disk_that_is_full_is_told_with_the_path_and_the_old_file_stays(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError) as caught:
            write(tmp_path / "file", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.filename == str(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"old" and os.listdir(tmp_path) == ["file"]


def test_what_a_killed_run_left_is_tidied_an_hour_later(tmp_path):
    left, others = tmp_path / ".tinynet-0123456789abcdef.tmp", tmp_path / ".tinynet-mine"
    for path, age in ((left, 3000), (others, 9000)):
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    write(tmp_path / "file")
    assert left.exists()  # perhaps it is still written
    os.utime(left, (time.time() - 3700,) * 2)
    write(tmp_path / "file")
    assert not left.exists() and others.exists()


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_file_or_the_new_one(tmp_path):
    program = (
        "import sys, numpy as np\n"
        "from tinynet import checkpoints\n"
        "from tinynet.layers import Linear\n"
        "model = Linear(300, 300, rng=0)\n"
        "for i in range(10 ** 9):\n"
        "    for parameter in model.parameters():\n"
        "        parameter.data[...] = i\n"
        "    checkpoints.save(model, sys.argv[1])\n"
        "    print(i, flush=True)\n"
    )
    path, rng = tmp_path / "model.npz", np.random.default_rng(0)
    for _ in range(30):
        run = subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
        )
        run.stdout.readline()
        time.sleep(rng.uniform(0, 0.05))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        model = Linear(300, 300, rng=0)
        checkpoints.load(model, path)
        assert len({*model.weight.data.ravel(), *model.bias.data}) == 1
