# SPDX-License-Identifier: Apache-2.0
"""What a store should hold, in plain dicts; it knows nothing of any store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ascolto.model import Alert, Case, Delivery, DeliveryState, Mention, Reading
from ascolto.store.records import Judged, Judgement


@dataclass
class Post:
    """A mention and where it stands in the two sequences."""

    mention: Mention
    changed: int
    reading: Reading | None = None
    read: int | None = None
    deleted: bool = False


@dataclass
class Row:
    """An outbox row and from when on it may be taken."""

    delivery: Delivery
    takeable: datetime | None


@dataclass
class Oracle:
    """The dicts, and what each commit does to them."""

    posts: dict[str, Post] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    judged: dict[str, Judged] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    cursor: str | None = None
    changes: set[tuple[str, str]] = field(default_factory=set)
    marks: dict[str, int] = field(default_factory=lambda: {"read": 0, "judge": 0})
    ticks: int = 0

    def tick(self, kind: str, subject: str) -> int:
        """The next number of the sequence, noted as a change."""
        self.changes.add((kind, subject))
        self.ticks += 1
        return self.ticks

    def ingest(self, mentions: list[Mention], filtered: int, cursor: str | None) -> list[str]:
        """Store posts; what became of each."""
        outcomes = [self._ingest(mention) for mention in mentions]
        added = {"fetched": len(mentions) + filtered, "filtered": filtered}
        for name in ("created", "updated", "duplicate"):
            added[name] = outcomes.count(name)
        for name, count in added.items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.cursor = cursor or self.cursor
        return outcomes

    def _ingest(self, mention: Mention) -> str:
        post = self.posts.get(mention.id)
        if post is None:
            self.posts[mention.id] = Post(mention, self.tick("mention", mention.id))
            return "created"
        if post.deleted or post.mention.body == mention.body:
            return "duplicate"
        kept = {
            "collected_at": post.mention.collected_at,
            "edited_at": mention.edited_at or mention.collected_at,
        }
        post.mention = mention.model_copy(update=kept)
        post.changed = self.tick("mention", mention.id)
        post.reading, post.read = None, None
        return "updated"

    def alive(self) -> list[Post]:
        """The posts that were not deleted."""
        return [post for post in self.posts.values() if not post.deleted]

    def unread(self) -> list[Post]:
        """What waits for a reading, in sequence."""
        waiting = [post for post in self.alive() if post.changed > self.marks["read"]]
        return sorted(waiting, key=lambda post: post.changed)

    def unjudged(self) -> list[Post]:
        """What waits for a judgement, in sequence."""
        waiting = [post for post in self.alive() if (post.read or 0) > self.marks["judge"]]
        return sorted(waiting, key=lambda post: post.read or 0)

    def annotate(self, readings: list[Reading]) -> None:
        """Store the readings of the first posts that wait, and move on past them."""
        waiting = self.unread()[: len(readings)]
        for post, reading in zip(waiting, readings, strict=True):
            assert post.mention.id == reading.id
            post.reading, post.read = reading, self.tick("reading", reading.id)
        self.marks["read"] = max([self.marks["read"], *(post.changed for post in waiting)])

    def judge(self, judgements: list[Judgement]) -> None:
        """Store the judgements of the first posts that wait, and move on past them."""
        waiting = self.unjudged()[: len(judgements)]
        self.marks["judge"] = max([self.marks["judge"], *(post.read or 0 for post in waiting)])
        self.refresh(judgements)

    def refresh(self, judgements: list[Judgement]) -> None:
        """Store judgements without moving on."""
        for judgement in judgements:
            self._judge(judgement)

    def _judge(self, judgement: Judgement) -> None:
        alert = judgement.alert
        self.judged[judgement.mention_id] = Judged(
            mention_id=judgement.mention_id,
            decisions=judgement.decisions,
            judged_at=judgement.judged_at,
            alert_id=alert and alert.id,
        )
        if alert is None or judgement.case is None:
            return
        known = self.alerts.get(alert.id)
        if known is not None:
            kept: dict[str, Any] = {"version": known.version + 1, "created_at": known.created_at}
            alert = alert.model_copy(update=kept)
        self.alerts[alert.id] = alert
        self.tick("alert", alert.id)
        case = judgement.case.case
        self.cases[case.id] = case
        self.tick("case", case.id)
        for row in judgement.deliveries:
            self.rows.setdefault(row.id, Row(row, row.due_at))

    def due(self, now: datetime) -> dict[str, datetime]:
        """The outbox rows that may be taken, and since when."""
        return {
            identity: row.takeable
            for identity, row in self.rows.items()
            if row.takeable is not None and row.takeable <= now
        }

    def lease(self, identity: str, until: datetime) -> Delivery:
        """Take one row; as it should stand now."""
        row = self.rows[identity]
        taken = {"state": DeliveryState.leased, "attempts": row.delivery.attempts + 1}
        row.delivery, row.takeable = row.delivery.model_copy(update=taken), until
        return row.delivery

    def settle(self, delivery: Delivery) -> None:
        """Store an outcome; what was sent stays sent."""
        row = self.rows[delivery.id]
        if row.delivery.state is not DeliveryState.sent:
            row.delivery = delivery
            row.takeable = delivery.due_at if delivery.state is DeliveryState.due else None

    def delete(self, identity: str) -> None:
        """Leave a tombstone."""
        post = self.posts[identity]
        post.deleted, post.reading, post.read = True, None, None
        self.tick("mention", identity)
