# SPDX-License-Identifier: Apache-2.0
"""How pressing a post is: 0 to 100, as a sum of parts that each say why.

| part | points | why |
|---|---|---|
| urgency | 0, 15, 45, 70 | what waits decides most; each step alone reaches its level |
| risk | 6 to 24 times its probability, the gravest one | what it may cost |
| more risks | 2 each, at most 4 | a matter with two sides is harder |
| sentiment | 6 times the probability of negative | anger grows while it waits |
| needs_reply | 4 | somebody would miss an answer |
| private | 4 | they came to us and see us silent |
| reach | 3, 6, 9, 12 from 1,000, 10,000, 100,000, 1,000,000 followers | who reads it |
| engagement | 2, 4, 6 from 10, 100, 1,000 reactions | it is already spreading |
| cap | what is above 100, taken off | the scale ends at 100 |

Levels: urgent from 70, high from 45, normal from 15. Hence danger (urgency 3)
is always urgent, somebody blocked (2) at least high, a question (1) at least normal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ascolto.model import (
    Engagement,
    Level,
    Mention,
    Priority,
    PriorityReason,
    Reading,
    Risk,
    RiskReading,
    Sentiment,
    Urgency,
)

LEVELS = ((70, Level.urgent), (45, Level.high), (15, Level.normal), (0, Level.low))

URGENCY = {
    Urgency.none: (0, "nothing has to be done at once"),
    Urgency.hours: (15, "it can wait hours, not days"),
    Urgency.blocked: (45, "somebody is blocked now"),
    Urgency.danger: (70, "money, data or a person is in danger now"),
}

# The order of harm: a life, money, data, then the brand's standing, then its business.
RISK = {
    Risk.safety: 24,
    Risk.fraud_security: 20,
    Risk.privacy_exposure: 12,
    Risk.legal_regulator: 12,
    Risk.press_reputation: 12,
    Risk.outage: 8,
    Risk.churn: 8,
    Risk.hate_abuse: 8,
    Risk.complaint: 6,
}

REACH = ((1_000_000, 12), (100_000, 9), (10_000, 6), (1000, 3))
ENGAGEMENT = ((1000, 6), (100, 4), (10, 2))


def priority_of(
    mention: Mention, reading: Reading, *, private: bool, risks: Sequence[RiskReading]
) -> Priority:
    """The priority and its parts; ``risks`` are those that count.

    The points of the parts add up to the value exactly.
    """
    parts = [part for part in _parts(mention, reading, private, risks) if part.points]
    total = sum(part.points for part in parts)
    if total > 100:
        parts.append(PriorityReason(part="cap", points=100 - total, text="the scale ends at 100"))
    value = min(total, 100)
    level = next(level for least, level in LEVELS if value >= least)
    return Priority(value=value, level=level, reasons=tuple(parts))


def _parts(
    mention: Mention, reading: Reading, private: bool, risks: Sequence[RiskReading]
) -> Iterator[PriorityReason]:
    points, text = URGENCY[reading.urgency.value]
    yield PriorityReason(part="urgency", points=points, text=text)
    yield from _risk_parts(risks)
    if reading.sentiment.label is Sentiment.negative:
        chance = reading.sentiment.probabilities.get(Sentiment.negative, 1.0)
        text = f"negative toward the brand ({chance:.2f})"
        yield PriorityReason(part="sentiment", points=round(6 * chance), text=text)
    if reading.needs_reply.value:
        yield PriorityReason(part="needs_reply", points=4, text="somebody would miss an answer")
    if private:
        yield PriorityReason(part="private", points=4, text="written to us in private")
    followers = mention.author.followers or 0
    text = f"{followers} follow the author"
    yield PriorityReason(part="reach", points=_step(REACH, followers), text=text)
    reactions = _reactions(mention.engagement)
    text = f"{reactions} reactions so far"
    yield PriorityReason(part="engagement", points=_step(ENGAGEMENT, reactions), text=text)


def _risk_parts(risks: Sequence[RiskReading]) -> Iterator[PriorityReason]:
    if not risks:
        return
    gravest = max(risks, key=lambda risk: (RISK[risk.label] * risk.probability, risk.label))
    points = round(RISK[gravest.label] * gravest.probability)
    text = f"{gravest.label} ({gravest.probability:.2f})"
    yield PriorityReason(part="risk", points=points, text=text)
    others = sorted({risk.label for risk in risks} - {gravest.label})
    yield PriorityReason(
        part="more risks", points=min(2 * len(others), 4), text="also " + ", ".join(others)
    )


def _reactions(engagement: Engagement) -> int:
    """Likes, shares and replies; views are left out, for they cost nothing."""
    return (engagement.likes or 0) + (engagement.shares or 0) + (engagement.replies or 0)


def _step(table: Sequence[tuple[int, int]], value: int) -> int:
    return next((points for least, points in table if value >= least), 0)
