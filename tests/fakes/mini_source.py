# SPDX-License-Identifier: Apache-2.0
"""A strict upstream on loopback: answers what it was told, remembers what it was asked.

A request that nobody announced is answered with 599 and fails the test when
the source is closed.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """One answer. ``cut_at``: send only so many bytes of the body and hang up.

    ``delay``: seconds before the answer; ``drip``: seconds between its bytes.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    delay: float = 0.0
    drip: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


class MiniSource:
    """Use as a context manager; ``url`` and ``host`` name it, ``asked`` is what it was asked.

    ``robots``: the body of /robots.txt, None for a 404, or a Reply; it is
    answered as often as it is asked for and stays out of ``asked``.
    """

    def __init__(self, robots: bytes | Reply | None = None) -> None:
        self.asked: list[Asked] = []
        self.robots_asked = 0
        self._robots = robots
        self._script: dict[tuple[str, str], list[Reply]] = {}
        self._always: dict[tuple[str, str], Reply] = {}
        self._unexpected: list[str] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def answer(self, path: str, *replies: Reply, method: str = "GET") -> MiniSource:
        """Answer the next requests for a path with these, in order; more are unexpected."""
        self._script.setdefault((method, path), []).extend(replies)
        return self

    def always(self, path: str, reply: Reply, method: str = "GET") -> MiniSource:
        """Answer every request for a path with this, once the script for it is used up."""
        self._always[(method, path)] = reply
        return self

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def __enter__(self) -> MiniSource:
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if kind is None:
            assert not self._unexpected, f"unexpected requests: {self._unexpected}"
            left = {key: len(replies) for key, replies in self._script.items() if replies}
            assert not left, f"announced and never asked for: {left}"

    def reply_to(self, asked: Asked) -> Reply:
        with self._lock:
            if asked.path == "/robots.txt":
                self.robots_asked += 1
                robots = self._robots
                if isinstance(robots, Reply):
                    return robots
                return Reply(404) if robots is None else Reply(200, robots)
            self.asked.append(asked)
            key = (asked.method, asked.path)
            if self._script.get(key):
                return self._script[key].pop(0)
            if key in self._always:
                return self._always[key]
            self._unexpected.append(f"{asked.method} {asked.path}")
            return Reply(599)

    def wait(self, seconds: float) -> None:
        """Sleep, but not beyond the end of the test."""
        self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what several tests are about."""


def _handler(source: MiniSource) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            asked = Asked(self.command, self.path, headers, body, time.monotonic())
            self._send(source.reply_to(asked))

        do_POST = do_HEAD = do_PUT = do_GET

        def _send(self, reply: Reply) -> None:
            source.wait(reply.delay)
            self.close_connection = True
            self.send_response(reply.status)
            headers = {"Content-Length": str(len(reply.body)), "Connection": "close"}
            for name, value in (headers | reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            body = reply.body if reply.cut_at is None else reply.body[: reply.cut_at]
            if reply.drip:
                for index in range(len(body)):
                    self.wfile.write(body[index : index + 1])
                    source.wait(reply.drip)
            else:
                self.wfile.write(body)
            if reply.cut_at is not None:
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the test's output."""

    return Handler
