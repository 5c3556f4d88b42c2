"""Damaged and forged checkpoints by the thousand: each gives the same model, or a ValueError.

python -m tests.fuzz_checkpoints [COUNT [SEED]] prints what became of them, and how much time and
memory it took. Only a file whose check sums were made right again may give another model.
"""

import collections
import io
import json
import random
import re
import sys
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

import numpy as np

from tests.checkpoint_files import ABOUT, as_text, members_of, npy, sealed, text_of
from tests.resumed_run import RUNS, outcome, run
from tinynet import checkpoints
from tinynet.layers import MLP

FILES = Path(__file__).parent / "files"
EXTREMES = [None, True, -1, 0, 1e400, -1e400, float("nan"), 2**70, -(2**40), 1e308, "", "x" * 9999]
EXTREMES += [[], {}, [[]], {"": ["array", "state#0"]}, {"": ["floats", "none"]}, {"": 3}]
SHAPES = [b"(99999999999,)", b"(2147483647, 2147483647)", b"(-1,)", b"(0, 99999999)", b"()", b"(1,"]
DTYPES = [
    b"'<f2'",
    b"'|O'",
    b"'<U999999999'",
    b"'<M8[s]'",
    b"'<c16'",
    b"[('a', '<f8', (99999999,))]",
]

ARRAYS = [np.zeros(0), np.full(3, np.nan), np.array("x" * 999), np.zeros((4, 16), np.float32)]
ARRAYS += [np.array(3), np.array(-1), np.array(2**60), np.zeros(2000, np.uint8), np.ones((1, 1, 1))]


class Fuzz:
    """The seeds, and the ways in which a file can be changed."""

    def __init__(self, folder, seed):
        self.folder, self.random = folder, random.Random(seed)
        self.bomb = folder / "bomb.npz"
        np.savez_compressed(self.bomb, **{"state.x": np.zeros(40_000_000)})  # 320 MB
        self.seeds = {}
        for ending in ("npz", "safetensors"):
            model, path = RUNS["adam"]()[0], folder / f"model.{ending}"
            checkpoints.save(model, path)
            self.seeds[path] = "model"
            for name in ("adam", "own_layer"):
                path = folder / f"{name}.{ending}"
                run(name, path, 3)
                self.seeds[path] = name
        self.seeds |= {FILES / "version-1.npz": "old", FILES / "version-2.npz": "old"}
        self.bytes = {path: path.read_bytes() for path in self.seeds}
        self.right = {path: self.read(path, path) for path in self.seeds}
        for path in folder.glob("*"):
            path.write_bytes(self.bytes.get(path) or path.read_bytes())  # runs have gone on

    def read(self, path, seed):
        """What a file holds, read in every way that is right for it."""
        kind, found = self.seeds[seed], []
        if kind in ("adam", "model"):
            model = RUNS["adam"]()[0]
            checkpoints.load(model, path)
            found += [model, checkpoints.load_model(path).model]
        elif kind == "old" and "2" in seed.name:
            found.append(checkpoints.load_model(path).model)
        elif kind == "old":
            model = MLP([2, 3], rng=1)
            checkpoints.load(model, path)
            found.append(model)
        result = [repr(model.state_dict()) + repr(model) for model in found]
        if kind in ("adam", "own_layer"):
            result.append(dict(checkpoints.load_history(path)))
            result.append(outcome(*run(kind, path, 4)))
        return result

    # --- changes: bytes -> bytes ----------------------------------------------------------

    def flip(self, content):
        content = bytearray(content)
        for _ in range(self.random.choice([1, 1, 1, 2, 8, 64])):
            content[self.random.randrange(len(content))] ^= 1 << self.random.randrange(8)
        return bytes(content)

    def cut(self, content):
        return content[: self.random.randrange(len(content))]

    def splice(self, content):
        """A piece that is left out, doubled, zeroed, or another file's."""
        start, end = sorted(self.random.randrange(len(content)) for _ in range(2))
        other = self.random.choice(list(self.bytes.values()))
        piece = content[start:end]
        new = self.random.choice([b"", piece * 2, bytes(len(piece)), other[start:end], other])
        return content[:start] + new + content[end:]

    def number(self, content):
        """An extreme where a number of a header may be."""
        content, size = bytearray(content), self.random.choice([2, 4, 8])
        start = self.random.randrange(max(1, len(content) - size))
        if self.random.random() < 0.5:
            start = self.random.choice([0, max(0, len(content) - self.random.randrange(8, 60))])
        extreme = self.random.choice([0, 1, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1])
        content[start : start + size] = (extreme % 2 ** (8 * size)).to_bytes(size, "little")
        return bytes(content)

    def text(self, content):
        """Another text in a header: of an array, or of the file."""
        pairs = [(b"(4, 16)", s) for s in SHAPES] + [(b"(3,)", s) for s in SHAPES]
        pairs += [(b"'<f8'", d) for d in DTYPES] + [(b"False", b"True "), (b"'|u1'", b"'|O' ")]
        pairs += [(b'"F64"', b'"F32"'), (b'"F64"', b'"I64"'), (b"[4,16]", b"[9999999999]")]
        pairs += [
            (b'"data_offsets":[0,', b'"data_offsets":[9999999999,'),
            (b"}}", b"}}" + b"[" * 999),
        ]
        pairs += [(b'{"', b'{"a":' * 500 + b'{"'), (b'"shape":[]', b'"shape":[-1]')]
        old, new = self.random.choice(pairs)
        changed = content.replace(old, new, self.random.choice([1, 99]))
        return self.flip(content) if changed == content else changed

    # --- changes of members, with check sums that are right again, or not -----------------------

    def member(self, members):
        """Members that are left out, exchanged, doubled in another spelling, or somebody's."""
        name, other = self.random.choices(list(members), k=2)
        foreign = members_of(self.random.choice([p for p in self.seeds if p.suffix == ".npz"]))
        if foreign.get(name) == members[name]:  # with it, the other file would be complete
            foreign = {}
        return self.random.choice(
            [
                {k: v for k, v in members.items() if k != name},
                members | {name: members[other]},
                members | {name: self.random.choice(list({**foreign, **members}.values()))},
                foreign | {name: members[name]},
                members | {name.removesuffix(".npy"): members[name]},
                members | {name: npy(self.random.choice(ARRAYS))},
                members | {name: members[name] + b"more"},
            ]
        )

    def described(self, members):
        """A description with an extreme in some place."""
        about = json.loads(text_of(members))
        inner, key = self.random.choice(list(places(about)))
        inner[key] = self.random.choice([*EXTREMES, deep(self.random.choice([9, 300, 5000]))])
        try:
            return members | {ABOUT: as_text(about)}
        except RecursionError:
            return members | {ABOUT: as_text(b"[" * 5000 + b"]" * 5000)}

    def changed(self, seed):
        """A changed file: its bytes, what was done, and whether its sums were made right."""
        content = self.bytes[seed]
        of_bytes = [self.flip, self.cut, self.splice, self.number, self.text]
        of_members = [self.member, self.described] if content[:2] == b"PK" else []
        change = self.random.choice([*of_bytes, *of_members, *of_members])
        if change in of_bytes:
            return change(content), change.__name__, False
        members = members_of(seed)
        if change == self.described and ABOUT not in members:
            change = self.member
        members, right = change(members), self.random.random() < 0.6
        if self.seeds[seed] == "old":  # these have no check sums
            right = True
        elif right and ABOUT in members:
            members = sealed(members)
        compression = self.random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
        return zipped(members, compression, self.bomb, self.random), change.__name__, right


def places(value):
    """Every place in plain data: what holds it, and under which key."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


def zipped(members, compression, bomb, chance):
    """The members in a file; now and then with a bomb, or with one of them twice."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
        if chance.random() < 0.05:
            file.writestr(chance.choice(list(members)), b"twice")
        if chance.random() < 0.03:
            return bomb.read_bytes()
    return out.getvalue()


def main(count=10_000, seed=0):
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        fuzz, longest = Fuzz(Path(folder), seed), 0.0
        found = collections.Counter()
        for i in range(count):
            origin = fuzz.random.choice(list(fuzz.seeds))
            content, what, right = fuzz.changed(origin)
            path = Path(folder) / f"changed{origin.suffix}"
            path.write_bytes(content)
            start = time.perf_counter()
            try:
                same = fuzz.read(path, origin) == fuzz.right[origin]
                became = "the same" if same else "another model"
                if not (same or right):
                    path.rename(f"/tmp/wrong-{seed}-{i}{origin.suffix}")
                    sys.exit(f"{i}: {origin.name} after {what} gave another model")
            except ValueError:
                became = "refused"
            longest = max(longest, time.perf_counter() - start)
            found[f"{what}{', sums made right' if right else ''}: {became}"] += 1
    status = Path("/proc/self/status").read_text()  # ru_maxrss counts what the parent had, too
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024
    for line, number in sorted(found.items()):
        print(f"{number:7,} {line}")
    print(f"{count:,} files, the longest {longest:.2f} s, at most {memory} MB")
    return longest, memory


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
