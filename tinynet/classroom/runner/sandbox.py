"""The sandbox: what holds the process of a submission, on this machine.

Everywhere a process of its own with an empty environment. On Unix it has limits, and is the user
nobody where the judge is root. With bubblewrap (Linux) it also sees no file but Python's and the
named packages', no network and no other process, and whatever it starts ends with it. Without, the
kernel's Landlock closes what it can.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .worker import landlock

NOBODY = 65534
LIMITS = {  # by the names of the module resource
    "RLIMIT_AS": 2**30,  # bytes of memory
    "RLIMIT_FSIZE": 0,  # bytes of a file: a submission reads, and writes nothing
    "RLIMIT_NOFILE": 64,
    "RLIMIT_NPROC": 0,  # neither processes nor threads, once it has begun
    "RLIMIT_CORE": 0,
}
SCRATCH = "/scratch"  # its folder, with bubblewrap
SCRATCH_BYTES = 2**26
COMMON = ("dataclasses", "decimal", "fractions", "statistics", "typing")  # see `prepared`
_START = (
    "import sys; place = sys.argv.pop(1); sys.path.insert(0, place);"
    " from worker import main; sys.path.remove(place); main.main()"
)


def surroundings(sandboxed: bool | None = None) -> str:
    """What a submission is held by on this machine, in a sentence for the report."""
    if sys.platform == "emscripten":
        return "a browser's worker: no files, no network, no other page; limits of time and memory"
    if bubblewrap() and sandboxed is not False:
        return "bubblewrap: no files but Python's, no network, no other processes; limits"
    if os.name != "posix":
        return (
            "a process with a limit of time, as this system offers no more: it could use this"
            " user's files and the network, and what it starts could go on"
        )
    limits = "limits" if sys.platform == "linux" else "limits, not all of which this system keeps"
    return f"a process with {limits}; {_without_bubblewrap(landlock.version())}"


def _without_bubblewrap(closes: int) -> str:
    """What it could do that bubblewrap would prevent."""
    if closes >= 6:
        return "Landlock: no files but Python's, no TCP; without bubblewrap it could use UDP"
    others = "" if _is_root() else ", and end other processes of this user"
    if closes:
        return (
            "Landlock: no files but Python's; without bubblewrap it could use the network" + others
        )
    whose = "read what all users may read" if _is_root() else "read and delete this user's files"
    return f"without bubblewrap it could {whose}, use the network{others}"


@functools.cache
def bubblewrap() -> str | None:
    """The program bwrap, where it is there and works."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    trial = [*_inside(program, _places([])), _python(), "-I", "-S", "-c", ""]
    done = subprocess.run(trial, capture_output=True, timeout=60)
    return program if done.returncode == 0 else None


def command(packages: Sequence[str], sandboxed: bool) -> list[str]:
    """How the worker is started."""
    here, found = Path(__file__).parent, [_place(name) for name in packages]
    folders = dict.fromkeys(str(place.parent) for place in found)
    start = [_python(), "-I", "-S", "-B", "-c", _START, str(here), ",".join(packages), *folders]
    program = bubblewrap()
    if program is None or not sandboxed:
        return start
    return _inside(program, _places(packages)) + start


def environment() -> dict[str, str]:
    """An empty one, but for one thread and what Windows cannot do without."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return one | kept | {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}


def limits(seconds: float) -> dict[str, int]:
    """What the worker may use, and the user that it becomes."""
    cpu = {"RLIMIT_CPU": int(seconds) + 10} if seconds < float("inf") else {}
    return LIMITS | cpu | ({"user": NOBODY} if _is_root() else {})


def prepared(packages: Sequence[str], sandboxed: bool) -> list[str]:
    """What is imported before the worker becomes nobody, as it could not be afterwards."""
    hidden = _is_root() and not _is_open(Path(_python()))
    return [*packages, *COMMON] if hidden and not sandboxed else []


def scratch() -> str:
    """A new folder for what was handed in, where also nobody gets at it."""
    places = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    found = [p for p in places if not _is_root() or _is_open(Path(p, "x"))]
    folder = tempfile.mkdtemp(prefix="tinynet-", dir=next(iter(found), None))
    os.chmod(folder, 0o755)
    return folder


def _is_open(path: Path) -> bool:
    """Can all users come to what stands there?"""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def readable(packages: Sequence[str], sandboxed: bool) -> list[str]:
    """What Landlock leaves open; nothing where it is not there, or not needed."""
    closes = landlock.version() and not sandboxed
    return [str(place) for place in _places(packages)] if closes else []


def _places(packages: Sequence[str]) -> list[Path]:
    """Python, its libraries, the worker and the packages."""
    system = (Path(p) for p in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache"))
    found = [_place(name) for name in packages]
    libraries = [place.with_name(f"{place.name}.libs") for place in found]
    python = Path(sys.base_prefix), Path(_python()).parent
    return sorted({*system, *python, *found, *libraries, Path(__file__).parent / "worker"})


def _inside(program: str, places: Sequence[Path]) -> list[str]:
    """The command that shows Python and these places to what follows, and an empty folder."""
    above = sorted({parent for place in places for parent in place.parents[:-1]})
    binds = [word for parent in above for word in ("--perms", "0755", "--dir", str(parent))]
    binds += [word for place in places for word in ("--ro-bind-try", str(place), str(place))]
    apart = ["--unshare-all"]
    if _is_root():  # a user's namespace has no other user to become
        apart = [f"--unshare-{what}" for what in ("ipc", "pid", "net", "uts", "cgroup-try")]
        apart += [word for what in ("SETUID", "SETGID") for word in ("--cap-add", f"CAP_{what}")]
    return [
        *(program, "--die-with-parent", "--new-session", "--cap-drop", "ALL", *apart),
        *("--proc", "/proc", "--dev", "/dev", "--size", str(SCRATCH_BYTES), "--perms", "1777"),
        *("--tmpfs", SCRATCH, *binds, "--chdir", SCRATCH),
    ]


def _python() -> str:
    return os.path.realpath(sys.executable)


def _place(name: str) -> Path:
    """The folder of an installed package."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"the package {name}, which this assignment needs, is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _is_root() -> bool:
    geteuid: Any = getattr(os, "geteuid", None)  # not on Windows
    return geteuid is not None and geteuid() == 0
