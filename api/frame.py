# SPDX-License-Identifier: Apache-2.0
"""What every answer has, whichever route gives it: an id, safe headers, a measured time.

It is the outermost layer, so that nothing answers without it: an error that
nobody foresaw becomes a problem here and not a trace, and the log names its
kind and place but not its message, which may hold the text of a post.
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import Problem, problem_answer, problem_of
from api.rate import Allowance

_log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""For every answer that does not say otherwise, as the console's pages do."""


class Frame:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request = Request(scope)
        request.state.request_id = _request_id(request)
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _add_headers(message, request)
            await send(message)

        try:
            await self._app(scope, receive, send_framed)
        except ClientDisconnect:
            return
        except Exception as error:
            if status:
                # Half an answer is out: the server has to cut the connection.
                _report(request, error)
                raise BrokenOff from None
            await _answer(request, error)(scope, receive, send_framed)
        finally:
            self._metrics.requested(scope, status, time.perf_counter() - started)


class BrokenOff(Exception):
    """An answer ended in its middle; the log has the reason."""


def _request_id(request: Request) -> str:
    """The caller's id if it is short and plain, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)


def _add_headers(message: Message, request: Request) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-Id"] = request.state.request_id
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    allowance: Allowance | None = getattr(request.state, "allowance", None)
    if allowance is not None:
        for name, value in allowance.headers().items():
            headers[name] = value


def _answer(request: Request, error: Exception) -> ASGIApp:
    problem = problem_of(error)
    if problem is None:
        _report(request, error)
        problem = Problem(
            "internal",
            "The request was not carried out. Send it again; if it fails again, tell whoever "
            f"runs this service the request id {request.state.request_id}.",
        )
    return problem_answer(request, problem)


def _report(request: Request, error: Exception) -> None:
    """Log where it happened; `ascolto.log` leaves the message of a foreign error out."""
    fields = {
        "request_id": request.state.request_id,
        "route": getattr(request.scope.get("route"), "path_format", "none"),
    }
    _log.error("a request failed", extra=fields, exc_info=error)
