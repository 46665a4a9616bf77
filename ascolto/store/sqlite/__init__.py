# SPDX-License-Identifier: Apache-2.0
"""The store on one SQLite file; see `ascolto.store.protocol` for what it promises."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ascolto.store.records import Accounting
from ascolto.store.sqlite.alerts import SqliteAlerts
from ascolto.store.sqlite.cases import SqliteCases
from ascolto.store.sqlite.database import Clock, Database
from ascolto.store.sqlite.events import SqliteEvents
from ascolto.store.sqlite.leases import SqliteLeases
from ascolto.store.sqlite.mentions import SqliteMentions
from ascolto.store.sqlite.outbox import SqliteOutbox
from ascolto.store.sqlite.people import SqlitePeople
from ascolto.store.sqlite.sources import SqliteSources
from ascolto.store.sqlite.work import SqliteWork


def _now() -> datetime:
    return datetime.now(UTC)


class SqliteStore:
    """A store in one file, made when it is not there. Raises StoreError."""

    def __init__(self, path: Path, clock: Clock = _now) -> None:
        self.database = Database(path, clock)
        self.sources = SqliteSources(self.database)
        self.mentions = SqliteMentions(self.database)
        self.work = SqliteWork(self.database)
        self.alerts = SqliteAlerts(self.database)
        self.cases = SqliteCases(self.database)
        self.outbox = SqliteOutbox(self.database)
        self.leases = SqliteLeases(self.database)
        self.events = SqliteEvents(self.database)
        self.people = SqlitePeople(self.database)

    def accounting(self) -> tuple[Accounting, ...]:
        return tuple(state.accounting for state in self.sources.states())

    def check(self) -> tuple[str, ...]:
        problems = [
            f"{self.database.path}: {problem}; restore a backup"
            for problem in self.database.integrity()
        ]
        problems += [
            f"source {account.source}: {account.fetched} items fetched, "
            "but not every one is accounted for; report this as a fault of Ascolto"
            for account in self.accounting()
            if not account.balanced
        ]
        return tuple(problems)

    def backup(self, path: Path) -> None:
        self.database.backup(path)

    def close(self) -> None:
        self.database.close()


__all__ = ["SqliteStore"]
