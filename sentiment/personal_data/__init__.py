# SPDX-License-Identifier: Apache-2.0
"""Personal data in a text, found by its checksums and by the plans that numbers follow."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from ascolto.model import PersonalData
from sentiment.personal_data.candidate import Candidate, plain
from sentiment.personal_data.cards import cards
from sentiment.personal_data.email import emails
from sentiment.personal_data.ibans import ibans
from sentiment.personal_data.phones import phones
from sentiment.personal_data.tax_codes import fiscal_codes, inns, snilses

# The more specific a kind, the earlier it stands: where two overlap, the earlier is kept.
_FINDERS = {
    "email": emails,
    "iban": ibans,
    "codice_fiscale": fiscal_codes,
    "card": cards,
    "snils": snilses,
    "inn": inns,
    "phone": phones,
}


def find_personal_data(text: str) -> tuple[PersonalData, ...]:
    """Where personal data stands in the text, in reading order, without overlaps.

    Kinds: ``email``, ``iban``, ``codice_fiscale``, ``card``, ``snils``, ``inn``,
    ``phone``. A number counts when its checksum or its numbering plan says so;
    tickets, orders, prices, dates and free hotlines do not. Offsets are code
    points. Time is linear in the text: of one kind, the first 500 candidates
    are looked at.
    """
    folded = plain(text)
    found: list[tuple[int, int, str]] = []
    for kind, finder in _FINDERS.items():
        before = sorted(found)
        found += [(*each, kind) for each in finder(folded) if not _overlaps(each, before)]
    return tuple(
        PersonalData(kind=kind, start=start, end=end) for start, end, kind in sorted(found)
    )


def _overlaps(candidate: Candidate, before: Sequence[tuple[int, int, str]]) -> bool:
    index = bisect_left(before, (candidate[1], 0, ""))
    return index > 0 and before[index - 1][1] > candidate[0]
