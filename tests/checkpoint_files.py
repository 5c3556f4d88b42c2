"""Checkpoints as bytes: to change a file as an accident, or as somebody on purpose, would."""

import contextlib
import hashlib
import io
import json
import zipfile

import numpy as np

from tinynet.training.checkpoints import contents

ABOUT, SUM = "tinynet.about.npy", "tinynet.sha256.npy"


def members_of(file):
    """The members of an .npz file: name -> bytes."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(file, change, compression=zipfile.ZIP_STORED):
    """The file again, after `change` of its members."""
    members = change(members_of(file))
    with zipfile.ZipFile(file, "w", compression) as new:
        for name, content in members.items() if isinstance(members, dict) else members:
            new.writestr(name, content)


def npy(array, header=None):
    """An array as the bytes of a .npy file, perhaps with another header in front."""
    path = io.BytesIO()
    np.save(path, array)
    content = path.getvalue()
    return content if header is None else npy_header(header) + content[128:]


def npy_header(text):
    return (
        b"\x93NUMPY\x01\x00" + len(text.ljust(118)).to_bytes(2, "little") + text.ljust(118).encode()
    )


def as_text(value):
    """A description as the bytes of its member."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return npy(np.frombuffer(text, np.uint8))


def text_of(members):
    return bytes(np.load(io.BytesIO(members[ABOUT])))


def sealed(members):
    """The members with check sums that are right: so whoever changed them knew how."""
    members = dict(members)
    with contextlib.suppress(ValueError, TypeError, RecursionError, MemoryError):  # it is none
        about = json.loads(text_of(members))
        about["sha256"] = {prefix: _sum(members, prefix) for prefix in ("state.", "run.")}
        members[ABOUT] = as_text(about)
    with contextlib.suppress(ValueError, TypeError, MemoryError):
        members[SUM] = npy(np.frombuffer(hashlib.sha256(text_of(members)).digest(), np.uint8))
    return members


def _sum(members, prefix):
    names = [name.removesuffix(".npy") for name in members if name.startswith(prefix)]
    return contents._sum(
        {name.removeprefix(prefix): np.load(io.BytesIO(members[f"{name}.npy"])) for name in names}
    )
