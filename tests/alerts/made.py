# SPDX-License-Identifier: Apache-2.0
"""Posts, readings and settings made up for the tests of alerts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from ascolto.model import (
    Author,
    BrandMatch,
    Intent,
    IntentReading,
    Language,
    Mention,
    ModelId,
    NeedsReply,
    PersonalData,
    Reading,
    Risk,
    RiskReading,
    Sentiment,
    SentimentReading,
    Urgency,
    UrgencyReading,
)
from ascolto.settings import Brand, Settings
from ascolto.store.records import ToJudge

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BRAND = "Banca Aurora"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Clock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def settings(**fields: Any) -> Settings:
    brands = (
        Brand(
            name=BRAND,
            contact="https://aurora.example/help",
            signature="Team Aurora",
            opening_hours="8:30-22:30",
        ),
        Brand(name="Banca Meridia", own=False),
    )
    return Settings(**{"brands": brands, **fields})


def post(number: int = 1, **fields: Any) -> Mention:
    """Post ``number`` of the source `forum`."""
    handle = fields.pop("handle", f"user{number}")
    followers = fields.pop("followers", None)
    brand = fields.pop("brand", BRAND)
    known = {
        "source": "forum",
        "kind": "push",
        "native_id": f"p{number}",
        "author": Author(handle=handle, followers=followers),
        "text": f"text of post {number}",
        "published_at": NOON,
        "collected_at": NOON + timedelta(minutes=1),
        "brands": (BrandMatch(brand=brand),) if brand else (),
    }
    return Mention(**{**known, **fields})


def reading(
    mention: Mention,
    *,
    risks: Iterable[Risk | str] | dict[str, float] = (),
    intent: Intent | str = Intent.other,
    urgency: int = 1,
    needs_reply: bool = True,
    sentiment: str | None = "neutral",
    data: Iterable[str] = (),
    language: str = "en",
    probability: float = 0.9,
) -> Reading:
    chances = risks if isinstance(risks, dict) else dict.fromkeys(risks, probability)
    four = [0.02, 0.02, 0.02, 0.02]
    four[urgency] = 0.94
    sentiments = {one: 0.9 if one == sentiment else 0.05 for one in Sentiment}
    return Reading(
        id=mention.id,
        language=Language(code=language, confidence=0.9),
        sentiment=SentimentReading(label=sentiment, probabilities=sentiments),
        risks=tuple(RiskReading(label=risk, probability=p) for risk, p in chances.items()),
        intent=IntentReading(label=intent, probability=0.8),
        needs_reply=NeedsReply(value=needs_reply, probability=0.9 if needs_reply else 0.1),
        urgency=UrgencyReading(value=Urgency(urgency), probabilities=tuple(four)),
        personal_data=tuple(PersonalData(kind=kind, start=0, end=4) for kind in data),
        model=ModelId(name="made", version="1", sha256="0" * 64),
    )


def item(seq: int, mention: Mention, **fields: Any) -> ToJudge:
    return ToJudge(seq=seq, mention=mention, reading=reading(mention, **fields))
