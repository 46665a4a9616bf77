# SPDX-License-Identifier: Apache-2.0
"""A stretch of text that may be personal data, and what stands before it."""

from __future__ import annotations

import re

Candidate = tuple[int, int]
"""Start and end, in code points."""

MOST_CANDIDATES = 500
"""Candidates of one kind that are looked at in one text; each costs up to 0.2 ms."""

_BEFORE = 40  # code points before a number in which a word may say what the number is

_SAME = {
    **dict.fromkeys((0x09, 0xA0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), " "),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-"),
    **{0xFF01 + code: chr(0x21 + code) for code in range(0x5E)},  # full-width ASCII
}

_REFERENCE = re.compile(
    r"(?<!\w)(?:ticket|case|order|tracking|reference|ref|request|contract|invoice|parcel|booking"
    r"|transaction|pratic[ah]e?|ordin[ei]|segnalazion[ei]|richiest[ae]|contratto|spedizion[ei]"
    r"|reclamo|fattura|protocollo|tracciamento|pacco|codice cliente|заказ\w*|заявк\w*|обращени\w*"
    r"|тикет\w*|договор\w*|трек\w*|накладн\w*|сч[её]т\w*|квитанци\w*|посылк\w*|pedido|incidencia"
    r"|commande|dossier|bestellung\w*|vorgang\w*|sendung\w*|encomenda)(?!\w)[^.!?\n]{0,24}"
    r"(?:(?<!\w)(?:n|nr|no|num|cod)\. ?)?\Z"
    r"|[#№] ?\Z",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The text with every dash, space and full-width sign in its ASCII form, same length."""
    return text if text.isascii() else text.translate(_SAME)


def before(text: str, start: int) -> str:
    """The words that stand just before a candidate."""
    return text[max(0, start - _BEFORE) : start]


def is_reference(text: str, start: int) -> bool:
    """Whether the words before say that it is the number of a ticket, an order, a contract."""
    return _REFERENCE.search(before(text, start)) is not None
