# SPDX-License-Identifier: Apache-2.0
"""The web server of the sample world, on loopback: feeds, pages, and an inbox for webhooks."""

from __future__ import annotations

import hashlib
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook

from ascolto.demo.feeds import RENDERERS
from ascolto.demo.world import World

_ROBOTS = b"User-agent: *\nAllow: /\n"
_LARGEST_BODY = 1 << 20


class Site:
    """Serves a world until it is closed. ``delivered`` are the ids that the inbox accepted."""

    def __init__(self, world: World, secret: str) -> None:
        self.delivered: set[str] = set()
        self._webhook = Webhook(secret)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(world))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def place(self) -> str:
        """``host:port``."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def url(self) -> str:
        """The address of the world."""
        return f"http://{self.place}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def accept(self, body: bytes, headers: dict[str, str]) -> bool:
        """Take in a webhook if its signature is right."""
        try:
            self._webhook.verify(body, headers)
        except Exception:
            # The library raises whatever the forged header made it stumble over.
            return False
        self.delivered.add(headers.get("webhook-id", ""))
        return True

    def _handler(self, world: World) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = _document(world, site.url, self.path)
                if found is None:
                    self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"no such page\n")
                    return
                kind, body = found
                tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
                if self.headers.get("If-None-Match") == tag:
                    self._answer(HTTPStatus.NOT_MODIFIED, kind, b"", tag)
                else:
                    self._answer(HTTPStatus.OK, kind, body, tag)

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(min(length, _LARGEST_BODY))
                headers = {name.lower(): value for name, value in self.headers.items()}
                accepted = self.path == "/inbox" and site.accept(body, headers)
                status = HTTPStatus.NO_CONTENT if accepted else HTTPStatus.UNAUTHORIZED
                self._answer(status, "text/plain", b"")

            def _answer(
                self, status: HTTPStatus, kind: str, body: bytes, tag: str | None = None
            ) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if tag is not None:
                    self.send_header("ETag", tag)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the demo's terminal belongs to the demo."""

        return Handler


def _document(world: World, base: str, path: str) -> tuple[str, bytes] | None:
    if path == "/robots.txt":
        return "text/plain", _ROBOTS
    outlet, _, page = path.lstrip("/").partition("/")
    if outlet not in RENDERERS:
        return None
    name, kind, render = RENDERERS[outlet]
    if page == name:
        return kind, render(outlet, base, world.published(outlet))
    if page == "":
        link = f'<link rel="alternate" type="{kind}" href="/{outlet}/{name}">'
        return "text/html; charset=utf-8", f"<!doctype html><title>{outlet}</title>{link}".encode()
    return None
