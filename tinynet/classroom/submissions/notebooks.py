"""Notebooks: the code of an .ipynb as one Python file, without what only Jupyter understands.

The code is not parsed here: Python's parser can be made to end the process that runs it.
"""

from __future__ import annotations

import json
import re

MARK = "# tinynet asks here"  # begins a cell that holds checks, and nothing of an answer
MAGIC = re.compile(r"([ \t]*)(?:[%!?].*|\w[\w, ]*=[ \t]*[%!].*|[\w.]+\?{1,2}[ \t]*)$", re.MULTILINE)
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
PYTHON = ("time", "timeit", "capture", "prun")  # cell magics whose cells are Python all the same
TOKEN = re.compile(
    r"('''|\"\"\")(?:\\[\s\S]|(?!\1)[^\\])*(?:\1)?"
    r"|'(?:\\[\s\S]|[^'\\\n])*'?|\"(?:\\[\s\S]|[^\"\\\n])*\"?|#.*|\\\n|[()\[\]{}\n]"
)


def code_of(content: bytes) -> str:
    """The code cells of a notebook, joined; ValueError where it is no notebook.

    >>> code_of(b'{"cells": [{"cell_type": "code", "source": ["%time\\\\n", "x = 1"]}]}')
    '# cell 1\\npass\\nx = 1\\n'
    """
    try:
        cells = json.loads(content)["cells"]
        texts = [_text(cell) for cell in cells if cell["cell_type"] == "code"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError("is no notebook that can be read") from error
    cells = ((i, text) for i, text in enumerate(texts, start=1) if not text.startswith(MARK))
    parts = (f"# cell {i}\n{without_magics(text)}\n" for i, text in cells)
    return "\n".join(parts)


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
