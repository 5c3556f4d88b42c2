"""The page, and the questions it asks, whoever carries them: a server or a browser's worker."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from ..web.assemble import page
from ..web.payload import expect
from . import own
from .choices import choices
from .landscape import landscape
from .session import Sessions
from .settings import Settings

STYLES = ("boundary.css", "network.css", "playground/play.css")
SCRIPTS = ("boundary.js", "network.js") + tuple(
    f"playground/{name}.js"
    for name in ("own", "settings", "weights", "landscape", "runs", "lesson", "play")
)


def playground(asked_by: str, connect: str = "'none'") -> str:
    """The HTML of the page; `asked_by` is the script that carries its questions."""
    return page("tinynet playground", (*STYLES, asked_by, *SCRIPTS), choices(), connect=connect)


Payload = dict[str, Any]


def _opened(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """Begin a session, in place of another if one is named."""
    check_wanted()
    query, refused = expect(payload, "settings", dict), list[str]()
    if payload.get("forgiving"):  # of an address that somebody typed
        settings, refused = Settings.what_fits(query)
    else:
        settings = Settings.from_query(query)
    name = sessions.open(settings, instead_of=str(payload.get("instead_of")))
    session = sessions[name]
    with session.lock:
        found: Payload = {"id": name, "settings": settings.query(), "refused": refused}
        if settings.own:
            found["about"] = own.about(settings.own)
        return found | session.start()


def _trained(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """Go on with a session."""
    name, until = expect(payload, "id", str), expect(payload, "until", int)
    every, session = expect(payload, "every", int), sessions[name]
    with session.lock:  # others may have been in front
        check_wanted()
        return session.go_on(until, every)


def _adjusted(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """Change what may change while a session trains."""
    session = sessions[expect(payload, "id", str)]
    settings = Settings.from_query(expect(payload, "settings", dict))
    with session.lock:
        check_wanted()
        session.adjust(settings)
        return {"settings": settings.query(), **session.now([[] for _ in session.runs])}


def _put(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """Give a weight another value."""
    session = sessions[expect(payload, "id", str)]
    with session.lock:
        check_wanted()
        return session.put(payload.get("run"), payload.get("weight"), payload.get("value"))


def _surface(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """The loss around where a run stands."""
    session, weights = sessions[expect(payload, "id", str)], expect(payload, "weights", list)
    with session.lock:
        check_wanted()
        return landscape(session.run(payload.get("run")), str(payload.get("directions")), weights)


def _read(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """The points in a CSV file, whose bytes come as base64."""
    content = base64.b64decode(expect(payload, "content", str), validate=True)
    target, features = expect(payload, "target", str), expect(payload, "features", list)
    return own.taken(content, target, list(map(str, features)))


def _pointed(sessions: Sessions, payload: Payload, check_wanted: Callable) -> Payload:
    """Own data with one more point, or without the last."""
    text, row = expect(payload, "own", str), payload.get("row")
    return own.changed(text, None if row is None else expect(payload, "row", list))


QUESTIONS = {
    "open": _opened,
    "train": _trained,
    "adjust": _adjusted,
    "put": _put,
    "surface": _surface,
    "read": _read,
    "point": _pointed,
}
