"""`tinynet play`: a page on this machine to choose, train and compare small networks."""

from __future__ import annotations

import argparse
import contextlib
import threading
import webbrowser
from typing import Any

from .options import number

INSTALL = 'python -m pip install ".[play]"'


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("play", help="a page where one chooses, trains and compares")
    port = number(int, "a whole number from 0 to 65535", lambda n: 0 <= n <= 65535)
    parser.add_argument("--port", type=port, default=8421, help="of 127.0.0.1 (8421); 0: any free")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.set_defaults(command=play)


def play(options: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    try:
        import uvicorn

        from ..views.playground import server
    except ModuleNotFoundError as error:
        if error.name not in ("uvicorn", "starlette"):
            raise
        raise ValueError(f"the playground needs {error.name}: {INSTALL}") from None
    listening = server.listen(options.port)
    port = listening.getsockname()[1]
    config = uvicorn.Config(
        server.application(port), log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )
    address = f"http://{server.HOST}:{port}/"
    print(f"tinynet is at {address} (Ctrl-C ends it)", flush=True)
    if not options.no_browser:
        threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):  # the way to end it
        uvicorn.Server(config).run(sockets=[listening])
    return 0
