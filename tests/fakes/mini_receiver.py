# SPDX-License-Identifier: Apache-2.0
"""A strict receiver of webhooks on loopback: it answers as told, and remembers every call.

An answer that was not told of, a call that is no POST to its path, and a signature that
the reference library does not accept are faults; `close` raises them, so that
a test fails even if it does not look.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Answer:
    """What to say: a status with headers, after a pause; or to hang up without a word."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    hang_up: bool = False


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class MiniReceiver:
    """Answers each call with the next answer told, then with ``always`` if that is given."""

    def __init__(self, secret: str, *answers: Answer, always: Answer | None = None) -> None:
        self.calls: list[Call] = []
        self.faults: list[str] = []
        self._secret = Webhook(secret)
        self._answers = deque(answers)
        self._always = always
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def tell(self, *answers: Answer) -> None:
        """Answers for the next calls."""
        self._answers.extend(answers)

    def close(self) -> None:
        """Stop, and fail when anything unexpected happened."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert not self.faults, self.faults

    def _answer(self, call: Call, method: str, path: str) -> Answer:
        with self._lock:
            self.calls.append(call)
            if (method, path.partition("?")[0]) != ("POST", "/hook"):
                self.faults.append(f"unexpected {method} {path}")
            try:
                self._secret.verify(call.body, call.headers)
            except Exception as error:
                self.faults.append(f"signature: {error!r}")
            if self._answers:
                return self._answers.popleft()
            if self._always is None:
                self.faults.append("a call that no answer was told for")
            return self._always or Answer(500)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(headers, self.rfile.read(length))
                answer = receiver._answer(call, self.command, self.path)
                time.sleep(answer.pause)
                if answer.hang_up:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            do_GET = do_PUT = do_HEAD = do_POST

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
