# SPDX-License-Identifier: Apache-2.0
"""What was found in a text: concepts, their places, the kinds of its sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ascolto.model import Span
from sentiment.lexicon.concepts import NEGATED_BY_THE_WORD_BEFORE, POLARITY
from sentiment.lexicon.matcher import Match, Matcher
from sentiment.lexicon.tokens import QUESTION, Tokens, is_end

_LONGEST_TERM = 12  # words, gaps counted


@dataclass(frozen=True)
class Signals:
    """The concepts found in a text, without those that a longer term explains."""

    text: str
    tokens: Tokens
    matches: tuple[Match, ...]

    @cached_property
    def concepts(self) -> frozenset[str]:
        return frozenset(match.concept for match in self.matches)

    @cached_property
    def negated(self) -> frozenset[int]:
        """The places of negations."""
        return self._places("negation")

    @cached_property
    def stressed(self) -> frozenset[int]:
        """The places of words like "very"."""
        return self._places("intensifier")

    @cached_property
    def softened(self) -> frozenset[int]:
        """The places of words like "a bit"."""
        return self._places("diminisher")

    @cached_property
    def word_count(self) -> int:
        """Words and emoji, without ends of sentences."""
        return sum(not is_end(word) for word in self.tokens.words)

    @cached_property
    def asks(self) -> bool:
        """Whether a sentence ends with a question mark."""
        return QUESTION in self.tokens.words

    def spans(self, matches: Iterable[Match], most: int = 5) -> tuple[Span, ...]:
        """The first pieces of the text that these matches stand for, without overlaps."""
        found: list[Span] = []
        for match in matches:
            start, end = self.tokens.starts[match.first], self.tokens.ends[match.after - 1]
            if not found or start >= found[-1].end:
                found.append(Span(start=start, end=end, text=self.text[start:end]))
            if len(found) == most:
                break
        return tuple(found)

    def spans_of(self, concepts: Collection[str]) -> tuple[Span, ...]:
        """The first pieces of the text that stand for one of these concepts."""
        return self.spans(match for match in self.matches if match.concept in concepts)

    def _places(self, concept: str) -> frozenset[int]:
        return frozenset(m.after - 1 for m in self.matches if m.concept == concept)


def find_signals(text: str, tokens: Tokens, matcher: Matcher) -> Signals:
    """Looks up all terms and leaves out what longer terms or negations take away."""
    matches = matcher.find(tokens.words)
    ignored = _farthest(match for match in matches if match.concept == "ignore")
    judging = _farthest(match for match in matches if match.concept in POLARITY)
    negations = {match.first for match in matches if match.concept == "negation"}
    kept = [
        match
        for match in matches
        if match.concept != "ignore"
        and not _inside(match, ignored)
        and not (match.concept in POLARITY and _inside(match, judging, longer=True))
        and not (match.concept in NEGATED_BY_THE_WORD_BEFORE and match.first - 1 in negations)
    ]
    return Signals(text, tokens, tuple(kept))


def _farthest(matches: Iterable[Match]) -> dict[int, int]:
    """For each first word, the word after the longest term that begins there."""
    farthest: dict[int, int] = {}
    for match in matches:
        farthest[match.first] = max(farthest.get(match.first, 0), match.after)
    return farthest


def _inside(match: Match, farthest: Mapping[int, int], *, longer: bool = False) -> bool:
    """Whether a term of those covers the match; a ``longer`` one where that is asked."""
    if farthest.get(match.first, 0) >= match.after + longer:
        return True
    for first in range(match.first - _LONGEST_TERM, match.first):
        if farthest.get(first, 0) >= match.after:
            return True
    return False
