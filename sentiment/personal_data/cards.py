# SPDX-License-Identifier: Apache-2.0
"""Payment card numbers in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stdnum import luhn

from sentiment.personal_data.candidate import MOST_CANDIDATES, Candidate, before, is_reference

_RUN = re.compile(r"(?<![\w+])\d{3,19}(?:[ -]\d{3,19})*(?!\w)")
_GROUP = re.compile(r"\d+")
_NAMED = re.compile(
    r"(?<!\w)(?:cards?|cart[ae]|карт\w*|tarjeta\w*|karte\w*|cartao|cartão)(?!\w)", re.I
)
_SHORTEST, _LONGEST = 13, 19
_MOST_GROUPS = 5  # 4-4-4-4-3

# Which numbers an issuer may give out, from the public ranges of each scheme.
_ISSUED = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|220[0-4]\d{12,15}"  # Mir
    r"|3[47]\d{13}"  # American Express
    r"|3(?:0[0-5]|[689]\d)\d{11,16}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}"  # Discover
    r"|62\d{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5[6-9]\d\d|6304|67\d\d)\d{9,15}"  # Maestro
)


def cards(text: str) -> Iterator[Candidate]:
    """Numbers from an issuer's range whose Luhn digit is right."""
    for start, end, digits in islice(_candidates(text), MOST_CANDIDATES):
        if not _ISSUED.fullmatch(digits) or not luhn.is_valid(digits):
            continue
        named = end - start > len(digits) or _NAMED.search(before(text, start)) is not None
        if named or not is_reference(text, start):
            yield start, end


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _RUN.finditer(text):
        groups = list(_GROUP.finditer(text, run.start(), run.end()))
        for index, first in enumerate(groups):
            digits = ""
            for group in groups[index : index + _MOST_GROUPS]:
                digits += group.group()
                if _SHORTEST <= len(digits) <= _LONGEST:
                    yield first.start(), group.end(), digits
