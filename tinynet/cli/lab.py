"""`tinynet lab`: tinynet with Python in one HTML file, for a computer without an installation."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from ..training.files import atomic_write, check_can_write
from .options import new_file


def add_to(commands: Any) -> None:
    """Add the command and its options to the parser."""
    parser = commands.add_parser("lab", help="tinynet and Python in one HTML file, to pass on")
    add = parser.add_argument
    add(
        "parts",
        nargs="*",
        metavar="PART",
        help="play, step, course (left out: these three), the number of a tutorial, a script to"
        " step through, an assignment",
    )
    add(
        "--grade",
        metavar="NAME",
        help="grade an assignment in it: then it holds the solution, and is the teacher's alone",
    )
    add("--out", type=new_file, metavar="FILE.html", help="the file (lab.html)")
    add("--site", type=Path, metavar="DIR", help="write the files of a web site instead")
    add("--force", action="store_true", help="write into a DIR in which there is something")
    add("--matplotlib", action="store_true", help="with Matplotlib: 13 MB more")
    add(
        "--pyodide",
        metavar="PLACE",
        default=os.environ.get("TINYNET_PYODIDE"),
        help="a folder, archive or address with Pyodide (TINYNET_PYODIDE, or its public address)",
    )
    add("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(command=lab)


def lab(options: argparse.Namespace) -> int:
    """Write the lab."""
    from ..classroom.handout.make import check_empty
    from ..classroom.lab import page, parts, pyodide

    if options.site is not None and options.out is not None:
        raise ValueError("--out FILE and --site DIR are two labs: give one of them")
    if options.site is not None and options.grade is not None:
        raise ValueError(
            "--site is for everyone, and --grade holds the solution: write that lab to a file"
        )
    if options.site is not None and not options.force:
        check_empty(options.site, ", or overwrite with --force")
    if options.site is None:
        check_can_write(out := options.out or "lab.html")
    shown = parts.faces(options.parts, options.grade)
    made = page.lab(
        shown,
        options.pyodide or pyodide.ADDRESS,
        options.matplotlib or parts.need_matplotlib(shown),
        progress=not options.quiet,
    )
    if options.site is not None:
        return _write_site(made.site(), options.site)
    with atomic_write(out) as file:
        file.write(made.one_file().encode())
    print(f"written: {out} ({os.path.getsize(out) / 1e6:.1f} MB), which opens by double click")
    return 0


def _write_site(files: dict[str, bytes], folder: Path) -> int:
    """Write the page last: until then the one before finds its files."""
    for name in sorted(files, key="index.html".__eq__):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / name) as file:
            file.write(files[name])
    size = sum(map(len, files.values())) / 1e6
    print(f"written: {len(files)} files ({size:.1f} MB) in {folder}, for a web server")
    return 0
