# SPDX-License-Identifier: Apache-2.0
"""What a request has to pass before a route sees it: its origin and its size."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import Problem

LARGEST_INTAKE = 16 * 1024 * 1024
LARGEST_BODY = 1024 * 1024
_SAFE = ("GET", "HEAD", "OPTIONS")


class Gate:
    """Refuses forms of other sites and bodies that are too large, before anything is parsed."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._public_host = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if self._is_foreign(request):
            raise Problem(
                "cross_origin",
                "A browser sent this from a page of another site. Use the page itself, or a key.",
            )
        body = await _read(request, receive)
        if body is not None:
            await self._app(scope, _replay(body, receive), send)

    def _is_foreign(self, request: Request) -> bool:
        """Whether another site made a browser send this, with the browser's cookie.

        A request with a key is exempt: no other site can add it. Browsers of
        today say Sec-Fetch-Site, older ones Origin; what says neither is a program.
        """
        if "authorization" in request.headers:
            return False
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site not in ("same-origin", "none")
        origin = request.headers.get("origin")
        if origin is None:
            return False
        return urlsplit(origin).netloc not in {request.headers.get("host"), self._public_host}


async def _read(request: Request, receive: Receive) -> bytes | None:
    """The whole body, or None when the caller went away. Raises Problem when it is too large."""
    limit = LARGEST_INTAKE if request.url.path == "/v1/mentions" else LARGEST_BODY
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        raise _too_large(limit)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(limit: int) -> Problem:
    return Problem(
        "too_large",
        f"The body is larger than {limit} bytes. Send it in smaller parts.",
        headers={"Connection": "close"},
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hands the body over once, then what comes after it."""
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return whole.pop() if whole else await receive()

    return next_message
