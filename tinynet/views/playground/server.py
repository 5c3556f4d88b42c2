"""The server: the page, and an endpoint for each question that it asks (questions.py).

It serves nobody but the person at this machine: it listens on 127.0.0.1; a request must name this
address as its host, and come from this page, so that no other page in the browser can reach it; it
opens no file. Needs the extra `play`.
"""

from __future__ import annotations

import functools
import json
import socket
from collections.abc import Callable
from typing import Any

from anyio import from_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .questions import QUESTIONS, playground
from .session import Forgotten, Sessions

HOST = "127.0.0.1"
LARGEST = 3_000_000  # bytes of a payload, which may hold a CSV file
NOBODY = 499  # the status of an answer that nobody waits for, as nginx has it
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
    sessions, html = Sessions(), playground("asked_by_http.js", connect="'self'")

    async def show(request: Request) -> Response:
        return HTMLResponse(html)

    routes = [
        Route(f"/{name}", _endpoint(functools.partial(work, sessions)), methods=["POST"])
        for name, work in QUESTIONS.items()
    ]
    return Starlette(routes=[Route("/", show), *routes], middleware=[Middleware(_guard(port))])


# --- who may ask, and how it is answered ----------------------------------------------------


def _guard(port: int) -> Callable:
    """Let through the requests of this page to this address, and nothing else."""
    hosts = {f"{name}:{port}" for name in (HOST, "localhost")}

    def refusal(request: Request) -> Response | None:
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if host not in hosts:
            return _problem(f"this server is http://{HOST}:{port}/, not {host[:100]}", 421)
        if request.method == "POST" and origin not in (None, f"http://{host}"):
            return _problem("only the page of this server may ask it", 403)
        return None

    def around(app: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(HEADERS)
                await send(message)

            refused = refusal(Request(scope)) if scope["type"] == "http" else None
            await (refused or app)(scope, receive, send_with_headers)

        return guarded

    return around


def _endpoint(work: Callable[[dict[str, Any], Callable], dict[str, Any]]) -> Callable:
    """A route that takes a JSON object and answers with one; a problem is one sentence.

    `work` gets the object, and what it calls before it begins: it ends there if nobody waits.
    """

    async def answer(request: Request) -> Response:
        def check_wanted() -> None:
            if from_thread.run(request.is_disconnected):
                raise ClientDisconnect

        try:
            payload = await _read(request)
            return JSONResponse(await run_in_threadpool(work, payload, check_wanted))
        except ClientDisconnect:  # of a page that was closed, or has asked for something else
            return Response(status_code=NOBODY)
        except Forgotten as error:
            return _problem(str(error), 404)
        except (ValueError, RecursionError) as error:  # the latter from JSON that is too deep
            return _problem(str(error), 400)

    return answer


async def _read(request: Request) -> dict[str, Any]:
    """The payload, if it is a JSON object of a sensible size."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("a request must have the content type application/json")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise ValueError(f"a request has at most {LARGEST} bytes")
    payload = json.loads(body)
    if not isinstance(payload, dict):
        raise ValueError("a request must be a JSON object")
    return payload


def _problem(sentence: str, code: int) -> Response:
    return JSONResponse({"problem": sentence}, code)
