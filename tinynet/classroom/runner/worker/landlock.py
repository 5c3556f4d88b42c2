"""Landlock: on Linux, a process gives up for good the files, ports and processes it has no need of.

It needs no right and no program, so it is there where bubblewrap is not. The calls are those of
the kernel (https://docs.kernel.org/userspace-api/landlock.html); what a kernel can close it says
by a version: 1 files, 4 also TCP, 6 also signals to other processes.
"""

import ctypes
import os
import struct
import sys

CREATE, ADD, RESTRICT = 444, 445, 446  # the calls' numbers
READ_FILE, READ_FOLDER = 4, 8
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights on files each version knows
NO_NEW_PRIVILEGES = 38  # of prctl


def version():
    """What of Landlock there is: 0 where nothing."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(CREATE, None, 0, 1))


def close(readable):
    """From here on only these files and folders can be read, and none be changed or run."""
    known = min(version(), 6)
    files = (1 << RIGHTS.get(known, 16)) - 1
    ports, others = (3 if known >= 4 else 0), (3 if known >= 6 else 0)
    about = struct.pack("QQQ", files, ports, others)[: 8 * (1 + (known >= 4) + (known >= 6))]
    rules = _done(_call(CREATE, about, len(about), 0))
    for place in filter(os.path.exists, readable):
        rights = READ_FILE | (READ_FOLDER if os.path.isdir(place) else 0)
        number = os.open(place, os.O_PATH)
        _done(_call(ADD, rules, 1, struct.pack("=Qi", rights, number), 0))
        os.close(number)
    _done(ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _done(_call(RESTRICT, rules, 0))
    os.close(rules)


def _call(number, *arguments):
    whole = (ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
    return ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *whole)


def _done(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock: " + os.strerror(ctypes.get_errno()))
    return result
