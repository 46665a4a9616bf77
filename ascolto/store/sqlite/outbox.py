# SPDX-License-Identifier: Apache-2.0
"""One row per alert and receiver."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from ascolto.errors import BadInput, NotFound
from ascolto.model import Alert, Delivery, DeliveryState, Mention, Reading
from ascolto.store.records import Outgoing
from ascolto.store.sqlite.database import Database, to_micros
from ascolto.store.sqlite.document import pack


class SqliteOutbox:
    """See `ascolto.store.protocol.Outbox`.

    ``next_at`` is when a row may be taken: its due time, or the end of its
    lease; NULL once it is final.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(
        self, *, now: datetime, until: datetime, limit: int, skip: Collection[str] = ()
    ) -> tuple[Outgoing, ...]:
        due = f"next_at <= ? AND receiver NOT IN ({','.join('?' * len(skip))})"
        values = (to_micros(now), *skip)
        with self._database.read() as connection:
            waiting = connection.execute(
                f"SELECT 1 FROM delivery WHERE {due} LIMIT 1",  # noqa: S608 - own words only
                values,
            ).fetchone()
        if waiting is None:
            return ()  # an idle tick must not write
        with self._database.write("lease_delivery") as connection:
            rows = connection.execute(
                "SELECT delivery.doc AS delivery, alert.doc AS alert, "  # noqa: S608
                "mention.doc AS mention, mention.reading AS reading FROM delivery "
                "JOIN alert ON alert.id = delivery.alert_id "
                "LEFT JOIN mention ON mention.id = alert.mention_id "
                f"WHERE {due} ORDER BY next_at, delivery.id LIMIT ?",
                (*values, limit),
            ).fetchall()
            taken = [_outgoing(row) for row in rows]
            for outgoing in taken:
                _write(connection, outgoing.delivery, to_micros(until))
        return tuple(taken)

    def settle(self, delivery: Delivery) -> None:
        if delivery.state is DeliveryState.leased:
            raise BadInput(f"delivery {delivery.id}: leased is no outcome of an attempt")
        with self._database.write("settle_delivery") as connection:
            row = connection.execute(
                "SELECT state FROM delivery WHERE id = ?", (delivery.id,)
            ).fetchone()
            if row is None:
                raise NotFound(f"delivery {delivery.id}: no such delivery")
            if row["state"] != DeliveryState.sent:
                waits = delivery.state is DeliveryState.due
                _write(connection, delivery, to_micros(delivery.due_at) if waits else None)

    def deliveries(self, alert_id: str) -> tuple[Delivery, ...]:
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT doc FROM delivery WHERE alert_id = ? ORDER BY receiver", (alert_id,)
            ).fetchall()
        return tuple(Delivery.model_validate_json(row["doc"]) for row in rows)

    def waiting(self) -> int:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT COUNT(*) FROM delivery WHERE next_at IS NOT NULL"
            ).fetchone()
        return int(row[0])


def add_delivery(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Add an outbox row inside a commit; one that is known stays as it is."""
    connection.execute(
        "INSERT OR IGNORE INTO delivery (id, alert_id, receiver, state, next_at, doc) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            delivery.id,
            delivery.alert_id,
            delivery.receiver,
            delivery.state,
            to_micros(delivery.due_at),
            pack(delivery),
        ),
    )


def _write(connection: sqlite3.Connection, delivery: Delivery, next_at: int | None) -> None:
    connection.execute(
        "UPDATE delivery SET state = ?, next_at = ?, doc = ? WHERE id = ?",
        (delivery.state, next_at, pack(delivery), delivery.id),
    )


def _outgoing(row: sqlite3.Row) -> Outgoing:
    delivery = Delivery.model_validate_json(row["delivery"])
    mention, reading = row["mention"], row["reading"]
    return Outgoing(
        delivery=delivery.model_copy(
            update={"state": DeliveryState.leased, "attempts": delivery.attempts + 1}
        ),
        alert=Alert.model_validate_json(row["alert"]),
        mention=None if mention is None else Mention.model_validate_json(mention),
        reading=None if reading is None else Reading.model_validate_json(reading),
    )
