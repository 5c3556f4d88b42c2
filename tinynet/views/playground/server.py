"""The server: one page, and two questions that it asks, to open a training and to go on with it.

The one idea: it serves nobody but the person at this machine. It listens on 127.0.0.1; a request
must name this address as its host, and come from this page, so that no other page in the browser
can reach it; it opens no file. Needs the extra `play`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..web.assemble import page
from .session import Forgotten, Sessions
from .settings import Settings, choices

HOST = "127.0.0.1"
PARTS = ("boundary.css", "play.css", "boundary.js", "play_settings.js", "play_runs.js", "play.js")
LARGEST = 10_000  # bytes of a question
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def listen(port: int) -> socket.socket:
    """A socket on this machine only; OSError says it if the port is taken."""
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise OSError(
            f"cannot listen on {HOST}:{port} ({error.strerror}): choose another port with --port,"
            " or --port 0 for any that is free"
        ) from None


def application(port: int) -> Starlette:
    """The routes, for a server on this port."""
    sessions = Sessions()

    def opened(question: dict[str, Any]) -> dict[str, Any]:
        settings = Settings.from_query(_expect(question, "settings", dict))
        name = sessions.open(settings, instead_of=str(question.get("instead_of")))
        session = sessions[name]
        with session.lock:
            return {"id": name, "settings": settings.query(), **session.start()}

    def trained(question: dict[str, Any]) -> dict[str, Any]:
        name, until = _expect(question, "id", str), _expect(question, "until", int)
        every, session = _expect(question, "every", int), sessions[name]
        with session.lock:
            return session.go_on(until, every)

    html = page("tinynet playground", PARTS, choices(), connect="'self'")

    async def show(request: Request) -> Response:
        return HTMLResponse(html)

    routes = [
        Route("/", show),
        Route("/open", _asking(opened), methods=["POST"]),
        Route("/train", _asking(trained), methods=["POST"]),
    ]
    return Starlette(
        routes=routes, middleware=[Middleware(BaseHTTPMiddleware, dispatch=_guard(port))]
    )


def _guard(port: int) -> Callable:
    """Lets through what this page asks of this address, and nothing else."""
    hosts = {f"{name}:{port}" for name in (HOST, "localhost")}

    async def guard(request: Request, answer: Callable) -> Response:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host not in hosts:
            response = _problem(f"this server is http://{HOST}:{port}/, not {host[:100]}", 421)
        elif request.method == "POST" and origin not in (None, f"http://{host}"):
            response = _problem("only the page of this server may ask it", 403)
        else:
            response = await answer(request)
        response.headers.update(HEADERS)
        return response

    return guard


def _asking(work: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable:
    """A route that takes a JSON object and answers with one; a problem is one sentence."""

    async def answer(request: Request) -> Response:
        try:
            question = await _read(request)
            return JSONResponse(await run_in_threadpool(work, question))
        except Forgotten as error:
            return _problem(str(error), 404)
        except (ValueError, RecursionError) as error:  # the latter from JSON that is too deep
            return _problem(str(error), 400)

    return answer


async def _read(request: Request) -> dict[str, Any]:
    """The question, if it is a JSON object of a sensible size."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("a question must have the content type application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise ValueError(f"a question has at most {LARGEST} bytes")
    question = json.loads(body)
    if not isinstance(question, dict):
        raise ValueError("a question must be a JSON object")
    return question


def _expect(question: dict[str, Any], name: str, kind: type) -> Any:
    """A part of the question; ValueError if it is missing or of another kind."""
    if type(question.get(name)) is not kind:
        raise ValueError(f"a question needs {name}, of JSON's kind of {kind.__name__}")
    return question[name]


def _problem(sentence: str, code: int) -> Response:
    return JSONResponse({"problem": sentence}, code)
