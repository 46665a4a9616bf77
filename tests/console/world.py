# SPDX-License-Identifier: Apache-2.0
"""Posts of a made-up bank's customers, put into a real store the way the pipeline does it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts import cases
from ascolto.model import (
    Alert,
    Author,
    BrandMatch,
    Case,
    Channel,
    ChannelBlock,
    ChannelChoice,
    ChannelOption,
    Delivery,
    Draft,
    DraftCheck,
    Engagement,
    Event,
    Intent,
    IntentReading,
    Language,
    Level,
    Medium,
    Mention,
    ModelId,
    NeedsReply,
    PersonalData,
    Priority,
    PriorityReason,
    Reading,
    Risk,
    RiskReading,
    RuleDecision,
    Sentiment,
    SentimentReading,
    SourcedSentence,
    Span,
    Urgency,
    UrgencyReading,
    alert_identity,
    case_identity,
    delivery_identity,
)
from ascolto.settings import Settings
from ascolto.store.records import Batch, CaseChange, Judgement
from ascolto.store.sqlite import SqliteStore

MODEL = ModelId(name="lexicon", version="1", sha256="0" * 64)
_LEVELS = ((70, Level.urgent), (45, Level.high), (15, Level.normal), (0, Level.low))


@dataclass(frozen=True)
class Told:
    """What a test says about a post; the rest follows."""

    text: str
    title: str | None = None
    author: str = "Marta Bellini"
    handle: str | None = "@marta.b"
    author_url: str | None = None
    url: str | None = "https://social.example/posts/1"
    source: str = "forum"
    brand: str = "Banca Aurora"
    term: str | None = None
    language: str = "en"
    value: int = 50
    sentiment: Sentiment | None = Sentiment.negative
    risk: Risk | None = Risk.complaint
    intent: Intent = Intent.card_problem
    urgency: Urgency = Urgency.blocked
    channel: Channel = Channel.public_then_private
    evidence: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    """Kind and value of personal data."""
    public: str | None = "Hello, we are sorry. We have just written to you in private."
    private: str | None = "Hello, to help you we need the last four digits of your card."
    none_because: str | None = None
    why: str = "somebody is blocked now"
    block: str = "the answer needs account data"
    detail: str = "opened by the rule risk"
    age: timedelta = timedelta(minutes=12)
    promised: timedelta = timedelta(hours=1)
    thread: str | None = None
    unit: str = "care"
    followers: int | None = None
    receiver: str = "chat"


@dataclass
class World:
    """A store with people, and the means to let posts arrive and be judged."""

    store: SqliteStore
    settings: Settings
    now: Callable[[], datetime]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def tell(self, text: str, **more: Any) -> str:
        """A post arrives, is read and judged; the id of its case."""
        told = Told(text=text, **more)
        mention = self.collect(told)
        return self.judge(told, mention)

    def collect_only(self, text: str, **more: Any) -> Mention:
        """A post arrives; nobody has read it yet."""
        return self.collect(Told(text=text, **more))

    def collect(self, told: Told) -> Mention:
        """Store the post only; nobody has read it yet."""
        published = self.now() - told.age
        found = told.term and told.text.find(told.term)
        mention = Mention(
            source=told.source,
            kind="feed",
            native_id=f"post-{next(self._numbers)}",
            url=told.url,
            thread=told.thread,
            author=Author(
                name=told.author,
                handle=told.handle,
                url=told.author_url,
                followers=told.followers,
            ),
            title=told.title,
            text=told.text,
            language=Language(code=told.language, confidence=0.97),
            published_at=published,
            collected_at=self.now(),
            engagement=Engagement(likes=14, replies=3),
            brands=(
                BrandMatch(brand=told.brand)
                if not told.term
                else BrandMatch(
                    brand=told.brand,
                    term=told.term,
                    place="text",
                    start=found,
                    end=int(found or 0) + len(told.term),
                ),
            ),
        )
        self.store.sources.ingest(told.source, Batch(mentions=(mention,)))
        return mention

    def judge(self, told: Told, mention: Mention) -> str:
        """Read and judge a stored post; the id of the case that it opened."""
        reading = _reading(told, mention)
        (unread,) = [one for one in self.store.work.unread(1000) if one.mention.id == mention.id]
        self.store.work.annotate([reading], upto=unread.seq)
        (unjudged,) = [
            one for one in self.store.work.unjudged(1000) if one.mention.id == mention.id
        ]
        alert = _alert(told, mention, self.now())
        case = _case(told, mention, alert, self.now())
        delivery = Delivery(
            id=delivery_identity(alert.id, told.receiver),
            alert_id=alert.id,
            receiver=told.receiver,
            due_at=self.now(),
        )
        judgement = Judgement(
            mention_id=mention.id,
            decisions=alert.rules,
            judged_at=self.now(),
            alert=alert,
            case=CaseChange(case=case, expected=0),
            deliveries=(delivery,),
        )
        self.store.work.judge([judgement], upto=unjudged.seq)
        return case.id

    def as_somebody(self, case_id: str, name: str = "bianca") -> None:
        """A colleague claims a case, straight in the store."""
        case = self.store.cases.get(case_id)
        changed = cases.claim(case, name, self.now())
        self.store.cases.change(changed, expected=case.version)

    def collect_again(self, mention: Mention) -> None:
        """The source hands the same post over once more, perhaps edited."""
        self.store.sources.ingest(mention.source, Batch(mentions=(mention,)))

    def hostile(self, payload: str) -> str:
        """A case with the payload wherever somebody else may have written."""
        return self.tell(
            f"{payload} and {payload}",
            title=payload,
            author=payload,
            handle=payload,
            author_url=payload,
            url=payload,
            source=payload[:200],
            brand=payload,
            term=payload,
            evidence=(payload,),
            hidden=((payload, " and "),),
            public=payload,
            private=payload,
            why=payload,
            block=payload,
            detail=payload,
            unit=payload,
            receiver=payload,
            thread=payload,
        )

    def change(self, case_id: str, **update: Any) -> None:
        """Something happens to a case, straight in the store."""
        case = self.store.cases.get(case_id)
        changed = case.model_copy(update={**update, "version": case.version + 1})
        self.store.cases.change(changed, expected=case.version)


def _reading(told: Told, mention: Mention) -> Reading:
    body = mention.body
    spans = tuple(
        Span(start=body.index(words), end=body.index(words) + len(words), text=words)
        for words in told.evidence
    )
    share = {label: 0.08 for label in Sentiment}
    if told.sentiment is not None:
        share[told.sentiment] = 0.84
    return Reading(
        id=mention.id,
        language=mention.language,
        sentiment=SentimentReading(label=told.sentiment, probabilities=share),
        risks=(RiskReading(label=told.risk, probability=0.9, evidence=spans),) if told.risk else (),
        intent=IntentReading(label=told.intent, probability=0.8),
        needs_reply=NeedsReply(value=True, probability=0.9),
        urgency=UrgencyReading(value=told.urgency, probabilities=(0.05, 0.1, 0.7, 0.15)),
        personal_data=tuple(
            PersonalData(kind=kind, start=body.index(value), end=body.index(value) + len(value))
            for kind, value in told.hidden
        ),
        model=MODEL,
        degraded=True,
    )


def _priority(told: Told) -> Priority:
    level = next(level for least, level in _LEVELS if told.value >= least)
    parts = (
        PriorityReason(part="urgency", points=told.value - 6, text=told.why),
        PriorityReason(part="sentiment", points=6, text="the author is angry"),
    )
    return Priority(value=told.value, level=level, reasons=parts)


def _alert(told: Told, mention: Mention, now: datetime) -> Alert:
    medium = Medium.direct_message if told.channel is Channel.public_then_private else None
    draft = (
        Draft(none_because=told.none_because)
        if told.none_because
        else Draft(
            public=told.public,
            private=told.private,
            language=told.language,
            sources=(SourcedSentence(sentence=told.public or "", source="card_problem.en"),),
            checks=(
                DraftCheck(name="no_personal_data", passed=True),
                DraftCheck(name="links_allowed", passed=True),
            ),
        )
    )
    return Alert(
        id=alert_identity("post", "1", mention.id),
        mention_id=mention.id,
        case_id=case_identity(alert_identity("post", "1", mention.id)),
        brand=told.brand,
        source=told.source,
        language=told.language,
        rules=(
            RuleDecision(rule="risk", version="1", fired=True, reason=f"{told.risk} at 0.90"),
            RuleDecision(rule="needs_reply", version="1", fired=True, reason="an answer is needed"),
        ),
        priority=_priority(told),
        channel=ChannelChoice(
            label=told.channel,
            medium=medium,
            options=(
                ChannelOption(label=told.channel, medium=medium, score=0.82, reasons=(told.why,)),
                ChannelOption(label=Channel.public_reply, medium=Medium.comment, score=0.41),
            ),
            blocks=(ChannelBlock(label=Channel.no_reply, reason=told.block),),
            would_change=("without account data: public_reply",),
        ),
        draft=draft,
        unit=told.unit,
        due_at=mention.published_at + told.promised,
        created_at=now,
        updated_at=now,
    )


def _case(told: Told, mention: Mention, alert: Alert, now: datetime) -> Case:
    return Case(
        id=alert.case_id or "",
        source=told.source,
        brand=told.brand,
        thread=told.thread,
        mention_ids=(mention.id,),
        alert_ids=(alert.id,),
        priority=alert.priority,
        channel=told.channel,
        unit=told.unit,
        due_at=alert.due_at,
        opened_at=now,
        updated_at=now,
        history=(Event(at=now, actor="ascolto", action="opened", detail=told.detail),),
    )


def utc_now() -> datetime:
    return datetime.now(UTC)
