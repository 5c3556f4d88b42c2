"""A plain workflow for GitHub Actions: the public checks, at every push."""

from __future__ import annotations

from pathlib import Path

from ..assignment import Source
from . import packing

PATH = ".github/workflows/checks.yml"

WORKFLOW = """\
# The public checks of {title!r}, at every push. What is hidden, the teacher asks.
name: checks
on: [push, pull_request]
permissions:
  contents: read
jobs:
  checks:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install "tinynet-learn[classroom]"
      - run: python -m tinynet check {file}
      - run: python -m pytest --junit-xml=checks.xml
        if: always()
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: checks
          path: checks.xml
"""


def written(source: Source) -> str:
    """The text of the workflow."""
    return WORKFLOW.format(title=source.assignment.title, file=source.assignment.file)


def export(source: Source, folder: Path) -> list[Path]:
    """The workflow, where GitHub looks for it; for the folder that `classroom make` wrote."""
    return packing.unpacked({PATH: written(source).encode()}, folder)
