# SPDX-License-Identifier: Apache-2.0
"""The live stream: server-sent events that say what is new, never what it says.

One task reads the change log for all readers; each reader goes on from its
own place, out of what that task remembers or, when it is further behind, out
of the store. A reader that is slow slows nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.concurrency import run_in_threadpool

from ascolto.errors import StoreError
from ascolto.store.protocol import Store
from ascolto.store.records import StreamEvent

POLL_SECONDS = 0.1
COMMENT_SECONDS = 15.0
RETRY_MILLISECONDS = 2000
_REMEMBERED = 5000
_AT_ONCE = 500
_PAUSE_AFTER_ERROR_SECONDS = 2.0
_log = logging.getLogger(__name__)

Line = tuple[int, bytes]
"""The sequence number of an event and the event as it is sent."""


class LiveStream:
    """The change log as it grows, shared by all readers of one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._closing = threading.Event()
        self._readers = 0
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._recent: deque[Line] = deque(maxlen=_REMEMBERED)
        self._head = 0

    @property
    def closing(self) -> bool:
        """Whether the service is stopping."""
        return self._closing.is_set()

    @property
    def reading(self) -> bool:
        """Whether anybody listens, so that the change log is read."""
        return self._task is not None

    def close(self) -> None:
        """End every stream within a moment. May be called from any thread or signal handler."""
        self._closing.set()

    async def read(
        self, after: int | None, last: int, allowed: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[bytes]:
        """The events above ``after`` (None: above ``last``, the newest), until closing.

        A comment every 15 seconds keeps the connection. ``allowed`` is asked as
        often; when it says no, the stream ends.
        """
        self._enter(last)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            place = last if after is None else after
            if place > last:
                # An id of another store, or of one that was restored: nothing can be resumed.
                place = last
                yield _encode("reset", "", last)
            clock = asyncio.get_running_loop().time
            due = clock() + COMMENT_SECONDS
            while not self.closing:
                news = self._news
                lines = await self._above(place)
                if lines:
                    place = lines[-1][0]
                    yield b"".join(line for _, line in lines)
                else:
                    await _wait(news, due - clock())
                if clock() >= due:
                    if not await allowed():
                        return
                    yield b": still here\n\n"
                    due = clock() + COMMENT_SECONDS
        finally:
            self._leave()

    def _enter(self, last: int) -> None:
        self._readers += 1
        if self._task is None or self._task.done():
            self._recent.clear()
            # From the first reader's place on: what came since it looked must reach it.
            self._head = last
            self._task = asyncio.create_task(self._follow())

    def _leave(self) -> None:
        self._readers -= 1
        if self._readers == 0 and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _follow(self) -> None:
        """Read the change log and wake the readers, as long as there are any."""
        while not self.closing:
            try:
                events = await run_in_threadpool(self._store.events.after, self._head, _AT_ONCE)
            except StoreError as error:
                fields = {"error_kind": type(error).__name__}
                _log.warning("the stream cannot read the store", extra=fields)
                await asyncio.sleep(_PAUSE_AFTER_ERROR_SECONDS)
                continue
            if events:
                self._recent.extend(_lines(events))
                self._head = events[-1].seq
                self._wake()
            if len(events) < _AT_ONCE:
                await asyncio.sleep(POLL_SECONDS)
        self._wake()

    def _wake(self) -> None:
        """Wake everybody who waits now, and nobody who begins to wait later."""
        self._news.set()
        self._news = asyncio.Event()

    async def _above(self, place: int) -> list[Line]:
        if place >= self._head:
            return []
        if self._recent and place >= self._recent[0][0] - 1:
            newer: list[Line] = []
            for line in reversed(self._recent):
                if line[0] <= place:
                    break
                newer.append(line)
            return newer[::-1]
        return _lines(await run_in_threadpool(self._store.events.after, place, _AT_ONCE))


async def _wait(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, but no longer than this."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), max(0.0, seconds))


def _lines(events: tuple[StreamEvent, ...]) -> list[Line]:
    return [
        (event.seq, _encode(event.kind, event.subject, event.seq, event.at.isoformat()))
        for event in events
    ]


def _encode(kind: str, subject: str, seq: int, at: str | None = None) -> bytes:
    data = json.dumps({"kind": kind, "id": subject, "at": at})
    return f"id: {seq}\nevent: {kind}\ndata: {data}\n\n".encode()
