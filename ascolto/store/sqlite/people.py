# SPDX-License-Identifier: Apache-2.0
"""Users, keys, sessions, and answers to be repeated."""

from __future__ import annotations

from datetime import datetime

from ascolto.errors import NotFound
from ascolto.store.records import ApiKey, Replayable, Session, User
from ascolto.store.sqlite.database import Database, to_micros
from ascolto.store.sqlite.document import pack


class SqlitePeople:
    """See `ascolto.store.protocol.People`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_user(self, user: User) -> None:
        with self._database.write("put_user") as connection:
            connection.execute(
                "INSERT OR REPLACE INTO person (name, doc) VALUES (?, ?)",
                (user.name, pack(user)),
            )

    def user(self, name: str) -> User:
        with self._database.read() as connection:
            row = connection.execute("SELECT doc FROM person WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise NotFound(f"user {name}: no such user; add one with `ascolto user add`")
        return User.model_validate_json(row["doc"])

    def users(self) -> tuple[User, ...]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT doc FROM person ORDER BY name").fetchall()
        return tuple(User.model_validate_json(row["doc"]) for row in rows)

    def put_key(self, key: ApiKey) -> None:
        with self._database.write("put_key") as connection:
            connection.execute(
                "INSERT OR REPLACE INTO api_key (id, secret_digest, created_at, doc) "
                "VALUES (?, ?, ?, ?)",
                (key.id, key.secret_digest, to_micros(key.created_at), pack(key)),
            )

    def key(self, secret_digest: str) -> ApiKey:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM api_key WHERE secret_digest = ?", (secret_digest,)
            ).fetchone()
        if row is None:
            raise NotFound("no such key")
        return ApiKey.model_validate_json(row["doc"])

    def keys(self) -> tuple[ApiKey, ...]:
        with self._database.read() as connection:
            rows = connection.execute("SELECT doc FROM api_key ORDER BY created_at, id").fetchall()
        return tuple(ApiKey.model_validate_json(row["doc"]) for row in rows)

    def put_session(self, session: Session) -> None:
        with self._database.write("put_session") as connection:
            connection.execute(
                "DELETE FROM session WHERE expires_at <= ?", (to_micros(self._database.clock()),)
            )
            connection.execute(
                "INSERT OR REPLACE INTO session (token_digest, expires_at, doc) VALUES (?, ?, ?)",
                (session.token_digest, to_micros(session.expires_at), pack(session)),
            )

    def session(self, token_digest: str, *, now: datetime) -> Session:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM session WHERE token_digest = ? AND expires_at > ?",
                (token_digest, to_micros(now)),
            ).fetchone()
        if row is None:
            raise NotFound("no such session, or it has run out")
        return Session.model_validate_json(row["doc"])

    def end_session(self, token_digest: str) -> bool:
        with self._database.write("end_session") as connection:
            ended = connection.execute(
                "DELETE FROM session WHERE token_digest = ?", (token_digest,)
            ).rowcount
        return ended == 1

    def replayable(self, key: str, *, now: datetime) -> Replayable | None:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT doc FROM replayable WHERE key = ? AND expires_at > ?",
                (key, to_micros(now)),
            ).fetchone()
        return None if row is None else Replayable.model_validate_json(row["doc"])

    def put_replayable(self, answer: Replayable) -> bool:
        with self._database.write("put_replayable") as connection:
            connection.execute(
                "DELETE FROM replayable WHERE expires_at <= ?",
                (to_micros(self._database.clock()),),
            )
            stored = connection.execute(
                "INSERT OR IGNORE INTO replayable (key, expires_at, doc) VALUES (?, ?, ?)",
                (answer.key, to_micros(answer.expires_at), pack(answer)),
            ).rowcount
        return stored == 1
