"""Notebooks: the code of an .ipynb in one text, without what only Jupyter understands.

Each cell is marked, so that a worker can run them as a kernel does (runner/worker/cells.py). The
code is not parsed here: Python's parser can be made to end the process that runs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ..runner.worker.cells import CELL, HEAD

MARK = "# tinynet asks here"  # begins a cell that holds checks, and nothing of an answer
MAGIC = re.compile(r"([ \t]*)(?:[%!?].*|\w[\w, ]*=[ \t]*[%!].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
PYTHON = ("time", "timeit", "capture", "prun")  # cell magics whose cells are Python all the same
TOKEN = re.compile(
    r"('''|\"\"\")(?:\\[\s\S]|(?!\1)[^\\])*(?:\1)?"
    r"|'(?:\\[\s\S]|[^'\\\n])*'?|\"(?:\\[\s\S]|[^\"\\\n])*\"?|#.*|\\\n|[()\[\]{}\n]"
)


def code_of(content: bytes) -> str:
    """The code cells of a notebook, joined; ValueError where it is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        texts = [_text(cell) for cell in cells if cell["cell_type"] == "code"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("is no notebook that can be read") from error
    return joined(texts)


def joined(cells: Sequence[str]) -> str:
    """Code cells in one text; those that hold checks are left out.

    >>> print(joined(["%time\\nx = 1", "y = 2"]))
    # the cells of a notebook
    # cell 1
    pass
    x = 1
    # cell 2
    y = 2
    <BLANKLINE>
    """
    numbered = ((i, cell) for i, cell in enumerate(cells, 1) if not cell.startswith(MARK))
    return HEAD + "".join(f"{CELL.format(i)}{without_magics(cell)}\n" for i, cell in numbered)


def _text(cell: dict) -> str:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(map(str, source))
    return text.encode("utf-8", "replace").decode()


def without_magics(text: str) -> str:
    """A cell with its magics, shell lines and questions replaced by `pass`.

    >>> without_magics("if True:\\n    !ls\\nx = (3\\n     % 2)\\n")
    'if True:\\n    pass\\nx = (3\\n     % 2)\\n'
    """
    if found := CELL_MAGIC.match(text):
        if found[1] not in PYTHON:
            return ""
        text = text.partition("\n")[2]
    parts, place = [], 0
    while place < len(text):
        if found := MAGIC.match(text, place):
            parts.append(f"{found[1]}pass")
            place = found.end()
        end = _end_of_statement(text, place)
        parts.append(text[place:end])
        place = end
    return "".join(parts)


def _end_of_statement(text: str, place: int) -> int:
    """Behind the end of the line that closes all that was opened: strings and brackets."""
    depth = 0
    for token in TOKEN.finditer(text, place):
        depth += token[0] in "([{"
        depth -= token[0] in ")]}"
        if token[0] == "\n" and depth <= 0:
            return token.end()
    return len(text)
