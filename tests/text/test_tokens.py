# SPDX-License-Identifier: Apache-2.0
"""Words keep their places; folding makes spellings equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolto.text.clean import clean
from ascolto.text.tokens import fold, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [("È", "e"), ("STRASSE", "straße"), ("Ёлка", "елка"), ("ﬁne", "fine"), ("Ｂａｎｃａ", "banca")],
)
def test_spellings_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_every_token_stands_where_it_says(text: str) -> None:
    place = 0
    for token in tokens(text):
        assert place <= token.start < token.end <= len(text)
        assert token.text == fold(text[token.start : token.end][:255])
        place = token.end


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


def test_words_of_a_post() -> None:
    words = [token.text for token in tokens("L'app di @BancaAurora è giù... #Down 24h")]
    assert words == ["l", "app", "di", "@bancaaurora", "e", "giu", "#down", "24h"]
