# SPDX-License-Identifier: Apache-2.0
"""How it was read."""

from __future__ import annotations

from ascolto.model.labels import Intent, Risk, Sentiment, Urgency
from ascolto.model.mention import Language
from ascolto.model.record import Count, Probability, Record


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
