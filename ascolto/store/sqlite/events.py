# SPDX-License-Identifier: Apache-2.0
"""The change log, read straight from the records: each stands at its newest change."""

from __future__ import annotations

from ascolto.store.records import StreamEvent
from ascolto.store.sqlite.database import Database, from_micros

_LARGEST = (1 << 63) - 1  # SQLite's largest integer

_CHANGES = (
    ("mention", "SELECT seq, id, updated_at AS at FROM mention WHERE seq > ? ORDER BY seq"),
    (
        "reading",
        "SELECT reading_seq, id, updated_at FROM mention WHERE reading_seq > ? "
        "ORDER BY reading_seq",
    ),
    ("alert", "SELECT seq, id, created_at FROM alert WHERE seq > ? ORDER BY seq"),
    ("case", "SELECT seq, id, opened_at FROM care_case WHERE seq > ? ORDER BY seq"),
)


class SqliteEvents:
    """See `ascolto.store.protocol.Events`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, seq: int, limit: int) -> tuple[StreamEvent, ...]:
        if seq > _LARGEST:
            return ()
        events = []
        with self._database.read() as connection:
            for kind, query in _CHANGES:
                for row in connection.execute(f"{query} LIMIT ?", (seq, limit)):
                    events.append(
                        StreamEvent(seq=row[0], kind=kind, subject=row[1], at=from_micros(row[2]))
                    )
        return tuple(sorted(events, key=lambda event: event.seq)[:limit])

    def last(self) -> int:
        with self._database.read() as connection:
            row = connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()
        return int(row[0])
