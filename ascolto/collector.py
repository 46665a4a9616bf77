# SPDX-License-Identifier: Apache-2.0
"""Runs the collectors when they are due and writes down how it went."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta

from ascolto import __version__
from ascolto.errors import AscoltoError, NotConfigured, NotFound, StoreError
from ascolto.intake import Intake
from ascolto.settings import Settings
from ascolto.settings import Source as SourceSettings
from ascolto.store.protocol import Store
from ascolto.store.records import Batch, Run
from crawlers.engine import Crawler
from crawlers.registry import build_source
from crawlers.schedule import due, next_due
from crawlers.source import Source

_log = logging.getLogger(__name__)

_STORE_PAUSE = timedelta(seconds=10)


class Collector:
    """The configured sources, each collected by one run at a time.

    A source that lacks its keys is in ``disabled`` with the reason; a wrong
    option raises SettingsError here. While the store takes nothing, no source
    is asked: what cannot be kept is not fetched.
    """

    def __init__(
        self, settings: Settings, store: Store, intake: Intake, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._intake = intake
        self._now = now
        self._crawler = Crawler(settings.network, __version__)
        self._jitter = random.Random()  # noqa: S311 - spreads load, guards nothing
        self._running: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._not_before: datetime | None = None
        self.disabled: dict[str, str] = {}
        self._sources: dict[str, tuple[SourceSettings, Source]] = {}
        for source in settings.sources:
            try:
                self._sources[source.name] = (source, build_source(source))
            except NotConfigured as reason:
                self.disabled[source.name] = str(reason)

    def tick(self) -> int:
        """Start whatever is due. Returns 0: runs go on beside the schedule."""
        now = self._now()
        if self._not_before is not None and now < self._not_before:
            return 0
        states = {state.source: state for state in self._store.sources.states()}
        for settings in due([settings for settings, _ in self._sources.values()], states, now):
            self.start(settings.name)
        return 0

    def start(self, name: str) -> Future[None]:
        """Collect a source now; the run in hand if there is one. Raises NotFound.

        The future ends after the outcome was recorded and never raises: how it
        went stands in the source's state.
        """
        if name not in self._sources:
            reason = self.disabled.get(name, "no such source in the settings")
            raise NotFound(f"source {name}: {reason}")
        with self._lock:
            if name in self._running:
                return self._running[name]
            ended: Future[None] = Future()
            self._running[name] = ended
        settings, source = self._sources[name]
        started = self._now()
        try:
            cursor = self._store.sources.state(name).cursor
            run = self._crawler.run(source, cursor, self._commit(name), self._now)
        except BaseException:
            with self._lock:
                del self._running[name]
            raise
        run.add_done_callback(lambda done: self._ended(settings, started, done, ended))
        return ended

    def names(self) -> tuple[str, ...]:
        """The sources that can be collected."""
        return tuple(self._sources)

    def close(self, timeout: float) -> None:
        """Stop fetching; batches already committed stay."""
        self._crawler.close(timeout)

    def _commit(self, name: str) -> Callable[[Batch], None]:
        def commit(batch: Batch) -> None:
            self._intake(name, batch, keep_all=False)

        return commit

    def _ended(
        self, settings: SourceSettings, started: datetime, done: Future[None], ended: Future[None]
    ) -> None:
        try:
            if not done.cancelled():
                self._record(settings, started, done.exception())
        except StoreError:
            self._pause()
            _log.exception("outcome of a run not recorded", extra={"source": settings.name})
        finally:
            with self._lock:
                self._running.pop(settings.name, None)
            ended.set_result(None)

    def _record(
        self, settings: SourceSettings, started: datetime, error: BaseException | None
    ) -> None:
        if isinstance(error, StoreError):
            self._pause()
        now = self._now()
        failures = self._store.sources.state(settings.name).failures + 1 if error else 0
        wait = getattr(error, "retry_after", None)
        self._store.sources.record_run(
            Run(
                source=settings.name,
                started=started,
                ended=now,
                next_due=next_due(settings.every, failures, now, self._jitter, wait),
                error=_said(error),
                error_kind=None if error is None else type(error).__name__,
            )
        )
        if error is not None:
            _log.warning(
                "collection failed",
                extra={"source": settings.name, "error_kind": type(error).__name__},
            )

    def _pause(self) -> None:
        self._not_before = self._now() + _STORE_PAUSE


def _said(error: BaseException | None) -> str | None:
    """What may be shown of an error: foreign messages can quote what was fetched."""
    if error is None or isinstance(error, AscoltoError):
        return None if error is None else str(error)
    return f"unexpected fault ({type(error).__name__}); see the log"
