# SPDX-License-Identifier: Apache-2.0
"""The nouns of the domain: frozen, typed, in UTC, with computed identity.

Mention → Reading → Alert → Delivery, and back: Draft → Reply. Every record
is a pydantic model that survives ``Record.model_validate_json(r.model_dump_json())``
unchanged. Offsets into texts are Unicode code points.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from ascolto.identity import digest, mention_identity


def _to_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A point in time: always with a zone on the way in, always UTC inside."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Record(BaseModel):
    """Base of every record: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


# --- labels: spelled exactly as in the API, the mappings and the training files


class Sentiment(StrEnum):
    """Opinion toward the monitored brand, not the mood of the text."""

    negative = "negative"
    neutral = "neutral"
    positive = "positive"


class Risk(StrEnum):
    """What may hurt the brand or a person."""

    complaint = "complaint"
    churn = "churn"
    fraud_security = "fraud_security"
    outage = "outage"
    legal_regulator = "legal_regulator"
    privacy_exposure = "privacy_exposure"
    press_reputation = "press_reputation"
    hate_abuse = "hate_abuse"
    safety = "safety"


class Intent(StrEnum):
    """What the author wants; exactly one."""

    report_fraud = "report_fraud"
    card_problem = "card_problem"
    payment_problem = "payment_problem"
    refund_dispute = "refund_dispute"
    fees_rates = "fees_rates"
    delivery_order = "delivery_order"
    account_access = "account_access"
    close_account = "close_account"
    service_down = "service_down"
    product_question = "product_question"
    praise = "praise"
    suggestion = "suggestion"
    press_inquiry = "press_inquiry"
    spam = "spam"
    other = "other"


class Urgency(IntEnum):
    """0 nothing to do, 1 can wait hours, 2 blocked now, 3 money, data or a person in danger."""

    none = 0
    hours = 1
    blocked = 2
    danger = 3


class Channel(StrEnum):
    """Where the answer belongs; how it travels is a `Medium`."""

    public_reply = "public_reply"
    public_then_private = "public_then_private"
    private_only = "private_only"
    human_only = "human_only"
    no_reply = "no_reply"


class Medium(StrEnum):
    """The way a message travels."""

    comment = "comment"
    direct_message = "direct_message"
    email = "email"
    whatsapp = "whatsapp"
    telegram = "telegram"
    chat = "chat"
    phone = "phone"
    video = "video"
    by_hand = "by_hand"


class Level(StrEnum):
    """Priority in one word, for people."""

    low = "low"
    normal = "normal"
    high = "high"
    urgent = "urgent"


class CaseState(StrEnum):
    """Where a case stands between its first post and its end."""

    new = "new"
    claimed = "claimed"
    answered = "answered"
    waiting = "waiting"
    resolved = "resolved"
    dismissed = "dismissed"


# --- what was written


class Author(Record):
    """Who wrote it, as far as the source tells."""

    name: str | None = None
    handle: str | None = None
    url: str | None = None
    followers: Count | None = None
    verified: bool | None = None


class Engagement(Record):
    """Counts as last seen; None where the source does not tell."""

    likes: Count | None = None
    shares: Count | None = None
    replies: Count | None = None
    views: Count | None = None
    rating: Annotated[float, Field(ge=0, le=5)] | None = None


class Language(Record):
    """ISO 639-1 code, or ``und`` when it cannot be told."""

    code: Annotated[str, Field(pattern=r"^([a-z]{2}|und)$")] = "und"
    confidence: Probability = 0.0


class BrandMatch(Record):
    """Why a mention belongs to a brand: the term found and where.

    ``term`` is None when the source itself was declared to be about the brand.
    """

    brand: str
    term: str | None = None
    place: Literal["title", "text"] | None = None
    start: Count | None = None
    end: Count | None = None


class SourcePolicy(Record):
    """What a source's terms allow with its posts."""

    store_text: bool = True
    export: bool = True
    retention_days: Annotated[int, Field(ge=1)] | None = None
    recheck_hours: Annotated[int, Field(ge=1)] | None = None


class Mention(Record):
    """One post, article, comment, review or message about a brand.

    ``source`` is the configured source's name, ``kind`` its kind (``feed``,
    ``push``, ``file`` …). ``id`` is computed, see `ascolto.identity`.
    """

    source: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[str, Field(min_length=1, max_length=40)]
    native_id: Annotated[str, Field(max_length=2000)] | None = None
    url: Annotated[str, Field(max_length=4000)] | None = None
    thread: Annotated[str, Field(max_length=2000)] | None = None
    parent: Annotated[str, Field(max_length=2000)] | None = None
    author: Author = Author()
    title: str | None = None
    text: str = ""
    language: Language = Language()
    published_at: Moment
    collected_at: Moment
    edited_at: Moment | None = None
    deleted_at: Moment | None = None
    engagement: Engagement = Engagement()
    media: tuple[Literal["image", "video", "audio", "link", "file"], ...] = ()
    private: bool = False
    medium: Medium | None = None
    brands: tuple[BrandMatch, ...] = ()
    backfill: bool = False
    policy: SourcePolicy = SourcePolicy()

    @property
    def id(self) -> str:
        """The computed identity: the same post from the same source has the same id."""
        return mention_identity(
            kind=self.kind,
            source=self.source,
            native_id=self.native_id,
            url=self.url,
            author=self.author.handle or self.author.name,
            published_at=self.published_at,
            text=f"{self.title or ''}\n{self.text}",
        )

    @property
    def body(self) -> str:
        """Title and text as one string, the way an analyzer reads it."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def brand(self) -> str | None:
        """The first brand it matched."""
        return self.brands[0].brand if self.brands else None


# --- how it was read


class Span(Record):
    """A piece of the text, in code points of `Mention.body`."""

    start: Count
    end: Count
    text: str


class SentimentReading(Record):
    """``label`` is None when unscored: out of language or not sure enough."""

    label: Sentiment | None
    probabilities: dict[Sentiment, Probability]
    evidence: tuple[Span, ...] = ()


class RiskReading(Record):
    """A risk seen in the post, and the words that gave it away."""

    label: Risk
    probability: Probability
    evidence: tuple[Span, ...] = ()


class IntentReading(Record):
    """The most likely intent."""

    label: Intent
    probability: Probability


class NeedsReply(Record):
    """Whether the author would notice the missing answer."""

    value: bool
    probability: Probability


class UrgencyReading(Record):
    """The most likely urgency and the probability of each of the four."""

    value: Urgency
    probabilities: tuple[Probability, Probability, Probability, Probability]


class PersonalData(Record):
    """Where personal data stands in `Mention.body`; the value itself is never copied."""

    kind: str
    start: Count
    end: Count


class ModelId(Record):
    """Which model spoke."""

    name: str
    version: str
    sha256: str


class Reading(Record):
    """Everything a model says about one mention; the contract of `ascolto read`."""

    id: str
    language: Language
    sentiment: SentimentReading
    risks: tuple[RiskReading, ...] = ()
    intent: IntentReading
    needs_reply: NeedsReply
    urgency: UrgencyReading
    personal_data: tuple[PersonalData, ...] = ()
    model: ModelId
    degraded: bool = False


# --- what follows


class PriorityReason(Record):
    """One part of a priority; the points of all parts add up to the value (clipped to 0-100)."""

    part: str
    points: int
    text: str


class Priority(Record):
    """0 to 100, in one word, and why."""

    value: Annotated[int, Field(ge=0, le=100)]
    level: Level
    reasons: tuple[PriorityReason, ...] = ()


class ChannelOption(Record):
    """One way to answer, with its score and reasons."""

    label: Channel
    medium: Medium | None = None
    score: float
    reasons: tuple[str, ...] = ()


class ChannelBlock(Record):
    """A way that is closed, and why."""

    label: Channel
    medium: Medium | None = None
    reason: str


class ChannelChoice(Record):
    """Where to answer; ``medium`` is None when nothing can be reached now."""

    label: Channel
    medium: Medium | None = None
    options: tuple[ChannelOption, ...] = ()
    blocks: tuple[ChannelBlock, ...] = ()
    would_change: tuple[str, ...] = ()


class SourcedSentence(Record):
    """A sentence of a draft and the approved answer that it comes from."""

    sentence: str
    source: str = Field(alias="from", serialization_alias="from")

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class DraftCheck(Record):
    """One test that a draft has to pass."""

    name: str
    passed: bool
    detail: str = ""


class Draft(Record):
    """A suggested answer, or the reason why there is none."""

    public: str | None = None
    private: str | None = None
    language: str = "und"
    sources: tuple[SourcedSentence, ...] = ()
    checks: tuple[DraftCheck, ...] = ()
    none_because: str | None = None

    @model_validator(mode="after")
    def _either_text_or_reason(self) -> Draft:
        has_text = self.public is not None or self.private is not None
        if has_text == (self.none_because is not None):
            raise ValueError("a draft has a text or a reason for none, exactly one of the two")
        return self


class RuleDecision(Record):
    """What one rule said about one mention, also when it did not fire."""

    rule: str
    version: str
    fired: bool
    reason: str


class Alert(Record):
    """Somebody should look at this, and here is why.

    For a post there is one alert, whichever of its rules fired; for a window
    one per rule and window. `alert_identity` computes the id.
    """

    id: str
    mention_id: str | None = None
    case_id: str | None = None
    story_id: str | None = None
    brand: str | None = None
    source: str
    language: str = "und"
    rules: tuple[RuleDecision, ...]
    priority: Priority
    channel: ChannelChoice
    draft: Draft
    unit: str
    due_at: Moment | None = None
    created_at: Moment
    updated_at: Moment
    late: bool = False
    version: Annotated[int, Field(ge=1)] = 1


class Event(Record):
    """Something that happened to a case: who, when, what. Append-only."""

    at: Moment
    actor: str
    action: str
    detail: str = ""


class Case(Record):
    """One customer's matter: its posts, its owner, its history."""

    id: str
    state: CaseState = CaseState.new
    version: Annotated[int, Field(ge=1)] = 1
    source: str
    brand: str | None = None
    thread: str | None = None
    customer_id: str | None = None
    mention_ids: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    priority: Priority
    channel: Channel
    private: bool = False
    unit: str
    claimed_by: str | None = None
    claimed_until: Moment | None = None
    reason: str | None = None
    due_at: Moment | None = None
    opened_at: Moment
    updated_at: Moment
    history: tuple[Event, ...] = ()


class Story(Record):
    """Many mentions of one happening, with a count."""

    id: str
    title: str
    mention_ids: tuple[str, ...] = ()
    count: Count = 0
    first_at: Moment
    last_at: Moment


class DeliveryState(StrEnum):
    """States of one outbox row."""

    due = "due"
    leased = "leased"
    sent = "sent"
    failed = "failed"
    dead = "dead"


class Delivery(Record):
    """One alert for one receiver: the row of the outbox.

    ``failed`` is final by the receiver's word (410, 4xx); ``dead`` is final
    because every attempt of the schedule was used.
    """

    id: str
    alert_id: str
    receiver: str
    state: DeliveryState = DeliveryState.due
    attempts: Count = 0
    due_at: Moment
    sent_at: Moment | None = None
    reason: str | None = None


class Reply(Record):
    """A person's answer on its way to the customer."""

    id: str
    case_id: str
    author: str
    medium: Medium
    public: bool
    text: str
    created_at: Moment
    sent_at: Moment | None = None
    native_id: str | None = None


class Identity(Record):
    """One address of a customer, and how sure the link is."""

    medium: Medium
    address: str
    strength: Literal["guessed", "confirmed", "crm"] = "guessed"


class Customer(Record):
    """One person over all media."""

    id: str
    name: str | None = None
    language: str | None = None
    identities: tuple[Identity, ...] = ()
    preferred: Medium | None = None
    created_at: Moment


def alert_identity(rule: str, version: str, group: str, window: str = "") -> str:
    """The id of the alert that a rule raises for a group in a window."""
    return digest("alert", rule, version, group, window)


def delivery_identity(alert_id: str, receiver: str) -> str:
    """The id of an outbox row; sent to the receiver as its idempotency key."""
    return digest("delivery", alert_id, receiver)


def case_identity(alert_id: str) -> str:
    """The id of the case that an alert opens."""
    return digest("case", alert_id)


def as_json(record: Record) -> dict[str, Any]:
    """The record as JSON-ready values."""
    return record.model_dump(mode="json")
