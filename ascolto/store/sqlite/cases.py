# SPDX-License-Identifier: Apache-2.0
"""Cases and their queue."""

from __future__ import annotations

import sqlite3

from ascolto.errors import BadInput, NotFound, Stale
from ascolto.model import Case, CaseState
from ascolto.store.records import CaseFilter, Total
from ascolto.store.sqlite.cursor import read_cursor, write_cursor
from ascolto.store.sqlite.database import Database, take_numbers, to_micros
from ascolto.store.sqlite.document import pack

_OVER = (CaseState.resolved, CaseState.dismissed)


class SqliteCases:
    """See `ascolto.store.protocol.Cases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, case_id: str) -> Case:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM care_case WHERE id = ?", (case_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"case {case_id}: no such case")
        return Case.model_validate_json(row["doc"])

    def page(
        self, where: CaseFilter, *, limit: int, after: str | None = None
    ) -> tuple[tuple[Case, ...], str | None]:
        condition, values = case_condition(where)
        if after is not None:
            # Priority falls and age rises along the queue, so its sign is turned around.
            condition += " AND (-priority, opened_at, id) > (?, ?, ?)"
            values += read_cursor(after, "queue", (int, int, str))
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT -priority AS rank, opened_at, id, doc "  # noqa: S608 - own words only
                f"FROM care_case WHERE {condition} ORDER BY -priority, opened_at, id LIMIT ?",
                [*values, limit + 1],
            ).fetchall()
        more = len(rows) > limit
        rows = rows[:limit]
        last = rows[-1] if more else None
        following = last and write_cursor("queue", last["rank"], last["opened_at"], last["id"])
        return tuple(Case.model_validate_json(row["doc"]) for row in rows), following

    def count(self, where: CaseFilter) -> Total:
        condition, values = case_condition(where)
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT COUNT(*) FROM care_case WHERE {condition}",  # noqa: S608
                values,
            ).fetchone()
        return Total(value=row[0])

    def open_in_thread(self, source: str, thread: str, customer: str | None) -> Case | None:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM care_case WHERE source = ? AND thread = ? AND customer IS ? "
                "AND state NOT IN (?, ?) ORDER BY opened_at DESC, id LIMIT 1",
                (source, thread, customer, *_OVER),
            ).fetchone()
        return None if row is None else Case.model_validate_json(row["doc"])

    def change(self, case: Case, *, expected: int) -> None:
        with self._database.write("change_case") as connection:
            if expected < 1:
                raise BadInput(f"case {case.id}: a change replaces a version from 1 upward")
            write_case(connection, case, expected)


def write_case(connection: sqlite3.Connection, case: Case, expected: int) -> None:
    """Write a case inside a commit if ``expected`` (0: none yet) still stands."""
    if case.version != expected + 1:
        raise BadInput(f"case {case.id}: version {case.version} does not follow {expected}")
    row = connection.execute("SELECT version FROM care_case WHERE id = ?", (case.id,)).fetchone()
    current = row["version"] if row else 0
    if current == 0 and expected > 0:
        raise NotFound(f"case {case.id}: no such case")
    if current != expected:
        raise Stale(
            f"case {case.id}: version {current} stands, not {expected}; read it again", current
        )
    connection.execute(
        "INSERT OR REPLACE INTO care_case (id, seq, version, state, priority, level, channel, "
        "unit, brand, source, thread, customer, claimed_by, opened_at, doc) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            case.id,
            take_numbers(connection, 1),
            case.version,
            case.state,
            case.priority.value,
            case.priority.level,
            case.channel,
            case.unit,
            case.brand,
            case.source,
            case.thread,
            case.customer_id,
            case.claimed_by,
            to_micros(case.opened_at),
            pack(case),
        ),
    )


def case_condition(where: CaseFilter) -> tuple[str, list[int | str]]:
    """The filter as SQL over the columns of ``care_case``, and its values."""
    parts, values = ["TRUE"], list[int | str]()
    if where.states:
        parts.append(f"state IN ({','.join('?' * len(where.states))})")
        values += where.states
    for column in ("level", "channel", "unit", "brand", "claimed_by"):
        value = getattr(where, column)
        if value is not None:
            parts.append(f"{column} = ?")
            values.append(value)
    return " AND ".join(parts), values
