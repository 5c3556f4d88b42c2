"""The desk: what Python answers in a lab, beside a page and in place of a server.

Each file of it answers for one face of the lab: playing.py for the playground, stepping.py for code
to step through, cells.py for the course, handing.py for the assignments, grading.py for teachers.
It is imported when its face first asks: nobody waits for what is not looked at. Where an answer
needs the page, page.py asks it in turn.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

Payload = Any


def answered(name: str, payload: str) -> str:
    """The answer to a question as JSON, or in a sentence the problem.

    >>> answered("play/train", '{"id": 3}')
    '{"problem": "a request needs id, as JSON\\'s str"}'
    """
    try:
        question = _questions(name.partition("/")[0])[name]
        return json.dumps({"answer": question(json.loads(payload))}, allow_nan=False)
    except MemoryError as error:
        return _problem(f"this takes more memory than there is. {error}".strip(" ."))
    except (ValueError, LookupError, RecursionError) as error:
        return _problem(str(error))
    except Exception as error:  # the other questions want their answers all the same
        traceback.print_exc()
        return _problem(f"this is a fault of tinynet: {type(error).__name__}: {error}")


def _questions(face: str) -> Mapping[str, Callable[[Payload], Payload]]:
    if face == "play":
        from . import playing

        return playing.QUESTIONS
    if face == "step":
        from . import stepping

        return stepping.QUESTIONS
    if face == "course":
        from . import cells

        return cells.QUESTIONS
    if face == "hand":
        from . import handing

        return handing.QUESTIONS
    if face == "grade":
        from . import grading

        return grading.QUESTIONS
    raise LookupError(f"no face of the lab is called {face}")


def _problem(sentence: str) -> str:
    return json.dumps({"problem": sentence})
