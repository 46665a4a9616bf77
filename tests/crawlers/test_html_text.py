# SPDX-License-Identifier: Apache-2.0
"""The words of HTML."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.html_text import html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        (" \n ", ""),
        ("plain", "plain"),
        ("a &amp; b &copy; &#8364; &eacute;", "a & b © € é"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("some <b>bold</b><i>er</i> words", "some bolder words"),
        ("a\n  b\tc", "a b c"),
        ("<script>alert(1)</script>hi<style>p{}</style>", "hi"),
        ("<svg><title>x</title></svg>y", "y"),
        ("a<!-- hidden -->b", "ab"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("<img src=x onerror=alert(1) alt='no'>t", "t"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("</p></div>stray", "stray"),
        ("Привет <b>мир</b>", "Привет мир"),
        ("<?xml version='1.0' encoding='latin1'?><p>è</p>", "è"),
        ("👩‍👩‍👧 ok", "👩‍👩‍👧 ok"),
    ],
)
def test_words(markup, text):
    assert html_to_text(markup) == text


def test_depth_loses_nothing():
    deep = "<div>" * 50_000 + "deep" + "</div>" * 50_000 + "<p>after"
    assert html_to_text(deep) == "deep\nafter"


@pytest.mark.parametrize("piece", ["<", "<a", "&", "<!--", "<p>", "<![CDATA[", "</", "&#x", "<a '"])
def test_long_rubbish_takes_no_time(piece):
    started = time.monotonic()
    html_to_text(piece * 100_000)
    assert time.monotonic() - started < 5


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_anything_goes_in_and_storable_text_comes_out(markup):
    html_to_text(markup).encode("utf-8")
