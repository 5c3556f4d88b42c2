"""Build the site: `python tutorials/site/build.py OUT` (extra `site`).

OUT is then a folder of pages that work from disk and ask for nothing else. The course is executed
while the site is built; a tutorial that fails, or any warning of Sphinx, is an error. The parts:

conf.py       the settings of Sphinx
pages/        what is written for the site alone: the first page, and how to …
course.py     tutorials as notebooks, executed
catalogue.py  a page for each loss, from its card, with its picture
reference.py  a page for each namespace, from the docstrings
kept.py       what takes long is made on all cores, and kept
links.py      the other texts of the repository, with their links turned to the pages
formulas.py   formulas as MathML
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def build(out: Path, keep: Path | None = None) -> int:
    """Write the sources, and what Sphinx makes of them; returns its exit code."""
    os.environ |= {"OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}  # each core has its own process
    sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1])]
    import catalogue  # here, since NumPy asks for the number of threads when it is imported
    import course
    import kept
    import links
    import reference
    from sphinx.cmd.build import main as sphinx

    with tempfile.TemporaryDirectory() as work:
        source, html = Path(work) / "source", Path(work) / "html"
        shutil.copytree(FOLDER / "pages", source)
        with ProcessPoolExecutor() as pool:  # what takes long is begun first
            workshop = kept.Workshop(pool, keep)
            course.begin(workshop, source)
            catalogue.begin(workshop, source)
            links.write(source)
            reference.write(source)
            workshop.finish()
        options = ["-W", "--keep-going", "-q", "-j", "auto", "-c", str(FOLDER), "-b", "html"]
        code = sphinx([*options, str(source), str(html)])
        if code == 0:
            shutil.rmtree(html / ".doctrees", ignore_errors=True)
            shutil.copytree(html, out, dirs_exist_ok=True)
    return code


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the site of tinynet.")
    parser.add_argument("out", type=Path, help="the folder to write")
    kept_for = "a folder: what has not changed since it was made is taken from there"
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help=kept_for)
    options = parser.parse_args()
    raise SystemExit(build(options.out, options.keep))
