# SPDX-License-Identifier: Apache-2.0
"""Sentiment toward the brand, from words, what turns them round, and the kind of post."""

from __future__ import annotations

from collections.abc import Collection

from ascolto.model import Sentiment, SentimentReading, Span
from sentiment.lexicon.concepts import POLARITY, PRAISING
from sentiment.lexicon.matcher import Match
from sentiment.lexicon.probabilities import softmax
from sentiment.lexicon.signals import Signals

_NEGATION_REACH = 3  # words before
_NEGATED = {"great": -0.4, "good": -0.8, "thanks": 0.0, "solved": -1.2, "bad": -0.3, "awful": -0.2}
_STRONGER, _WEAKER = 1.4, 0.6
_AFTER_BUT, _BEFORE_BUT = 1.3, 0.7

_STEEPNESS = 1.1
_NEUTRAL_BASE = 0.8
# How much likelier a neutral post is by the kind of the post.
_NEUTRAL = {
    "bait": 6.0,
    "advert": 3.0,
    "news": 1.2,
    "phishing": 1.5,
    "warning": 1.0,
    "journalist": 1.5,
    "suggestion": 1.2,
    "theory": 1.5,
    "inheritance": 1.0,
    "lost": 0.8,
    "only_asks": 0.6,
    "hardship": 0.6,
    "selfharm": 1.0,
    "anniversary": 1.0,
    "stand_down": 0.5,
}
_UNSCORED = SentimentReading(
    label=None,
    probabilities={
        Sentiment.negative: 0.3333,
        Sentiment.neutral: 0.3334,
        Sentiment.positive: 0.3333,
    },
)


def unscored() -> SentimentReading:
    """What is said of a post that cannot be read."""
    return _UNSCORED


def read_opinion(signals: Signals, facts: Collection[str]) -> SentimentReading:
    """The sentiment, its probabilities, and the words that speak for the label."""
    plus, minus = _weigh(signals)
    neutral = _NEUTRAL_BASE + sum(_NEUTRAL[fact] for fact in facts if fact in _NEUTRAL)
    logits = {
        Sentiment.negative: _STEEPNESS * minus,
        Sentiment.neutral: neutral,
        Sentiment.positive: _STEEPNESS * plus,
    }
    probabilities = softmax(logits)
    label = max(probabilities, key=lambda each: (probabilities[each], each is Sentiment.neutral))
    return SentimentReading(
        label=label, probabilities=probabilities, evidence=_evidence(signals, label)
    )


def _weigh(signals: Signals) -> tuple[float, float]:
    """Points for and against; what comes after a "but" weighs more."""
    turn = max((m.first for m in signals.matches if m.concept == "but"), default=-1)
    ironic = "irony" in signals.concepts
    plus = minus = 0.0
    for match in signals.matches:
        points = _points(signals, match)
        if ironic and match.concept in PRAISING:
            continue
        if turn >= 0:
            points *= _AFTER_BUT if match.first > turn else _BEFORE_BUT
        plus += max(points, 0.0)
        minus += max(-points, 0.0)
    return plus, minus


def _points(signals: Signals, match: Match) -> float:
    points = POLARITY.get(match.concept, 0.0)
    before = range(match.first - _NEGATION_REACH, match.first)
    if match.concept in _NEGATED and any(place in signals.negated for place in before):
        return points * _NEGATED[match.concept]
    if match.first - 1 in signals.stressed:
        return points * _STRONGER
    if match.first - 1 in signals.softened:
        return points * _WEAKER
    return points


def _evidence(signals: Signals, label: Sentiment) -> tuple[Span, ...]:
    sign = {Sentiment.negative: -1, Sentiment.neutral: 0, Sentiment.positive: 1}[label]
    speaking = [match for match in signals.matches if _points(signals, match) * sign > 0]
    return signals.spans(speaking)
