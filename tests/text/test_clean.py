# SPDX-License-Identifier: Apache-2.0
"""Texts from outside, made storable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolto.text.clean import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("", ""),
        ("ciao", "ciao"),
        ("a\0b", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("a\x01\x08\x0b\x1f\x7f\x85\x9fb", "ab"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufeffa", "a"),
        (" \n a \t", "a"),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("a\u202eb\u200bc", "a\u202eb\u200bc"),
        ("e\u0301", "e\u0301"),
        ("Привет, как дела?", "Привет, как дела?"),
    ],
)
def test_clean(text, cleaned):
    assert clean(text) == cleaned


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_everything_becomes_storable_and_stays_so(text):
    once = clean(text)
    once.encode("utf-8")
    assert "\0" not in once
    assert clean(once) == once
