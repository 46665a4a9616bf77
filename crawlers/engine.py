# SPDX-License-Identifier: Apache-2.0
"""Runs sources: fetches on the reactor's thread, commits on worker threads."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ascolto.net import Door, Resolve, resolve_by_system
from ascolto.settings import Network
from ascolto.store.records import Batch
from crawlers.reactor import reactor_loop
from crawlers.source import Source

if TYPE_CHECKING:
    from crawlers.web import ScrapyWeb

_TALKATIVE = ("scrapy", "twisted", "protego", "httpcore")
"""Libraries whose logs name addresses and headers."""


class Crawler:
    """Collects from sources, as many at a time as are asked for.

    Nothing is started before the first `run`. ``pause`` is the wait before the
    first retry, which doubles with each, and sets the first pace. Several
    crawlers may live in one process, one after the other or together: they
    share the reactor's thread and nothing else.
    """

    def __init__(
        self,
        network: Network,
        version: str,
        *,
        resolve: Resolve = resolve_by_system,
        pause: timedelta = timedelta(seconds=1),
    ) -> None:
        self._door = Door(network, resolve)
        self._user_agent = f"Ascolto/{version} (+{network.contact})"
        self._pause = pause
        self._lock = threading.Lock()
        self._runs: set[Future[None]] = set()
        self._opening: asyncio.Task[ScrapyWeb] | None = None
        self._workers = ThreadPoolExecutor(thread_name_prefix="ascolto-commit")
        self._closed = False

    def run(
        self,
        source: Source,
        cursor: str | None,
        commit: Callable[[Batch], None],
        now: Callable[[], datetime],
    ) -> Future[None]:
        """Collect what is new from one source.

        ``commit`` gets each batch on a worker thread, and the next batch is
        asked for after it returned. Whatever `Source.collect` or ``commit``
        raises ends the run and comes out of the future. Cancelling the future
        ends the run after the commit that is under way.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the crawler is closed")
            coroutine = self._run(source, cursor, commit, now)
            run = asyncio.run_coroutine_threadsafe(coroutine, reactor_loop())
            self._runs.add(run)
        run.add_done_callback(self._runs.discard)
        return run

    def close(self, timeout: float) -> None:
        """End every run and let go of threads and connections, within ``timeout`` seconds.

        A commit under way is waited for. Calling it twice is fine.
        """
        with self._lock:
            already, self._closed = self._closed, True
        if already:
            return
        for run in tuple(self._runs):
            run.cancel()
        if self._opening is not None:
            closing = asyncio.run_coroutine_threadsafe(self._close(), reactor_loop())
            closing.result(timeout)
        self._workers.shutdown(wait=True, cancel_futures=True)

    async def _run(
        self,
        source: Source,
        cursor: str | None,
        commit: Callable[[Batch], None],
        now: Callable[[], datetime],
    ) -> None:
        loop = asyncio.get_running_loop()
        batches = source.collect(cursor, await self._web(), now())
        try:
            async for batch in batches:
                await loop.run_in_executor(self._workers, commit, batch)
        finally:
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()

    async def _web(self) -> ScrapyWeb:
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)

    async def _open(self) -> ScrapyWeb:
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.ERROR)
        from crawlers.web import ScrapyWeb  # noqa: PLC0415 - Scrapy loads at the first crawl

        web = ScrapyWeb(self._door, self._user_agent, self._pause)
        await web.open()
        return web

    async def _close(self) -> None:
        assert self._opening is not None  # noqa: S101 - said to the type checker
        web = await self._opening
        await web.close()
