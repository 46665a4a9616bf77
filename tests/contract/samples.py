# SPDX-License-Identifier: Apache-2.0
"""Made-up records for the store tests: each call gives the smallest one that is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ascolto.model import (
    Alert,
    BrandMatch,
    Case,
    Channel,
    ChannelChoice,
    Delivery,
    Draft,
    Intent,
    IntentReading,
    Language,
    Level,
    Mention,
    ModelId,
    NeedsReply,
    Priority,
    Reading,
    Risk,
    RiskReading,
    RuleDecision,
    Sentiment,
    SentimentReading,
    Urgency,
    UrgencyReading,
    alert_identity,
    case_identity,
    delivery_identity,
)
from ascolto.store.records import Batch, CaseChange, Judgement

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class SteppedClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta = MINUTE) -> datetime:
        """Move on, and tell the time."""
        self.now += by
        return self.now


def mention(number: int = 1, **fields: Any) -> Mention:
    """Post ``number`` of the source `forum`, one minute younger than the one before."""
    return Mention(
        **{
            "source": "forum",
            "kind": "feed",
            "native_id": f"post-{number}",
            "text": f"The card of Banca Esempio was refused, {number}",
            "language": Language(code="en", confidence=0.9),
            "published_at": NOON - timedelta(days=1) + number * MINUTE,
            "collected_at": NOON + number * MINUTE,
            "brands": (BrandMatch(brand="Banca Esempio"),),
            **fields,
        }
    )


def reading(
    of: Mention,
    *,
    label: Sentiment | None = Sentiment.negative,
    risks: tuple[Risk, ...] = (Risk.complaint,),
) -> Reading:
    """What a model might say of a post."""
    return Reading(
        id=of.id,
        language=of.language,
        sentiment=SentimentReading(label=label, probabilities={Sentiment.negative: 0.8}),
        risks=tuple(RiskReading(label=risk, probability=0.7) for risk in risks),
        intent=IntentReading(label=Intent.card_problem, probability=0.6),
        needs_reply=NeedsReply(value=True, probability=0.9),
        urgency=UrgencyReading(value=Urgency.blocked, probabilities=(0.1, 0.1, 0.7, 0.1)),
        model=ModelId(name="made-up", version="1", sha256="0" * 64),
    )


def decision(fired: bool = True) -> RuleDecision:
    """What the rule `risk` says."""
    return RuleDecision(rule="risk", version="1", fired=fired, reason="complaint 0.70")


def alert(of: Mention, **fields: Any) -> Alert:
    """The alert about a post, with its case named."""
    identity = alert_identity("post", "1", of.id)
    return Alert(
        **{
            "id": identity,
            "mention_id": of.id,
            "case_id": case_identity(identity),
            "brand": of.brand,
            "source": of.source,
            "rules": (decision(),),
            "priority": Priority(value=50, level=Level.high),
            "channel": ChannelChoice(label=Channel.public_reply),
            "draft": Draft(public="We are sorry.", language="en"),
            "unit": "care",
            "created_at": of.collected_at,
            "updated_at": of.collected_at,
            **fields,
        }
    )


def case(of: Alert, **fields: Any) -> Case:
    """The case that an alert opens."""
    return Case(
        **{
            "id": case_identity(of.id),
            "source": of.source,
            "brand": of.brand,
            "mention_ids": (of.mention_id,),
            "alert_ids": (of.id,),
            "priority": of.priority,
            "channel": of.channel.label,
            "unit": of.unit,
            "opened_at": of.created_at,
            "updated_at": of.created_at,
            **fields,
        }
    )


def delivery(of: Alert, receiver: str = "hook", **fields: Any) -> Delivery:
    """The outbox row of an alert for a receiver, due at once."""
    return Delivery(
        **{
            "id": delivery_identity(of.id, receiver),
            "alert_id": of.id,
            "receiver": receiver,
            "due_at": of.created_at,
            **fields,
        }
    )


def quiet(of: Mention) -> Judgement:
    """A judgement by which nothing follows."""
    return Judgement(mention_id=of.id, decisions=(decision(False),), judged_at=NOON)


def judgement(
    of: Mention,
    raised: Alert | None = None,
    *,
    receivers: tuple[str, ...] = ("hook",),
    opened: Case | None = None,
    expected: int = 0,
) -> Judgement:
    """A judgement with its alert, its case and one outbox row a receiver."""
    raised = raised or alert(of)
    return Judgement(
        mention_id=of.id,
        decisions=(decision(),),
        judged_at=NOON,
        alert=raised,
        case=CaseChange(case=opened or case(raised), expected=expected),
        deliveries=tuple(delivery(raised, name) for name in receivers),
    )


def collect(store: Any, *mentions: Mention, cursor: str | None = None) -> None:
    """Ingest posts as their source."""
    store.sources.ingest(mentions[0].source, Batch(mentions=mentions, cursor=cursor))


def read_all(store: Any, **fields: Any) -> None:
    """Give every unread post a reading."""
    waiting = store.work.unread(10_000)
    store.work.annotate([reading(item.mention, **fields) for item in waiting], upto=waiting[-1].seq)


def judge_all(store: Any, *judgements: Judgement) -> None:
    """Store judgements and move past everything that waits for one."""
    waiting = store.work.unjudged(10_000)
    store.work.judge(judgements, upto=waiting[-1].seq)


def raise_alerts(store: Any, *mentions: Mention, **fields: Any) -> None:
    """Collect posts, read them, and raise an alert for each."""
    collect(store, *mentions)
    read_all(store)
    judge_all(store, *(judgement(item, **fields) for item in mentions))
