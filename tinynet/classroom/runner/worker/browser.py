"""In a browser: the worker's loop over messages that the page sends, and the doors to it closed.

Python waits there by switching its stack (JavaScript Promise Integration), so that a submission can
call a function of the judge's in the middle of its own.
"""

import os
import sys

from . import main, wire

SCRATCH = "/scratch"
DOORS = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "micropip")


def serve(next_message, send):
    """Answer the messages that `next_message` promises, by `send`."""
    from pyodide.ffi import run_sync, to_js

    os.mkdir(SCRATCH)
    os.chdir(SCRATCH)
    _close()
    main.serve(
        lambda: wire.unpacked(run_sync(next_message()).to_bytes()),
        lambda message: send(to_js(wire.packed(message))),
    )


def _close():
    """Python finds JavaScript no more by its names; what it finds otherwise, the frame bounds."""
    for name in list(sys.modules):
        if name.partition(".")[0] in DOORS:
            del sys.modules[name]
    sys.meta_path[:] = [each for each in sys.meta_path if "js" not in type(each).__name__.lower()]
