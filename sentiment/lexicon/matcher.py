# SPDX-License-Identifier: Apache-2.0
"""Every term of a language looked up at once, in one pass over the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from sentiment.lexicon.tokens import is_end, tokenise

_GAP = ".."
_WIDEST_GAP = 3  # words
_REMEMBERED_WORDS = 50_000


class Match(NamedTuple):
    """A term found: its concept, its first word and the word after its last."""

    concept: str
    first: int
    after: int


class _Node:
    """What may follow the words read so far."""

    __slots__ = ("beyond_gap", "concepts", "lengths", "prefixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.prefixes: dict[str, _Node] = {}
        self.lengths: tuple[int, ...] = ()
        self.beyond_gap: _Node | None = None
        self.concepts: tuple[str, ...] = ()

    def next(self, word: str) -> list[_Node]:
        """The nodes that a word leads to: itself, and every prefix of it."""
        found = [self.words[word]] if word in self.words else []
        for length in self.lengths:
            if length > len(word):
                break
            node = self.prefixes.get(word[:length])
            if node is not None:
                found.append(node)
        return found


class Matcher:
    """Finds terms written like ``non .. funzion*`` or ``carta|bancomat blocc*``.

    A term is a sequence of words. ``*`` ends a prefix, ``|`` parts alternatives,
    ``..`` stands for up to three words of the same sentence.
    """

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        self._root = _Node()
        for concept, patterns in terms.items():
            for pattern in patterns:
                for elements in _spelled_out(pattern):
                    self._add(elements, concept)
        self._beginnings = lru_cache(maxsize=_REMEMBERED_WORDS)(
            lambda word: tuple(self._root.next(word))
        )

    def find(self, words: list[str]) -> list[Match]:
        """All matches, overlapping ones too, in the order of their first word."""
        found: list[Match] = []
        for first, word in enumerate(words):
            for node in self._beginnings(word):
                found.extend(_follow(node, words, first, first + 1))
        return list(dict.fromkeys(found))

    def _add(self, elements: tuple[str, ...], concept: str) -> None:
        node = self._root
        for element in elements:
            if element == _GAP:
                node.beyond_gap = node.beyond_gap or _Node()
                node = node.beyond_gap
            elif element.endswith("*"):
                prefix = element[:-1]
                node.lengths = tuple(sorted({*node.lengths, len(prefix)}))
                node = node.prefixes.setdefault(prefix, _Node())
            else:
                node = node.words.setdefault(element, _Node())
        if concept not in node.concepts:
            node.concepts = (*node.concepts, concept)


def _follow(node: _Node, words: list[str], first: int, at: int) -> Iterator[Match]:
    for concept in node.concepts:
        yield Match(concept, first, at)
    if at < len(words) and (node.words or node.prefixes):
        for following in node.next(words[at]):
            yield from _follow(following, words, first, at + 1)
    if node.beyond_gap is not None:
        for start in range(at, min(at + _WIDEST_GAP + 1, len(words))):
            if is_end(words[start]):
                break
            for following in node.beyond_gap.next(words[start]):
                yield from _follow(following, words, first, start + 1)


def _spelled_out(pattern: str) -> Iterator[tuple[str, ...]]:
    """Each choice of alternatives; words folded like the text's."""
    choices: list[list[tuple[str, ...]]] = []
    for element in pattern.split():
        if element == _GAP:
            choices.append([(_GAP,)])
        else:
            choices.append([_folded(word) for word in element.split("|")])
    for choice in product(*choices):
        yield tuple(element for part in choice for element in part)


def _folded(word: str) -> tuple[str, ...]:
    """One written word may be several: ``don't`` is two."""
    star = word.endswith("*")
    words = tokenise(word.removesuffix("*")).words
    if not words:
        raise ValueError(f"no word in the term {word!r}")
    if star:
        words[-1] += "*"
    return tuple(words)
