"""The playground's questions, answered for the one page that there is."""

from __future__ import annotations

import functools

from ....views.playground import questions
from ....views.playground.session import Sessions

SESSIONS = Sessions()


def _always_wanted() -> None:
    """Whoever asks here waits for the answer."""


QUESTIONS = {
    f"play/{name}": functools.partial(work, SESSIONS, check_wanted=_always_wanted)
    for name, work in questions.QUESTIONS.items()
}


def face() -> dict[str, str]:
    """What the page needs to show the playground."""
    return {"html": questions.playground("asked_by_parent.js")}
