# SPDX-License-Identifier: Apache-2.0
"""Finding mentions."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from ascolto.errors import Gone, NotFound
from ascolto.model import Alert, Author, Draft, Engagement, Mention, Reading
from ascolto.store.records import MentionFilter, MentionSort, MentionView, Total
from ascolto.store.sqlite.cursor import read_cursor, write_cursor
from ascolto.store.sqlite.database import Database, from_micros, take_numbers, to_micros
from ascolto.store.sqlite.document import pack

_COUNT_CEILING = 10_000
_DELETED_TEXT = "deleted at its source"


class SqliteMentions:
    """See `ascolto.store.protocol.Mentions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, mention_id: str) -> MentionView:
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone()
        if row is None:
            raise NotFound(f"mention {mention_id}: no such mention")
        if row["deleted_at"] is not None:
            when = from_micros(row["deleted_at"]).isoformat()
            raise Gone(f"mention {mention_id}: {row['deleted_because']} ({when})")
        return _view(row)

    def page(
        self,
        where: MentionFilter,
        *,
        sort: MentionSort = "collected_at",
        limit: int,
        after: str | None = None,
    ) -> tuple[tuple[MentionView, ...], str | None]:
        condition, values = _condition(where)
        if after is not None:
            condition += f" AND ({sort}, key) < (?, ?)"
            values += read_cursor(after, sort, (int, int))
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT * FROM mention WHERE {condition} "  # noqa: S608 - own words only
                f"ORDER BY {sort} DESC, key DESC LIMIT ?",
                [*values, limit + 1],
            ).fetchall()
        more = len(rows) > limit
        rows = rows[:limit]
        following = write_cursor(sort, rows[-1][sort], rows[-1]["key"]) if more else None
        return tuple(_view(row) for row in rows), following

    def count(self, where: MentionFilter) -> Total:
        condition, values = _condition(where)
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT COUNT(*) FROM (SELECT 1 FROM mention "  # noqa: S608 - own words only
                f"WHERE {condition} LIMIT {_COUNT_CEILING + 1})",
                values,
            ).fetchone()[0]
        if found > _COUNT_CEILING:
            return Total(value=_COUNT_CEILING, relation="gte")
        return Total(value=found)

    def delete(self, mention_id: str, *, at: datetime, reason: str) -> None:
        with self._database.write("delete_mention") as connection:
            row = connection.execute("SELECT * FROM mention WHERE id = ?", (mention_id,)).fetchone()
            if row is None:
                raise NotFound(f"mention {mention_id}: no such mention")
            mention = Mention.model_validate_json(row["doc"])
            tombstone = mention.model_copy(
                update={
                    "title": None,
                    "text": "",
                    "author": Author(),
                    "engagement": Engagement(),
                    "deleted_at": at,
                }
            )
            connection.execute(
                "UPDATE mention SET seq = ?, updated_at = ?, deleted_at = ?, deleted_because = ?, "
                "doc = ?, sentiment = NULL, reading = NULL, reading_seq = NULL WHERE id = ?",
                (
                    take_numbers(connection, 1),
                    to_micros(self._database.clock()),
                    to_micros(at),
                    reason,
                    pack(tombstone),
                    mention_id,
                ),
            )
            connection.execute("DELETE FROM mention_risk WHERE key = ?", (row["key"],))
            _erase_drafts(connection, mention_id)


def _erase_drafts(connection: sqlite3.Connection, mention_id: str) -> None:
    rows = connection.execute(
        "SELECT id, doc FROM alert WHERE mention_id = ?", (mention_id,)
    ).fetchall()
    for row in rows:
        alert = Alert.model_validate_json(row["doc"])
        erased = alert.model_copy(
            update={"draft": Draft(none_because=_DELETED_TEXT), "version": alert.version + 1}
        )
        connection.execute(
            "UPDATE alert SET seq = ?, doc = ? WHERE id = ?",
            (take_numbers(connection, 1), pack(erased), row["id"]),
        )


def _condition(where: MentionFilter) -> tuple[str, list[int | str]]:
    parts, values = ["deleted_at IS NULL"], list[int | str]()

    def need(part: str, value: int | str | None) -> None:
        if value is not None:
            parts.append(part)
            values.append(value)

    need("key IN (SELECT key FROM mention_brand WHERE brand = ?)", where.brand)
    need("key IN (SELECT key FROM mention_risk WHERE risk = ?)", where.risk)
    need("source = ?", where.source)
    need("language = ?", where.language)
    need("private = ?", where.private)
    if where.sentiment == "unscored":
        parts.append("reading IS NOT NULL AND sentiment IS NULL")
    else:
        need("sentiment = ?", where.sentiment)
    for column in ("published", "collected"):
        start, end = getattr(where, f"{column}_from"), getattr(where, f"{column}_to")
        need(f"{column}_at >= ?", None if start is None else to_micros(start))
        need(f"{column}_at < ?", None if end is None else to_micros(end))
    return " AND ".join(parts), values


def _view(row: sqlite3.Row) -> MentionView:
    reading = row["reading"]
    return MentionView(
        mention=Mention.model_validate_json(row["doc"]),
        reading=None if reading is None else Reading.model_validate_json(reading),
        updated_at=from_micros(row["updated_at"]),
    )
