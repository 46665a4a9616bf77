# SPDX-License-Identifier: Apache-2.0
"""Alerts and the reasons for them."""

from __future__ import annotations

from ascolto.errors import NotFound
from ascolto.model import Alert
from ascolto.store.records import CaseFilter, Judged, Total
from ascolto.store.sqlite.cases import case_condition
from ascolto.store.sqlite.cursor import read_cursor, write_cursor
from ascolto.store.sqlite.database import Database


class SqliteAlerts:
    """See `ascolto.store.protocol.Alerts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, alert_id: str) -> Alert:
        with self._database.read() as connection:
            row = connection.execute("SELECT doc FROM alert WHERE id = ?", (alert_id,)).fetchone()
        if row is None:
            raise NotFound(f"alert {alert_id}: no such alert")
        return Alert.model_validate_json(row["doc"])

    def page(
        self, *, limit: int, after: str | None = None, where: CaseFilter
    ) -> tuple[tuple[Alert, ...], str | None]:
        condition, values = _condition(where)
        if after is not None:
            condition += " AND (created_at, id) < (?, ?)"
            values += read_cursor(after, "alerts", (int, str))
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT created_at, id, doc FROM alert WHERE {condition} "  # noqa: S608
                "ORDER BY created_at DESC, id DESC LIMIT ?",
                [*values, limit + 1],
            ).fetchall()
        more = len(rows) > limit
        rows = rows[:limit]
        following = write_cursor("alerts", rows[-1]["created_at"], rows[-1]["id"]) if more else None
        return tuple(Alert.model_validate_json(row["doc"]) for row in rows), following

    def count(self, where: CaseFilter) -> Total:
        condition, values = _condition(where)
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT COUNT(*) FROM alert WHERE {condition}",  # noqa: S608 - own words only
                values,
            ).fetchone()
        return Total(value=row[0])

    def why(self, mention_id: str) -> Judged:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM judged WHERE mention_id = ?", (mention_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"mention {mention_id}: not judged yet, or no such mention")
        return Judged.model_validate_json(row["doc"])


def _condition(where: CaseFilter) -> tuple[str, list[int | str]]:
    if where == CaseFilter():
        return "TRUE", []
    condition, values = case_condition(where)
    return f"case_id IN (SELECT id FROM care_case WHERE {condition})", values  # noqa: S608
