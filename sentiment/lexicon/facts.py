# SPDX-License-Identifier: Apache-2.0
"""What holds of a mention: the concepts found, and what follows from the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ascolto.model import Mention, PersonalData
from sentiment.lexicon.signals import Signals

FACTS = frozenset(
    {
        "question",  # it asks, by a mark or by its words
        "only_asks",  # … and tells of nothing bad
        "rhetoric",  # a question mark, and anger
        "trouble",  # something does not work, does not come, is not right
        "praised",  # good words, none bad, no irony
        "bare_verdict",  # a few words of judgement, nothing told
        "addressed",  # speaks to the brand: a handle, or its name
        "private",  # came in private
        "digits",  # holds a number
        "personal",  # shows bank, card or tax data
        "personal_contact",  # shows a telephone number or an e-mail address
        "fraud_case",  # money, card or data are in the hands of somebody else
    }
)

_BARE_WORDS = 6
_DIGITS = re.compile(r"\d")
_HANDLE = re.compile(r"(?<!\w)@\w{2,}")
_CONTACT_KINDS = frozenset({"phone", "email"})
_BAD = frozenset({"bad", "awful", "irony", "rival_better", "slur"})
_TROUBLE = frozenset({"problem", "waiting", "broken", "blocked", "double_charge", "down", "slow"})
_AGAINST = (
    _BAD
    | _TROUBLE
    | {
        "foreign_operation",
        "leaving",
        "boycott",
        "threat",
        "declined",
    }
)
_GOOD = frozenset({"good", "great", "solved", "thanks"})
_TOLD = frozenset({"me", "ask", "request", "waiting", "broken", "down", "problem", "blocked"})

# Addresses of an office, not of a person.
_OFFICE = re.compile(
    r"(?:info|support\w*|assist\w*|help\w*|contact\w*|contatti|servi\w*|service\w*|press\w*|stampa"
    r"|no-?reply|admin|office|sales|customer\w*|care|reclami|complaints?|privacy|security|abuse"
    r"|phishing|pr|media|hello|team|pec|hr|jobs|newsletter)@",
    re.IGNORECASE,
)


def find_facts(
    mention: Mention, text: str, signals: Signals, personal: Sequence[PersonalData]
) -> frozenset[str]:
    """Concepts and facts, the names that ``rules.toml`` uses."""
    derived = (
        *_of_speech(signals),
        *_of_person(text, personal),
        *_of_place(mention, text),
    )
    facts = signals.concepts.union(derived)
    if _is_fraud_case(facts):
        facts |= {"fraud_case"}
    return facts


def _of_speech(signals: Signals) -> Iterator[str]:
    concepts = signals.concepts
    troubled = not _AGAINST.isdisjoint(concepts)
    if not _TROUBLE.isdisjoint(concepts):
        yield "trouble"
    asks = signals.asks or ("ask" in concepts and not troubled)
    if asks:
        yield "question"
        if not troubled:
            yield "only_asks"
        if not _BAD.isdisjoint(concepts):
            yield "rhetoric"
    if not _GOOD.isdisjoint(concepts) and not troubled and not asks:
        yield "praised"
    judged = not (_BAD | _GOOD).isdisjoint(concepts)
    if judged and signals.word_count <= _BARE_WORDS and _TOLD.isdisjoint(concepts) and not asks:
        yield "bare_verdict"


def _of_person(text: str, personal: Sequence[PersonalData]) -> Iterator[str]:
    if _DIGITS.search(text, 0, 20_000):
        yield "digits"
    if any(each.kind not in _CONTACT_KINDS for each in personal):
        yield "personal"
    contacts = (each for each in personal if each.kind in _CONTACT_KINDS)
    if any(not _OFFICE.match(text, each.start) for each in contacts):
        yield "personal_contact"


def _of_place(mention: Mention, text: str) -> Iterator[str]:
    if mention.private:
        yield "private"
    if any(match.start is not None for match in mention.brands) or _HANDLE.search(text, 0, 20_000):
        yield "addressed"


def _is_fraud_case(facts: frozenset[str]) -> bool:
    if "news" in facts and "me" not in facts:
        return False
    if not facts.isdisjoint({"foreign_operation", "phishing"}):
        return True
    return "fraud" in facts and not facts.isdisjoint({"me", "warning", "stolen"})
