# SPDX-License-Identifier: Apache-2.0
"""The thread in which Scrapy's reactor runs.

Twisted can start a reactor once in a process and never again, so there is one
thread, started by whoever crawls first, and it lasts as long as the process.
A reactor that is installed but not running fetches nothing and says nothing;
hence the loop is handed out only after the reactor reported that it runs.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from concurrent.futures import Future
from typing import Any

_STARTING = 30.0  # seconds; importing Twisted on a slow disk takes a few
_STOPPING = 5.0

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def reactor_loop() -> asyncio.AbstractEventLoop:
    """The loop of the running reactor, started on the first call; safe from any thread."""
    global _loop  # noqa: PLW0603 - one per process is what Twisted allows
    with _lock:
        if _loop is None:
            started: Future[asyncio.AbstractEventLoop] = Future()
            thread = threading.Thread(
                target=_run, args=(started,), name="ascolto-crawlers", daemon=True
            )
            thread.start()
            _loop = started.result(_STARTING)
            atexit.register(_stop, thread)
        return _loop


def _run(started: Future[asyncio.AbstractEventLoop]) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        from twisted.internet import asyncioreactor  # noqa: PLC0415 - Twisted loads when needed

        asyncioreactor.install(loop)  # type: ignore[no-untyped-call]
        reactor = _reactor()
    except BaseException as error:
        loop.close()
        started.set_exception(error)
        return
    reactor.callWhenRunning(started.set_result, loop)
    reactor.run(installSignalHandlers=False)
    loop.close()


def _stop(thread: threading.Thread) -> None:
    reactor = _reactor()
    reactor.callFromThread(reactor.stop)
    thread.join(_STOPPING)


def _reactor() -> Any:
    """The installed reactor; importing it before one is installed would install another."""
    from twisted.internet import reactor  # noqa: PLC0415

    return reactor
