# SPDX-License-Identifier: Apache-2.0
"""What every store promises; `tests/contract` holds each store to it.

A store is a set of small parts, one noun each. Every method is one commit or
one consistent read. All methods may raise `StoreBusy`; those that write may
raise `StoreFull`, and then nothing of the commit was stored. All are safe to
call from several threads.

Written for two kinds: SQLite, where a commit may span rows, and a cluster,
where a commit is one document. Hence whatever must change together is handed
over in one call and can be replayed: records have computed ids, and a stage
moves its watermark only after its results are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

from ascolto.model import Alert, Case, Delivery, Reading
from ascolto.store.records import (
    Accounting,
    ApiKey,
    Batch,
    CaseFilter,
    DeadLetter,
    Ingested,
    Judged,
    Judgement,
    Lease,
    MentionFilter,
    MentionSort,
    MentionView,
    Outgoing,
    Replayable,
    Run,
    Session,
    SourceState,
    StreamEvent,
    ToJudge,
    ToRead,
    Total,
    User,
)

Stage = Literal["read", "judge"]


class Sources(Protocol):
    """Collecting: mentions, cursors, the state of each source."""

    def ingest(self, source: str, batch: Batch) -> Ingested:
        """Store a batch: mentions, rejects, counts and cursor in one commit.

        A mention whose id is known is a duplicate; if its title or text changed
        it replaces the old one, keeps its first ``published_at`` and
        ``collected_at``, gets ``edited_at`` if the source gave none, loses its
        reading, and is read and judged again. A deleted mention is never stored again.
        """

    def record_run(self, run: Run) -> None:
        """Store how a collection went and when the next is due."""

    def state(self, source: str) -> SourceState:
        """The state of a source; an empty one if it never ran."""

    def states(self) -> tuple[SourceState, ...]:
        """The states of all sources that ever ran or were paused, by name."""

    def pause(self, source: str, paused: bool) -> None:
        """Stop or resume the schedule of a source."""


class Mentions(Protocol):
    """What was collected, for people and programs to find."""

    def get(self, mention_id: str) -> MentionView:
        """One mention. Raises NotFound, or Gone when it was deleted at its source."""

    def page(
        self,
        where: MentionFilter,
        *,
        sort: MentionSort = "collected_at",
        limit: int,
        after: str | None = None,
    ) -> tuple[tuple[MentionView, ...], str | None]:
        """Newest first, and the cursor of the next page (None at the end).

        Cursors are stateless and survive restarts: what stood below the cursor
        when it was made is neither lost nor repeated while posts arrive.
        Raises BadInput for a cursor that this store did not make.
        """

    def count(self, where: MentionFilter) -> Total:
        """How many there are; a lower bound above 10,000 is allowed."""

    def delete(self, mention_id: str, *, at: datetime, reason: str) -> None:
        """Obey a deletion at the source: text, reading and drafts go, a tombstone stays."""


class Work(Protocol):
    """What a stage takes, and what it gives back together with its watermark."""

    def unread(self, limit: int) -> tuple[ToRead, ...]:
        """Mentions above the watermark of `read`, in sequence."""

    def annotate(
        self, readings: Sequence[Reading], *, upto: int, dead: Sequence[DeadLetter] = ()
    ) -> None:
        """Store readings and move the watermark of `read` to ``upto`` (never back)."""

    def unjudged(self, limit: int) -> tuple[ToJudge, ...]:
        """Mentions whose reading is above the watermark of `judge`, in sequence."""

    def judge(
        self, judgements: Sequence[Judgement], *, upto: int, dead: Sequence[DeadLetter] = ()
    ) -> None:
        """Store decisions, alerts, cases and outbox rows, and move the watermark of `judge`.

        An alert that is known is refreshed (version + 1, first ``created_at``
        kept); an outbox row that is known stays as it is. Raises Stale when a
        case is not of the expected version: judge the batch again.
        """

    def backlog(self, stage: Stage) -> int:
        """How many items wait for a stage."""

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """What stages gave up on, newest first."""


class Alerts(Protocol):
    """Alerts and the reasons for them."""

    def get(self, alert_id: str) -> Alert:
        """One alert. Raises NotFound."""

    def page(
        self, *, limit: int, after: str | None = None, where: CaseFilter
    ) -> tuple[tuple[Alert, ...], str | None]:
        """Newest first, and the cursor of the next page. ``where`` speaks of the alert's case."""

    def count(self, where: CaseFilter) -> Total:
        """How many alerts there are."""

    def why(self, mention_id: str) -> Judged:
        """What every rule decided about a mention. Raises NotFound when it was not judged yet."""


class Cases(Protocol):
    """What people work on."""

    def get(self, case_id: str) -> Case:
        """One case. Raises NotFound."""

    def page(
        self, where: CaseFilter, *, limit: int, after: str | None = None
    ) -> tuple[tuple[Case, ...], str | None]:
        """The queue: highest priority first, then oldest; and the cursor of the next page."""

    def count(self, where: CaseFilter) -> Total:
        """How many cases there are."""

    def open_in_thread(self, source: str, thread: str, customer: str | None) -> Case | None:
        """The newest case of this customer in this thread that is not resolved or dismissed."""

    def change(self, case: Case, *, expected: int) -> None:
        """Replace a case if its version is still ``expected``. Raises Stale, NotFound.

        ``case.version`` must be ``expected + 1``.
        """


class Outbox(Protocol):
    """One row per alert and receiver; sent at least once, always with the same id."""

    def lease(
        self, *, now: datetime, until: datetime, limit: int, skip: Collection[str] = ()
    ) -> tuple[Outgoing, ...]:
        """Take rows that are due, or whose lease ran out, oldest first.

        Each taken row is ``leased`` and counts one attempt more. Rows of the
        receivers in ``skip``, which are busy, are left where they are.
        """

    def settle(self, delivery: Delivery) -> None:
        """Store the outcome of an attempt. A row that is already ``sent`` stays sent.

        Raises NotFound, and BadInput for a delivery that is still leased.
        """

    def deliveries(self, alert_id: str) -> tuple[Delivery, ...]:
        """The rows of an alert, by receiver."""

    def waiting(self) -> int:
        """How many rows are neither sent nor given up."""


class Leases(Protocol):
    """Who works on what, among threads, processes and nodes."""

    def take(self, name: str, holder: str, *, now: datetime, ttl: timedelta) -> Lease | None:
        """Take or renew a lease; None while somebody else holds it.

        ``fence`` grows by one when the holder changes, and stays on renewal.
        """

    def release(self, lease: Lease) -> None:
        """Give a lease back; nothing happens when it is no longer held."""


class Events(Protocol):
    """The change log behind the live stream."""

    def after(self, seq: int, limit: int) -> tuple[StreamEvent, ...]:
        """Events above a sequence number, in order."""

    def last(self) -> int:
        """The newest sequence number, 0 in an empty store."""


class People(Protocol):
    """Users, keys, sessions, and answers to be repeated."""

    def put_user(self, user: User) -> None:
        """Add or replace a user."""

    def user(self, name: str) -> User:
        """One user. Raises NotFound."""

    def users(self) -> tuple[User, ...]:
        """All users, by name."""

    def put_key(self, key: ApiKey) -> None:
        """Add or replace a key."""

    def key(self, secret_digest: str) -> ApiKey:
        """The key with this digest, revoked or not. Raises NotFound."""

    def keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""

    def put_session(self, session: Session) -> None:
        """Store a session or a one-time link."""

    def session(self, token_digest: str, *, now: datetime) -> Session:
        """A session that has not run out. Raises NotFound."""

    def end_session(self, token_digest: str) -> bool:
        """End a session or use a link up; True for the one caller that did it."""

    def replayable(self, key: str, *, now: datetime) -> Replayable | None:
        """The stored answer to an idempotency key, if it has not run out."""

    def put_replayable(self, answer: Replayable) -> bool:
        """Store an answer; False when the key has one already (the first stays)."""


class Store(Protocol):
    """The parts of a store, and what concerns it as a whole."""

    @property
    def sources(self) -> Sources: ...
    @property
    def mentions(self) -> Mentions: ...
    @property
    def work(self) -> Work: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def events(self) -> Events: ...
    @property
    def people(self) -> People: ...

    def accounting(self) -> tuple[Accounting, ...]:
        """Fetched and what became of it, per source."""

    def check(self) -> tuple[str, ...]:
        """Problems found in the store, each a sentence with a remedy; empty when sound."""

    def backup(self, path: Path) -> None:
        """A consistent copy, also while others write. Raises FileExistsError."""

    def close(self) -> None:
        """Close every connection; calling it twice is fine."""
