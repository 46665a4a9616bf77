# SPDX-License-Identifier: Apache-2.0
"""Bank account numbers (IBAN) in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stdnum import iban

from sentiment.personal_data.candidate import MOST_CANDIDATES, Candidate

_BEGINNING = re.compile(r"(?<!\w)[A-Za-z]{2} ?\d{2}(?=[ -]?[A-Za-z0-9])")
_SIGN = re.compile(r"[ -]?[A-Za-z0-9]")
_SHORTEST, _LONGEST = 15, 34


def ibans(text: str) -> Iterator[Candidate]:
    """Numbers of a country's right length and form whose checksum is right."""
    for beginning in islice(_BEGINNING.finditer(text), MOST_CANDIDATES):
        for end in _ends(text, beginning.start()):
            # Length, form and checksum; the countries' own checks refuse banks they do not know.
            if iban.is_valid(text[beginning.start() : end], check_country=False):
                yield beginning.start(), end
                break


def _ends(text: str, start: int) -> Iterator[int]:
    """Where the number may end: after a sign that no letter or digit follows."""
    at = start
    for length in range(1, _LONGEST + 1):
        sign = _SIGN.match(text, at)
        if sign is None:
            return
        at = sign.end()
        if length >= _SHORTEST and not text[at : at + 1].isalnum():
            yield at
