# SPDX-License-Identifier: Apache-2.0
"""Runs a service until it is told to stop: SIGTERM and SIGINT drain, then exit code 0."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from ascolto.app import Service
from ascolto.errors import SettingsError

_GRACE_SECONDS = 3


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which ends a drained process with 143."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises SettingsError when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"server: cannot listen on {host}:{port}: {error.strerror}; "
            "choose another port or stop what listens there"
        ) from None
    listener.listen(128)
    return listener


def address(listener: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    service: Service, listener: socket.socket | None, ready: Callable[[], None] = lambda: None
) -> None:
    """Run the service until a signal; ``listener`` is None for a process without the API.

    The first signal drains: no new work, open requests finish, batches in hand
    are committed. The second ends the process at once, with exit code 1.
    """
    from api.app import begin_shutdown  # noqa: PLC0415 - commands that serve nothing need no FastAPI

    server = None
    api = None if listener is None else service.api()
    if api is not None:
        config = uvicorn.Config(
            api,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if stopping.is_set():
            os._exit(1)
        stopping.set()
        if server is not None and api is not None:
            begin_shutdown(api)
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    service.start()
    try:
        if server is not None and listener is not None:
            threading.Thread(target=_announce, args=(server, stopping, ready), daemon=True).start()
            server.run(sockets=[listener])
        else:
            ready()
            stopping.wait()
    finally:
        service.stop()


def _announce(server: uvicorn.Server, stopping: threading.Event, ready: Callable[[], None]) -> None:
    while not server.started and not stopping.wait(0.02):
        pass
    if server.started:
        ready()
