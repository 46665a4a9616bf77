# SPDX-License-Identifier: Apache-2.0
"""Who works on what."""

from __future__ import annotations

from datetime import datetime, timedelta

from ascolto.store.records import Lease
from ascolto.store.sqlite.database import Database, to_micros


class SqliteLeases:
    """See `ascolto.store.protocol.Leases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, *, now: datetime, ttl: timedelta) -> Lease | None:
        with self._database.write("take_lease") as connection:
            row = connection.execute("SELECT * FROM lease WHERE name = ?", (name,)).fetchone()
            held = row is not None and row["until"] > to_micros(now)
            if held and row["holder"] != holder:
                return None
            fence = 1 if row is None else row["fence"]
            if row is not None and row["holder"] != holder:
                fence += 1
            lease = Lease(name=name, holder=holder, fence=fence, until=now + ttl)
            connection.execute(
                "INSERT OR REPLACE INTO lease (name, holder, fence, until) VALUES (?, ?, ?, ?)",
                (name, holder, fence, to_micros(lease.until)),
            )
        return lease

    def release(self, lease: Lease) -> None:
        with self._database.write("release_lease") as connection:
            connection.execute(
                "UPDATE lease SET holder = NULL, until = 0 "
                "WHERE name = ? AND holder = ? AND fence = ?",
                (lease.name, lease.holder, lease.fence),
            )
