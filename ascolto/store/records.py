# SPDX-License-Identifier: Apache-2.0
"""What goes into a store and comes out of it, besides the nouns of `ascolto.model`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ascolto.model import (
    Alert,
    Case,
    CaseState,
    Channel,
    Delivery,
    Level,
    Mention,
    Moment,
    Reading,
    Record,
    Risk,
    RuleDecision,
    Sentiment,
)


class Reject(Record):
    """An item that could not become a mention: where it stood, why, and its beginning."""

    where: str
    reason: str
    payload: str = ""


class Batch(Record):
    """What a source hands over at once.

    ``cursor`` is where the source goes on after this batch (opaque to everybody
    else); None leaves the stored cursor as it is. ``filtered`` counts items that
    were understood and concern no brand.
    """

    mentions: tuple[Mention, ...] = ()
    rejects: tuple[Reject, ...] = ()
    filtered: int = 0
    cursor: str | None = None


Outcome = Literal["created", "updated", "duplicate"]


class Ingested(Record):
    """What became of the mentions of a batch, in their order.

    ``updated`` is a known post whose text or title changed: it is read and
    judged again.
    """

    outcomes: tuple[Outcome, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many mentions had this outcome."""
        return self.outcomes.count(outcome)


class Accounting(Record):
    """Of one source, since the store began; the identity is checked by `balanced`."""

    source: str
    fetched: int = 0
    created: int = 0
    updated: int = 0
    duplicate: int = 0
    filtered: int = 0
    rejected: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every item that was fetched is accounted for."""
        parts = self.created + self.updated + self.duplicate + self.filtered + self.rejected
        return self.fetched == parts


class DeadLetter(Record):
    """A stored item that a stage gave up on after its tries."""

    stage: str
    subject: str
    reason: str
    at: Moment


class ToRead(Record):
    """A mention waiting for its reading, at its place in the sequence."""

    seq: int
    mention: Mention


class ToJudge(Record):
    """A mention with a new reading, at the reading's place in the sequence."""

    seq: int
    mention: Mention
    reading: Reading


class CaseChange(Record):
    """A case to be written; ``expected`` is the version it replaces, 0 for a new one."""

    case: Case
    expected: int = Field(ge=0)


class Judgement(Record):
    """Everything that follows from one reading, stored in one commit."""

    mention_id: str
    decisions: tuple[RuleDecision, ...]
    judged_at: Moment
    alert: Alert | None = None
    case: CaseChange | None = None
    deliveries: tuple[Delivery, ...] = ()


class Judged(Record):
    """Why a mention did or did not become an alert."""

    mention_id: str
    decisions: tuple[RuleDecision, ...]
    judged_at: Moment
    alert_id: str | None = None


class Outgoing(Record):
    """A leased outbox row with what it delivers; ``mention`` is None for a rule over a window."""

    delivery: Delivery
    alert: Alert
    mention: Mention | None = None
    reading: Reading | None = None


class Lease(Record):
    """The right to work on something until a time; ``fence`` grows with each new holder."""

    name: str
    holder: str
    fence: int
    until: Moment


class SourceState(Record):
    """How a source is doing; all times None until it happened once."""

    source: str
    cursor: str | None = None
    paused: bool = False
    last_started: Moment | None = None
    last_success: Moment | None = None
    last_item: Moment | None = None
    next_due: Moment | None = None
    failures: int = 0
    last_error: str | None = None
    last_error_kind: str | None = None
    accounting: Accounting


class Run(Record):
    """How one collection of a source went.

    ``next_due`` is when it should run again; ``error`` is None when it went well.
    """

    source: str
    started: Moment
    ended: Moment
    next_due: Moment
    error: str | None = None
    error_kind: str | None = None


class StreamEvent(Record):
    """One line of the change log: something new stands under ``subject``.

    ``kind`` is ``mention``, ``reading``, ``alert`` or ``case``.
    """

    seq: int
    kind: str
    subject: str
    at: Moment


MentionSort = Literal["collected_at", "published_at", "updated_at"]


class MentionFilter(Record):
    """Conditions that all hold; None means any. Times are half-open."""

    brand: str | None = None
    source: str | None = None
    language: str | None = None
    sentiment: Sentiment | Literal["unscored"] | None = None
    risk: Risk | None = None
    private: bool | None = None
    published_from: Moment | None = None
    published_to: Moment | None = None
    collected_from: Moment | None = None
    collected_to: Moment | None = None


class CaseFilter(Record):
    """Conditions on the queue that all hold; None means any."""

    states: tuple[CaseState, ...] = ()
    level: Level | None = None
    channel: Channel | None = None
    unit: str | None = None
    brand: str | None = None
    claimed_by: str | None = None


class MentionView(Record):
    """A stored mention with its reading, if it has been read.

    ``updated_at`` is when the mention or its reading last changed.
    """

    mention: Mention
    reading: Reading | None = None
    updated_at: Moment


class Total(Record):
    """How many there are; ``gte`` marks a lower bound."""

    value: int
    relation: Literal["eq", "gte"] = "eq"


class User(Record):
    """A person who may log in."""

    name: str
    role: Literal["viewer", "pr", "contractor", "agent", "lead", "admin"]
    password_hash: str | None = None
    disabled: bool = False
    created_at: Moment


Scope = Literal["read", "ingest", "care", "admin"]


class ApiKey(Record):
    """A key of a program. Only the digest of the secret is kept."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    secret_digest: str
    created_at: Moment
    revoked_at: Moment | None = None


class Session(Record):
    """A log-in of a person, or a one-time link to one. Only the digest of the token is kept."""

    token_digest: str
    user: str
    kind: Literal["session", "link"]
    expires_at: Moment


class Replayable(Record):
    """The stored answer to a request that carried an Idempotency-Key."""

    key: str
    request_digest: str
    status: int
    body: str
    expires_at: Moment
