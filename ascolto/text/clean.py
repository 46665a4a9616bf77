# SPDX-License-Identifier: Apache-2.0
"""Makes a text from outside storable, without changing what it says."""

from __future__ import annotations

import unicodedata

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = {
    code: None
    for code in (*range(0x20), *range(0x7F, 0xA0))
    if unicodedata.category(chr(code)) == "Cc"
} | {0: _REPLACEMENT, ord("\t"): "\t", ord("\n"): "\n"}


def clean(text: str) -> str:
    """The text that every store, encoding and screen can hold.

    NUL and lone surrogates become U+FFFD, surrogate pairs the character they
    stand for, line ends a line feed; other control characters go, blanks at
    both ends too. Everything else stays: emoji joiners and marks of direction
    belong to the text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.strip("\ufeff \t\n")
