# SPDX-License-Identifier: Apache-2.0
"""Words, and how they are folded; the same step for whatever compares texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[@#]?[^\W_][\w]*", re.UNICODE)
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word and where it stands, in code points of the text.

    A leading ``@`` or ``#`` belongs to the token. Cut at 255 characters.
    """

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Letter case, accents and compatibility forms removed: "È" and "e" are equal."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def tokens(text: str) -> list[Token]:
    """The words of a text in order. Takes time linear in the text."""
    return [
        Token(fold(match.group()[:_LONGEST]), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]
