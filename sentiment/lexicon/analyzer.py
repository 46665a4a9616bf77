# SPDX-License-Identifier: Apache-2.0
"""A reader by words and rules: the honest fallback where no trained model is at hand."""

from __future__ import annotations

from collections.abc import Sequence

from ascolto.model import (
    Intent,
    IntentReading,
    Mention,
    ModelId,
    NeedsReply,
    Reading,
    Risk,
    RiskReading,
    Urgency,
    UrgencyReading,
)
from sentiment.lexicon.facts import find_facts
from sentiment.lexicon.lexicon import load_lexicon
from sentiment.lexicon.opinion import read_opinion, unscored
from sentiment.lexicon.probabilities import logistic, softmax
from sentiment.lexicon.rules import as_bits, load_rules
from sentiment.lexicon.signals import Signals, find_signals
from sentiment.lexicon.tokens import Tokens, tokenise
from sentiment.personal_data import find_personal_data

VERSION = "1"

_SURE_OF_LANGUAGE = 0.6
_LEAST_RISK = 0.5
_SAYS_LITTLE = frozenset({"me", "ask", "negation", "intensifier", "diminisher", "but"})


class LexiconAnalyzer:
    """Reads Italian, Russian, English, Spanish, French, German and Portuguese by rules.

    Every reading is marked ``degraded``. Sentiment is unscored in other
    languages, and where a post holds no word to go by.
    """

    def __init__(self) -> None:
        self._lexicon = load_lexicon()
        self._rules = load_rules()
        self._model = ModelId(name="lexicon", version=VERSION, sha256=self._lexicon.sha256)

    @property
    def model(self) -> ModelId:
        return self._model

    def read(self, mentions: Sequence[Mention]) -> list[Reading]:
        return [self._read(mention) for mention in mentions]

    def _read(self, mention: Mention) -> Reading:
        text = mention.body
        tokens = tokenise(text)
        signals = self._signals(mention, text, tokens)
        personal = find_personal_data(text)
        readable = signals is not None
        if signals is None:
            signals = Signals(text, tokens, ())
        facts = find_facts(mention, text, signals, personal)
        bits = as_bits(facts)
        return Reading(
            id=mention.id,
            language=mention.language,
            sentiment=read_opinion(signals, facts) if readable else unscored(),
            risks=self._risks(signals, bits),
            intent=self._intent(bits),
            needs_reply=self._needs_reply(bits),
            urgency=self._urgency(bits),
            personal_data=personal,
            model=self._model,
            degraded=True,
        )

    def _signals(self, mention: Mention, text: str, tokens: Tokens) -> Signals | None:
        """What the post's language finds in it; None where no language can read it.

        Without a sure language, the one whose terms explain the most words.
        """
        if not tokens.words:
            return None
        code, confidence = mention.language.code, mention.language.confidence
        matchers = self._lexicon.matchers
        if code in matchers and confidence >= _SURE_OF_LANGUAGE:
            return find_signals(text, tokens, matchers[code])
        if code != "und" and code not in matchers and confidence >= _SURE_OF_LANGUAGE:
            return None
        found = {each: find_signals(text, tokens, matchers[each]) for each in matchers}
        best = max(found, key=lambda each: (_explained(found[each]), each == code))
        if code in matchers and _explained(found[best]) == _explained(found[code]):
            return found[code]
        return found[best] if found[best].concepts - _SAYS_LITTLE else None

    def _risks(self, signals: Signals, facts: int) -> tuple[RiskReading, ...]:
        found: list[RiskReading] = []
        for label, score in self._rules.risks.items():
            probability = logistic(score.of(facts))
            if probability < _LEAST_RISK:
                continue
            spans = signals.spans_of(score.reasons(facts) - _SAYS_LITTLE)
            found.append(RiskReading(label=Risk(label), probability=probability, evidence=spans))
        return tuple(found)

    def _intent(self, facts: int) -> IntentReading:
        probabilities = softmax(
            {label: score.of(facts) for label, score in self._rules.intent.items()}
        )
        label = max(probabilities, key=lambda each: probabilities[each])
        return IntentReading(label=Intent(label), probability=probabilities[label])

    def _needs_reply(self, facts: int) -> NeedsReply:
        probability = logistic(self._rules.needs_reply.of(facts))
        return NeedsReply(value=probability >= 0.5, probability=probability)

    def _urgency(self, facts: int) -> UrgencyReading:
        points = {int(level): score.of(facts) for level, score in self._rules.urgency.items()}
        by_level = softmax(points)
        value = max(by_level, key=lambda level: by_level[level])
        return UrgencyReading(
            value=Urgency(value),
            probabilities=(by_level[0], by_level[1], by_level[2], by_level[3]),
        )


def _explained(signals: Signals) -> int:
    """How many words a term stands for."""
    return len({place for m in signals.matches for place in range(m.first, m.after)})
