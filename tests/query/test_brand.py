# SPDX-License-Identifier: Apache-2.0
"""Which posts are about a brand, and what says so."""

from __future__ import annotations

import pytest

from ascolto.errors import SettingsError
from ascolto.query.brand import BrandMatcher
from ascolto.settings import Brand

AURORA = Brand(
    name="Banca Aurora",
    aliases=("Aurora", "@bancaaurora", "Банк Аврора", "Аврор*", "AB-Bank"),
    exclude=("aurora boreale", "Disney"),
)


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("Ieri Banca Aurora mi ha chiamato", "Banca Aurora", "Banca Aurora"),
        ("BANCA  AURORA!!!", "Banca Aurora", "BANCA  AURORA"),
        ("odio la #BancaAurora", "Banca Aurora", "#BancaAurora"),
        ("@BancaAurora aiuto", "Banca Aurora", "@BancaAurora"),
        ("l'Aurora non risponde", "Aurora", "Aurora"),
        ("à l'auròra", "Aurora", "auròra"),
        ("в Авроре опять очередь", "Аврор*", "Авроре"),
        ("Банк Аврора, ау", "Банк Аврора", "Банк Аврора"),
        ("AB-Bank is down", "AB-Bank", "AB-Bank"),
        ("aurora boreale stanotte, e Aurora chiude lo sportello", "Aurora", "Aurora"),
    ],
)
def test_a_term_is_found_where_it_stands(text: str, term: str, found: str) -> None:
    (match,) = BrandMatcher([AURORA]).match(None, text)
    assert match.term == term
    assert match.place == "text"
    assert text[match.start : match.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aurora boreale vista dal treno",
        "Aurora di Disney è la mia preferita",
        "auroral lights",
        "le aurore del nord",
        "banca e poi aurora" + "boreale",
        "12345 !!! 😀",
    ],
)
def test_homonyms_and_strangers_do_not_match(text: str) -> None:
    assert BrandMatcher([AURORA]).match(None, text) == ()


def test_the_title_comes_before_the_text() -> None:
    (match,) = BrandMatcher([AURORA]).match("Banca Aurora apre", "Aurora apre")
    assert (match.place, match.start, match.end) == ("title", 0, 12)


def test_several_brands_are_told_apart() -> None:
    matcher = BrandMatcher([AURORA, Brand(name="Creditel", own=False)])
    names = [match.brand for match in matcher.match(None, "Meglio Creditel di Banca Aurora")]
    assert names == ["Banca Aurora", "Creditel"]


def test_an_exclusion_in_the_title_takes_the_post_away() -> None:
    assert BrandMatcher([AURORA]).match("Disney", "Aurora") == ()


@pytest.mark.parametrize("term", ["!!", "ab*", "……"])
def test_a_term_that_cannot_match_is_refused(term: str) -> None:
    with pytest.raises(SettingsError):
        BrandMatcher([Brand(name="Banca Aurora", aliases=(term,))])


def test_a_long_text_takes_linear_time() -> None:
    text = "aurora boreale " * 6000 + "x" * 10_000
    assert BrandMatcher([AURORA]).match(None, text) == ()
