# SPDX-License-Identifier: Apache-2.0
"""What the stages take and give back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ascolto.errors import BadInput
from ascolto.model import Alert, Mention, Reading
from ascolto.store.protocol import Stage
from ascolto.store.records import DeadLetter, Judged, Judgement, ToJudge, ToRead
from ascolto.store.sqlite.cases import write_case
from ascolto.store.sqlite.database import Database, from_micros, take_numbers, to_micros
from ascolto.store.sqlite.document import pack
from ascolto.store.sqlite.outbox import add_delivery

_WAITING = {
    "read": "seq > (SELECT value FROM counter WHERE name = 'read') AND deleted_at IS NULL",
    "judge": "reading_seq > (SELECT value FROM counter WHERE name = 'judge')",
}


class SqliteWork:
    """See `ascolto.store.protocol.Work`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self, limit: int) -> tuple[ToRead, ...]:
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT seq, doc FROM mention WHERE {_WAITING['read']} "  # noqa: S608
                "ORDER BY seq LIMIT ?",
                (limit,),
            ).fetchall()
        return tuple(
            ToRead(seq=row["seq"], mention=Mention.model_validate_json(row["doc"])) for row in rows
        )

    def annotate(
        self, readings: Sequence[Reading], *, upto: int, dead: Sequence[DeadLetter] = ()
    ) -> None:
        with self._database.write("annotate") as connection:
            now = to_micros(self._database.clock())
            number = take_numbers(connection, len(readings))
            for offset, reading in enumerate(readings):
                _store_reading(connection, reading, number + offset, now)
            _bury(connection, dead)
            _advance(connection, "read", upto)

    def unjudged(self, limit: int) -> tuple[ToJudge, ...]:
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT reading_seq, doc, reading FROM mention "  # noqa: S608 - own words only
                f"WHERE {_WAITING['judge']} ORDER BY reading_seq LIMIT ?",
                (limit,),
            ).fetchall()
        return tuple(
            ToJudge(
                seq=row["reading_seq"],
                mention=Mention.model_validate_json(row["doc"]),
                reading=Reading.model_validate_json(row["reading"]),
            )
            for row in rows
        )

    def judge(
        self, judgements: Sequence[Judgement], *, upto: int, dead: Sequence[DeadLetter] = ()
    ) -> None:
        with self._database.write("judge") as connection:
            for judgement in judgements:
                _store_judgement(connection, judgement)
            _bury(connection, dead)
            _advance(connection, "judge", upto)

    def backlog(self, stage: Stage) -> int:
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT COUNT(*) FROM mention WHERE {_WAITING[stage]}"  # noqa: S608
            ).fetchone()
        return int(row[0])

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT * FROM dead_letter ORDER BY at DESC, subject LIMIT ?", (limit,)
            ).fetchall()
        return tuple(
            DeadLetter(
                stage=row["stage"],
                subject=row["subject"],
                reason=row["reason"],
                at=from_micros(row["at"]),
            )
            for row in rows
        )


def _store_reading(connection: sqlite3.Connection, reading: Reading, seq: int, now: int) -> None:
    row = connection.execute(
        "UPDATE mention SET reading = ?, reading_seq = ?, sentiment = ?, updated_at = ? "
        "WHERE id = ? AND deleted_at IS NULL RETURNING key",
        (pack(reading), seq, reading.sentiment.label, now, reading.id),
    ).fetchone()
    if row is None:
        return  # deleted while it was read
    connection.execute("DELETE FROM mention_risk WHERE key = ?", (row["key"],))
    connection.executemany(
        "INSERT INTO mention_risk (risk, key) VALUES (?, ?)",
        [(label, row["key"]) for label in {risk.label for risk in reading.risks}],
    )


def _store_judgement(connection: sqlite3.Connection, judgement: Judgement) -> None:
    mention_id = judgement.mention_id
    alive = connection.execute(
        "SELECT 1 FROM mention WHERE id = ? AND deleted_at IS NULL", (mention_id,)
    ).fetchone()
    alert = judgement.alert if alive else None
    if alert is not None:
        if judgement.case is not None:
            write_case(connection, judgement.case.case, judgement.case.expected)
        _store_alert(connection, alert)
        for delivery in judgement.deliveries:
            add_delivery(connection, delivery)
    judged = Judged(
        mention_id=mention_id,
        decisions=judgement.decisions,
        judged_at=judgement.judged_at,
        alert_id=None if alert is None else alert.id,
    )
    connection.execute(
        "INSERT OR REPLACE INTO judged (mention_id, alert_id, doc) VALUES (?, ?, ?)",
        (mention_id, judged.alert_id, pack(judged)),
    )


def _store_alert(connection: sqlite3.Connection, alert: Alert) -> None:
    row = connection.execute("SELECT doc FROM alert WHERE id = ?", (alert.id,)).fetchone()
    if row is not None:
        first = Alert.model_validate_json(row["doc"])
        alert = alert.model_copy(
            update={"created_at": first.created_at, "version": first.version + 1}
        )
    connection.execute(
        "INSERT OR REPLACE INTO alert (id, seq, mention_id, case_id, created_at, doc) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            alert.id,
            take_numbers(connection, 1),
            alert.mention_id,
            alert.case_id,
            to_micros(alert.created_at),
            pack(alert),
        ),
    )


def _bury(connection: sqlite3.Connection, dead: Sequence[DeadLetter]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO dead_letter (stage, subject, reason, at) VALUES (?, ?, ?, ?)",
        [(letter.stage, letter.subject, letter.reason, to_micros(letter.at)) for letter in dead],
    )


def _advance(connection: sqlite3.Connection, stage: Stage, upto: int) -> None:
    newest = connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0]
    if upto > newest:
        raise BadInput(f"watermark {upto} of {stage} is above the newest number {newest}")
    connection.execute("UPDATE counter SET value = max(value, ?) WHERE name = ?", (upto, stage))
