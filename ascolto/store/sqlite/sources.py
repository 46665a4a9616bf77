# SPDX-License-Identifier: Apache-2.0
"""Collecting: mentions, cursors, rejects and the state of each source."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ascolto.identity import digest
from ascolto.model import Mention
from ascolto.store.records import (
    Accounting,
    Batch,
    Ingested,
    Outcome,
    Reject,
    Run,
    SourceState,
)
from ascolto.store.sqlite.database import Database, from_micros, take_numbers, to_micros
from ascolto.store.sqlite.document import pack

_CHUNK = 500
_TIMES = ("last_started", "last_success", "last_item", "next_due")


class SqliteSources:
    """See `ascolto.store.protocol.Sources`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ingest(self, source: str, batch: Batch) -> Ingested:
        with self._database.write("ingest") as connection:
            now = to_micros(self._database.clock())
            outcomes = _store_mentions(connection, batch.mentions, now)
            _store_rejects(connection, source, batch.rejects, now)
            ingested = Ingested(outcomes=tuple(outcomes))
            _count(connection, source, batch, ingested, now)
        return ingested

    def record_run(self, run: Run) -> None:
        failed = run.error is not None
        with self._database.write("record_run") as connection:
            _ensure(connection, run.source)
            connection.execute(
                "UPDATE source SET last_started = ?, next_due = ?, last_error = ?, "
                "last_error_kind = ?, failures = CASE WHEN ? THEN failures + 1 ELSE 0 END, "
                "last_success = CASE WHEN ? THEN last_success ELSE ? END WHERE name = ?",
                (
                    to_micros(run.started),
                    to_micros(run.next_due),
                    run.error,
                    run.error_kind,
                    failed,
                    failed,
                    to_micros(run.ended),
                    run.source,
                ),
            )

    def state(self, source: str) -> SourceState:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM source WHERE name = ?", (source,)).fetchone()
        return (
            _state(row) if row else SourceState(source=source, accounting=Accounting(source=source))
        )

    def states(self) -> tuple[SourceState, ...]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT * FROM source ORDER BY name").fetchall()
        return tuple(_state(row) for row in rows)

    def pause(self, source: str, paused: bool) -> None:
        with self._database.write("pause") as connection:
            _ensure(connection, source)
            connection.execute("UPDATE source SET paused = ? WHERE name = ?", (paused, source))


def _store_mentions(
    connection: sqlite3.Connection, mentions: Sequence[Mention], now: int
) -> list[Outcome]:
    known = _known(connection, [mention.id for mention in mentions])
    outcomes: list[Outcome] = []
    for mention in mentions:
        content = digest(mention.title, mention.text)
        stored = known.get(mention.id)
        if stored is None:
            _insert(connection, mention, content, now)
            outcomes.append("created")
        elif stored in (content, "deleted"):
            outcomes.append("duplicate")
            continue
        else:
            _replace(connection, mention, content, now)
            outcomes.append("updated")
        known[mention.id] = content
    return outcomes


def _known(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, str]:
    """The content digest of each id that is stored, ``deleted`` for a tombstone."""
    known: dict[str, str] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        rows = connection.execute(
            "SELECT id, CASE WHEN deleted_at IS NULL THEN content ELSE 'deleted' END "  # noqa: S608
            f"FROM mention WHERE id IN ({marks})",
            chunk,
        )
        known.update((row[0], row[1]) for row in rows)
    return known


def _insert(connection: sqlite3.Connection, mention: Mention, content: str, now: int) -> None:
    key = connection.execute(
        "INSERT INTO mention (id, seq, source, language, private, content, published_at, "
        "collected_at, updated_at, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            mention.id,
            take_numbers(connection, 1),
            mention.source,
            mention.language.code,
            mention.private,
            content,
            to_micros(mention.published_at),
            to_micros(mention.collected_at),
            now,
            pack(mention),
        ),
    ).lastrowid
    _store_brands(connection, key, mention)


def _replace(connection: sqlite3.Connection, mention: Mention, content: str, now: int) -> None:
    key, doc = connection.execute(
        "SELECT key, doc FROM mention WHERE id = ?", (mention.id,)
    ).fetchone()
    first = Mention.model_validate_json(doc)
    merged = mention.model_copy(
        update={
            "collected_at": first.collected_at,
            "published_at": first.published_at,
            "edited_at": mention.edited_at or mention.collected_at,
            "backfill": first.backfill and mention.backfill,
        }
    )
    connection.execute(
        # The reading spoke of the old text; its spans would mask and mark the wrong words.
        "UPDATE mention SET seq = ?, language = ?, private = ?, content = ?, updated_at = ?, "
        "doc = ?, sentiment = NULL, reading = NULL, reading_seq = NULL WHERE key = ?",
        (
            take_numbers(connection, 1),
            merged.language.code,
            merged.private,
            content,
            now,
            pack(merged),
            key,
        ),
    )
    connection.execute("DELETE FROM mention_brand WHERE key = ?", (key,))
    connection.execute("DELETE FROM mention_risk WHERE key = ?", (key,))
    _store_brands(connection, key, merged)


def _store_brands(connection: sqlite3.Connection, key: int | None, mention: Mention) -> None:
    names = {match.brand for match in mention.brands}
    connection.executemany(
        "INSERT INTO mention_brand (brand, key) VALUES (?, ?)", [(name, key) for name in names]
    )


def _store_rejects(
    connection: sqlite3.Connection, source: str, rejects: Sequence[Reject], now: int
) -> None:
    # The same broken item comes again with every poll; one row is enough to look at it.
    connection.executemany(
        "INSERT OR IGNORE INTO reject (digest, source, place, reason, payload, at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                digest(source, reject.where, reject.reason, reject.payload),
                source,
                reject.where,
                reject.reason,
                reject.payload,
                now,
            )
            for reject in rejects
        ],
    )


def _count(
    connection: sqlite3.Connection, source: str, batch: Batch, ingested: Ingested, now: int
) -> None:
    _ensure(connection, source)
    created, updated = ingested.count("created"), ingested.count("updated")
    fetched = len(batch.mentions) + len(batch.rejects) + batch.filtered
    connection.execute(
        "UPDATE source SET cursor = coalesce(?, cursor), fetched = fetched + ?, "
        "created = created + ?, updated = updated + ?, duplicate = duplicate + ?, "
        "filtered = filtered + ?, rejected = rejected + ?, "
        "last_item = CASE WHEN ? THEN ? ELSE last_item END WHERE name = ?",
        (
            batch.cursor,
            fetched,
            created,
            updated,
            ingested.count("duplicate"),
            batch.filtered,
            len(batch.rejects),
            created + updated > 0,
            now,
            source,
        ),
    )


def _ensure(connection: sqlite3.Connection, source: str) -> None:
    connection.execute("INSERT OR IGNORE INTO source (name) VALUES (?)", (source,))


def _state(row: sqlite3.Row) -> SourceState:
    times = {name: None if row[name] is None else from_micros(row[name]) for name in _TIMES}
    return SourceState(
        source=row["name"],
        cursor=row["cursor"],
        paused=bool(row["paused"]),
        failures=row["failures"],
        last_error=row["last_error"],
        last_error_kind=row["last_error_kind"],
        accounting=Accounting(
            source=row["name"],
            fetched=row["fetched"],
            created=row["created"],
            updated=row["updated"],
            duplicate=row["duplicate"],
            filtered=row["filtered"],
            rejected=row["rejected"],
        ),
        **times,
    )
