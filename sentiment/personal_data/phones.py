# SPDX-License-Identifier: Apache-2.0
"""Telephone numbers of people in a text; free and shared hotlines are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumberType

from sentiment.personal_data.candidate import MOST_CANDIDATES, Candidate, before, is_reference

_NUMBER = re.compile(
    r"(?<![\w+#№])(?<!\d[.,:/-])(?:\+|\(\+?)?\d(?:[ ()./-]{0,2}\d){6,14}(?!\w|[.,:/-]\d| ?[%€$£₽])"
)
_PUNCTUATION = "+( ./-)"
_DIGITS = "0123456789"
_LAST_GROUP = re.compile(r"[ ()./-]+\d+\Z")
_DATE = re.compile(r"(?:\d{1,2}([./ -])\d{1,2}\1\d{2,4}|\d{4}([./ -])\d{1,2}\2\d{1,2})(?: \d+)?")
_NAMED = re.compile(
    r"(?<!\w)(?:tel|phone|mobile|cell|call|text|whatsapp|telegram|viber|ring|sms|cellulare|telefon\w*"
    r"|chiam\w*|contatt\w*|numero|recapito|тел|телефон\w*|звон\w*|позвон\w*|перезвон\w*|номер\w*"
    r"|моб\w*|ватсап\w*|вотсап\w*|llám\w*|llam\w*|móvil|appel\w*|portable|handy|anruf\w*|ligue\w*"
    r"|celular)(?!\w)[^!?\n]{0,24}\Z",
    re.IGNORECASE,
)

# Shapes that say by themselves that a number is a telephone, per region.
_MOBILES = {
    "IT": re.compile(r"3\d{8,9}"),
    "RU": re.compile(r"[78]9\d{9}"),
    "GB": re.compile(r"07\d{9}"),
}
_SPACED = {
    "IT": re.compile(r"\(?0\d{1,3}\)?[ /.-]{1,2}\d{2,4}[ .-]?\d{2,4}(?:[ .-]?\d{2})?"),
    "RU": re.compile(
        r"[78][ -]?(?:\(\d{3,5}\)[ -]{0,2}|\d{3,5}[ -]{1,2})\d{1,3}[ -]?\d{2}[ -]?\d{2}"
        r"|9\d\d \d{3}[ -]\d\d[ -]\d\d"
    ),
    "GB": re.compile(r"\(?0[12]\d{1,3}\)?[ -]{1,2}\d{3,4}[ -]?\d{3,4}"),
    "US": re.compile(r"(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"),
}
_NAMED_REGIONS = ("IT", "RU", "GB", "US", "ES", "FR", "DE", "PT")

_SHORTEST_NAMED = 8

_OF_PEOPLE = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.VOIP,
    }
)


def phones(text: str) -> Iterator[Candidate]:
    """International numbers, and national ones of Italy, Russia, Britain, the United States.

    A national number without spaces that is no mobile counts only after a word
    that announces a telephone.
    """
    at = 0
    for _ in range(MOST_CANDIDATES):
        match = _NUMBER.search(text, at)
        if match is None:
            return
        written, start = match.group(), match.start()
        if is_reference(text, start) and not written.startswith("+"):
            at = match.end()
            continue
        named = _NAMED.search(before(text, start)) is not None
        length = _length(written, named)
        if length:
            yield start, start + length
        at = start + (length or _first_group(written))


def _first_group(written: str) -> int:
    """Where its second group begins; a telephone number may begin there."""
    return len(written) - len(written.lstrip(_PUNCTUATION).lstrip(_DIGITS))


def _length(written: str, named: bool) -> int:
    """How much of it is a telephone number; later groups may belong to something else."""
    for _ in range(4):
        if _is_phone(written, named):
            return len(written)
        shorter = _LAST_GROUP.sub("", written)
        if shorter == written:
            return 0
        written = shorter
    return 0


def _is_phone(written: str, named: bool) -> bool:
    digits = "".join(filter(str.isdigit, written))
    if written.startswith(("+", "(+")):
        return _may_reach_person("+" + digits, None)
    if digits.startswith("00"):
        return _reaches_person("+" + digits[2:], None)
    if _DATE.fullmatch(written):
        return False
    if any(_may_reach_person(digits, region) for region in _shaped_for(written, digits)):
        return True
    if not named or len(digits) < _SHORTEST_NAMED:
        return False
    return any(_reaches_person(digits, region) for region in _NAMED_REGIONS)


def _shaped_for(written: str, digits: str) -> Iterator[str]:
    for region, shape in _MOBILES.items():
        if shape.fullmatch(digits):
            yield region
    for region, shape in _SPACED.items():
        if shape.fullmatch(written):
            yield region


def _reaches_person(number: str, region: str | None) -> bool:
    parsed = _parsed(number, region)
    return parsed is not None and phonenumbers.number_type(parsed) in _OF_PEOPLE


def _may_reach_person(number: str, region: str | None) -> bool:
    """Also true of numbers that are not given out yet, or kept for films."""
    parsed = _parsed(number, region)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return False
    return phonenumbers.number_type(parsed) in (*_OF_PEOPLE, PhoneNumberType.UNKNOWN)


def _parsed(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
