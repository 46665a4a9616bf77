# SPDX-License-Identifier: Apache-2.0
"""Personal codes of the state in a text: codice fiscale, ИНН, СНИЛС."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from stdnum.it import codicefiscale
from stdnum.ru import inn

from sentiment.personal_data.candidate import MOST_CANDIDATES, Candidate, before, is_reference

_FISCAL_CODE = re.compile(
    r"(?<!\w)[A-Za-z]{3} ?[A-Za-z]{3} ?[0-9L-Vl-v]{2}[A-Ta-t][0-9L-Vl-v]{2}"
    r" ?[A-Za-z][0-9L-Vl-v]{3} ?[A-Za-z](?!\w)"
)
_INN = re.compile(r"(?<![\w+])(?<!\d[ -])(?:\d{10}|\d{12}|\d{4} \d{4} \d{4})(?!\w|[ -]\d)")
_INN_NAMED = re.compile(r"(?<!\w)(?:инн|inn)(?!\w)", re.IGNORECASE)
_SNILS = re.compile(r"(?<![\w+])(?<!\d[ -])\d{3}([ -]?)\d{3}\1\d{3}[ -]?\d{2}(?!\w|[ -]\d)")
_SNILS_NAMED = re.compile(r"(?<!\w)(?:снилс|snils)", re.IGNORECASE)
_LOOKS_MOBILE = re.compile(r"[78]9\d{9}")
_UNCHECKED_SNILS = 1_001_998  # numbers up to here carry no check digits


def fiscal_codes(text: str) -> Iterator[Candidate]:
    """Italian tax codes of a person, with or without spaces between their parts."""
    for match in islice(_FISCAL_CODE.finditer(text), MOST_CANDIDATES):
        if codicefiscale.is_valid(match.group().replace(" ", "")):
            yield match.span()


def inns(text: str) -> Iterator[Candidate]:
    """Russian tax numbers: a person's twelve digits; a firm's ten only where it is named one."""
    for match in islice(_INN.finditer(text), MOST_CANDIDATES):
        digits = match.group().replace(" ", "")
        named = _INN_NAMED.search(before(text, match.start())) is not None
        if not named and (len(digits) == 10 or is_reference(text, match.start())):
            continue
        if inn.is_valid(digits):
            yield match.span()


def snilses(text: str) -> Iterator[Candidate]:
    """Russian pension insurance numbers."""
    for match in islice(_SNILS.finditer(text), MOST_CANDIDATES):
        digits = "".join(filter(str.isdigit, match.group()))
        named = _SNILS_NAMED.search(before(text, match.start())) is not None
        bare = match.group() == digits
        if (
            not named
            and bare
            and (_LOOKS_MOBILE.fullmatch(digits) or is_reference(text, match.start()))
        ):
            continue
        if _is_snils(digits):
            yield match.span()


def _is_snils(digits: str) -> bool:
    """The check digits are the weighted sum of the other nine, weights 9 to 1, modulo 101."""
    if int(digits[:9]) <= _UNCHECKED_SNILS:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(range(9, 0, -1), digits, strict=False))
    return total % 101 % 100 == int(digits[9:])
