# SPDX-License-Identifier: Apache-2.0
"""A text as folded words, emoji and ends of sentences, each with its place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

END, QUESTION, EXCLAMATION = ".", "?", "!"
"""What the end of a sentence is folded to."""

_READ = 20_000  # code points; what a post is about shows in its beginning
_LONGEST_WORD = 40

# Signs that stand inside a word without being one: accents written apart, soft hyphens,
# zero-width and direction marks.
_INSIDE = "\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_TOKEN = re.compile(
    rf"[^\W_](?:[^\W_]|[{_INSIDE}])*"
    r"|[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    r"|[.!?…\n\u061f\u0964]+"
    r"|[:;][-']?[()\[\]DPp/|*](?!\w)"
)
_REPEATED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Three parallel lists: the folded words, and where each starts and ends in the text."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def tokenise(text: str) -> Tokens:
    """The tokens of the first 20,000 code points."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text, 0, _READ):
        word = match.group()
        words.append(fold(word if len(word) <= _LONGEST_WORD else word[:_LONGEST_WORD]))
        starts.append(match.start())
        ends.append(match.end())
    return Tokens(words, starts, ends)


def is_end(word: str) -> bool:
    """Whether the token ends a sentence."""
    return word in (END, QUESTION, EXCLAMATION)


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Small letters without accents; a letter three times in a row is once: ``Graaazie``."""
    if word[0] in ".!?…\n\u061f\u0964":
        return _fold_end(word)
    folded = word.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(
            sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Cf")
        )
    return _REPEATED.sub(r"\1", folded)


def _fold_end(signs: str) -> str:
    if "?" in signs or "\u061f" in signs:
        return QUESTION
    return EXCLAMATION if "!" in signs else END
