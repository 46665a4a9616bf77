# SPDX-License-Identifier: Apache-2.0
"""The composition root: everything is made here, and everything else is handed what it needs."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, Literal

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from alerts.judge import Judge
from alerts.registry import build_receiver
from api.services import Health, Services
from ascolto.collector import Collector
from ascolto.errors import AscoltoError, SettingsError, StoreError
from ascolto.intake import Intake
from ascolto.net import Door
from ascolto.pipeline import DeliverStage, JudgeStage, ReadStage
from ascolto.settings import Settings
from ascolto.store.protocol import Store
from ascolto.store.sqlite import SqliteStore
from ascolto.ticker import Ticker
from sentiment import load_analyzer
from sentiment.analyzer import Analyzer
from sentiment.personal_data import find_personal_data

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = logging.getLogger(__name__)

Role = Literal["api", "collect", "read", "alert", "deliver"]
ROLES: tuple[Role, ...] = ("api", "collect", "read", "alert", "deliver")

_TICK_SECONDS = 0.25
_COLLECT_SECONDS = 1.0
_DRAIN_SECONDS = 5.0
_OWN_PACKAGES = ("api", "alerts", "crawlers", "sentiment", "index_mappings", "ascolto")


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)


class Service:
    """The service in one process: made, started, stopped.

    ``roles`` says what this process does; several processes of one machine may
    share the store. Raises SettingsError (a part refuses its settings) and
    StoreError (the store cannot be opened).
    """

    def __init__(
        self,
        settings: Settings,
        roles: Collection[Role] = ROLES,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        refuse_foreign_packages()
        self.settings = settings
        self.roles = tuple(role for role in ROLES if role in roles)
        self.now = now
        self.store: Store = SqliteStore(settings.store.path, now)
        self.intake = Intake(settings, self.store)
        self.analyzer: Analyzer = load_analyzer()
        self.judge = Judge(settings, find_personal_data)
        self.door = Door(settings.network)
        self.receivers = {
            receiver.name: build_receiver(receiver, self.door.client, find_personal_data)
            for receiver in settings.receivers
        }
        self.collector = Collector(settings, self.store, self.intake, now)
        self._deliver = DeliverStage(self.store, self.receivers, now)
        self.tickers = self._make_tickers()
        self._scheduler: BackgroundScheduler | None = None

    def _make_tickers(self) -> tuple[Ticker, ...]:
        work: dict[Role, Callable[[], int]] = {
            "collect": self.collector.tick,
            "read": ReadStage(self.store, self.analyzer, self.now),
            "alert": JudgeStage(self.store, self.judge, self.now),
            "deliver": self._deliver,
        }
        holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        return tuple(
            Ticker(role, work[role], self.store, holder, self.now)
            for role in self.roles
            if role in work
        )

    def start(self) -> None:
        """Start the schedule. It only wakes ticks; what is due stands in the store."""
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(ROLES))},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        for ticker in self.tickers:
            seconds = _COLLECT_SECONDS if ticker.name == "collect" else _TICK_SECONDS
            scheduler.add_job(ticker, "interval", seconds=seconds, id=ticker.name)
        scheduler.start()
        self._scheduler = scheduler
        _log.info("started", extra={"stage": ",".join(self.roles)})

    def stop(self) -> None:
        """Finish the batches in hand, give the leases back, close the store."""
        for ticker in self.tickers:
            ticker.stop()
        self.collector.close(_DRAIN_SECONDS)
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        self._deliver.close()
        for ticker in self.tickers:
            try:
                ticker.release()
            except StoreError:
                _log.exception("lease not given back, it runs out by itself")
        self.store.close()
        _log.info("stopped")

    def api(self) -> FastAPI:
        """The API and the console over this service."""
        from api.app import create_app  # noqa: PLC0415 - a worker without the API needs no FastAPI

        return create_app(
            Services(
                settings=self.settings,
                store=self.store,
                receive=self.intake,
                model=self.analyzer.model,
                now=self.now,
                health=self.health,
                collect_soon=self.collect_soon,
            )
        )

    def collect_soon(self, name: str) -> None:
        """Start collecting a source now. Raises NotFound."""
        self.collector.start(name)

    def health(self) -> Health:
        """What stops the service, and what only worries it."""
        problems = [f"{ticker.name}: {ticker.trouble}" for ticker in self.tickers if ticker.trouble]
        warnings = [f"source {name}: {why}" for name, why in self.collector.disabled.items()]
        try:
            dead = len(self.store.work.dead_letters(1))
        except AscoltoError as error:
            problems.append(str(error))
        else:
            if dead:
                warnings.append("some posts could not be read or judged; see `ascolto doctor`")
        if self.analyzer.model.name == "lexicon":
            warnings.append(
                "posts are read by word lists (degraded): no trained model is installed"
            )
        return Health(problems=tuple(problems), warnings=tuple(warnings))


def refuse_foreign_packages() -> None:
    """Raise SettingsError when another distribution has overwritten one of our packages.

    Our top-level names are plain words; pip overwrites files of the same name silently.
    """
    owners = packages_distributions()
    for package in _OWN_PACKAGES:
        others = sorted({owner for owner in owners.get(package, ()) if owner != "ascolto"})
        if others:
            raise SettingsError(
                f"the package {package!r} belongs to {', '.join(others)} as well; "
                "install Ascolto into an environment of its own"
            )
