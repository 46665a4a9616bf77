# SPDX-License-Identifier: Apache-2.0
"""Which brands a post is about: names, aliases and exclusions.

The query language will stand beside this file and take over its place in
`ascolto.intake`; a brand's terms then become one query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ascolto.errors import SettingsError
from ascolto.model import BrandMatch
from ascolto.settings import Brand
from ascolto.text.tokens import Token, tokens

_SIGILS = ("@", "#")
_SHORTEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class _Term:
    """A term as folded words; ``prefix`` when its last word ended in ``*``."""

    written: str
    words: tuple[str, ...]
    prefix: bool

    @classmethod
    def parse(cls, written: str) -> _Term:
        words = tuple(token.text for token in tokens(written))
        if not words:
            raise SettingsError(f"brands: the term {written!r} holds no word; remove it")
        prefix = written.rstrip().endswith("*")
        if prefix and len(words[-1]) < _SHORTEST_PREFIX:
            raise SettingsError(f"brands: {written!r}: `*` follows at least 3 letters")
        return cls(written, words, prefix)

    def hits(self, text: Sequence[Token]) -> Iterable[tuple[int, int]]:
        """The token ranges where the term stands."""
        joined = "".join(self.words)
        for at, token in enumerate(text):
            if self._same(token.text, self.words[0], last=len(self.words) == 1):
                if self._rest(text, at):
                    yield at, at + len(self.words)
            elif token.text[0] in _SIGILS and token.text[1:] == joined:
                yield at, at + 1  # a name of several words written as a hashtag or handle

    def _rest(self, text: Sequence[Token], at: int) -> bool:
        rest = text[at + 1 : at + len(self.words)]
        return len(rest) == len(self.words) - 1 and all(
            self._same(token.text, word, last=place == len(rest))
            for place, (token, word) in enumerate(zip(rest, self.words[1:], strict=True), 1)
        )

    def _same(self, found: str, word: str, *, last: bool) -> bool:
        if found[0] in _SIGILS and word[0] not in _SIGILS:
            found = found[1:]
        return found.startswith(word) if self.prefix and last else found == word


class BrandMatcher:
    """Finds the brands of a post and says what matched where.

    A term matches whole words, whatever their case and accents; a term of
    several words also as ``#hashtag`` or ``@handle``; a last word with ``*`` by
    its beginning. An exclusion that holds a term ("aurora boreale") takes away
    the hits that it covers; any other exclusion takes away the whole post.
    """

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands = [
            (
                brand.name,
                [_Term.parse(term) for term in (brand.name, *brand.aliases)],
                [_Term.parse(term) for term in brand.exclude],
            )
            for brand in brands
        ]

    def match(self, title: str | None, text: str) -> tuple[BrandMatch, ...]:
        """One match for each brand found, at its first hit (title before text)."""
        places: list[tuple[Literal["title", "text"], list[Token]]] = [("text", tokens(text))]
        if title:
            places.insert(0, ("title", tokens(title)))
        found = []
        for name, terms, exclusions in self._brands:
            match = _first_hit(name, terms, exclusions, places)
            if match is not None:
                found.append(match)
        return tuple(found)


def _first_hit(
    brand: str,
    terms: Sequence[_Term],
    exclusions: Sequence[_Term],
    places: Sequence[tuple[Literal["title", "text"], list[Token]]],
) -> BrandMatch | None:
    first: BrandMatch | None = None
    for place, text in places:
        covered: set[int] = set()
        for exclusion in exclusions:
            ranges = list(exclusion.hits(text))
            about_term = any(_holds(exclusion, term) for term in terms)
            if ranges and not about_term:
                return None
            covered.update(at for start, end in ranges for at in range(start, end))
        for term in terms if first is None else ():
            hit = next((h for h in term.hits(text) if not covered.issuperset(range(*h))), None)
            if hit is not None:
                first = BrandMatch(
                    brand=brand,
                    term=term.written,
                    place=place,
                    start=text[hit[0]].start,
                    end=text[hit[1] - 1].end,
                )
                break
    return first


def _holds(exclusion: _Term, term: _Term) -> bool:
    spread = [Token(word, 0, 0) for word in exclusion.words]
    return any(True for _ in term.hits(spread))
