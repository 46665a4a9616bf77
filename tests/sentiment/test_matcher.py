# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from sentiment.lexicon.lexicon import load_lexicon
from sentiment.lexicon.matcher import Matcher
from sentiment.lexicon.rules import as_bits, load_rules
from sentiment.lexicon.tokens import fold, tokenise


def found(term: str, text: str) -> list[tuple[int, int]]:
    words = tokenise(text).words
    return [(match.first, match.after) for match in Matcher({"x": [term]}).find(words)]


@pytest.mark.parametrize(
    ("term", "text", "places"),
    [
        ("carta", "la Carta è qui", [(1, 2)]),
        ("carta", "cartaccia", []),
        ("cart*", "cartaccia carta car", [(0, 1), (1, 2)]),
        ("carta di credito", "una carta di credito nuova", [(1, 4)]),
        ("carta di credito", "una carta. Di credito", []),
        ("non .. funzion*", "non mi funziona più", [(0, 3)]),
        ("non .. funzion*", "non funziona", [(0, 2)]),
        ("non .. funzion*", "non uno due tre quattro funziona", []),
        ("non .. funzion*", "non va. Funziona", []),
        ("blocc*|chius* subito", "bloccata subito, chiusa subito", [(0, 2), (2, 4)]),
        ("don't work", "they DON’T work", [(1, 4)]),
        ("perché", "perche", [(0, 1)]),
        ("ещё", "еще", [(0, 1)]),
        ("👍", "ok 👍👍", [(1, 2), (2, 3)]),
        (":)", "ok :)", [(1, 2)]),
    ],
)
def test_terms(term: str, text: str, places: list[tuple[int, int]]) -> None:
    assert found(term, text) == places


def test_terms_that_share_a_beginning_are_all_found() -> None:
    matcher = Matcher({"a": ["carta"], "b": ["carta di credito"], "c": ["cart*"]})
    concepts = {match.concept for match in matcher.find(tokenise("carta di credito").words)}
    assert concepts == {"a", "b", "c"}


def test_a_term_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="no word"):
        Matcher({"x": ["non *"]})


def test_places_point_into_the_text() -> None:
    text = "Però 😀 «l'app» è giù…"
    tokens = tokenise(text)
    pieces = [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]
    assert pieces == ["Però", "😀", "l", "app", "è", "giù", "…"]
    assert tokens.words == ["pero", "😀", "l", "app", "e", "giu", "."]


def test_folding() -> None:
    assert fold("GRAAAZIE") == "grazie"
    assert fold("ẞ") == "ss"
    assert fold("?!?") == "?"


def test_every_file_is_read_and_every_rule_known() -> None:
    assert set(load_lexicon().matchers) == {"it", "ru", "en", "es", "fr", "de", "pt"}
    rules = load_rules()
    assert len(rules.risks) == 9
    assert len(rules.intent) == 15
    assert set(rules.urgency) == {"0", "1", "2", "3"}


def test_a_rule_asks_for_one_of_each_group_and_none_of_the_barred() -> None:
    rules = load_rules()
    churn = rules.risks["churn"]
    without = churn.of(as_bits({"leaving"}))
    assert without > churn.of(as_bits(set()))
    assert churn.of(as_bits({"leaving", "inheritance"})) < without
    assert churn.reasons(as_bits({"leaving", "me"})) == {"leaving"}
