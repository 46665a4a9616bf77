# SPDX-License-Identifier: Apache-2.0
"""Cutting posts into marked, masked and plain pieces."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.console.passage import SHOWN, Piece, excerpt, passage
from ascolto.model import (
    BrandMatch,
    Intent,
    IntentReading,
    Language,
    Mention,
    ModelId,
    NeedsReply,
    PersonalData,
    Reading,
    Risk,
    RiskReading,
    Sentiment,
    SentimentReading,
    Span,
    Urgency,
    UrgencyReading,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def mention(text: str, title: str | None = None, brands: tuple[BrandMatch, ...] = ()) -> Mention:
    return Mention(
        source="s",
        kind="feed",
        title=title,
        text=text,
        published_at=NOW,
        collected_at=NOW,
        brands=brands,
    )


def reading(
    spans: tuple[Span, ...] = (), hidden: tuple[PersonalData, ...] = (), **more: Any
) -> Reading:
    return Reading(
        id="m",
        language=Language(),
        sentiment=SentimentReading(label=Sentiment.negative, probabilities={}, **more),
        risks=(RiskReading(label=Risk.outage, probability=0.9, evidence=spans),),
        intent=IntentReading(label=Intent.other, probability=0.5),
        needs_reply=NeedsReply(value=True, probability=0.5),
        urgency=UrgencyReading(value=Urgency.hours, probabilities=(0.0, 1.0, 0.0, 0.0)),
        personal_data=hidden,
        model=ModelId(name="m", version="1", sha256=""),
    )


def span(body: str, words: str) -> Span:
    start = body.index(words)
    return Span(start=start, end=start + len(words), text=words)


def test_evidence_in_title_and_text() -> None:
    post = mention("the app fell over", title="App down")
    spans = (span(post.body, "down"), span(post.body, "fell"))
    cut = passage(post, reading(spans))
    assert cut.title == (Piece("App "), Piece("down", evidence=("outage",)))
    assert cut.text == (Piece("the app "), Piece("fell", evidence=("outage",)), Piece(" over"))


def test_evidence_over_the_end_of_the_title_marks_both() -> None:
    post = mention("down now", title="App is")
    cut = passage(post, reading((span(post.body, "is\ndown"),)))
    assert cut.title[-1] == Piece("is", evidence=("outage",))
    assert cut.text[0] == Piece("down", evidence=("outage",))


def test_two_kinds_of_evidence_share_a_piece() -> None:
    post = mention("abc")
    both = reading((span("abc", "bc"),), evidence=(span("abc", "ab"),))
    pieces = passage(post, both).text
    assert [(piece.text, set(piece.evidence)) for piece in pieces] == [
        ("a", {"negative"}),
        ("b", {"negative", "outage"}),
        ("c", {"outage"}),
    ]


def test_a_mask_beats_evidence_and_is_one_piece() -> None:
    post = mention("call 333 444 now")
    hidden = (
        PersonalData(kind="phone", start=5, end=12),
        PersonalData(kind="phone", start=9, end=12),
    )
    cut = passage(post, reading((span("call 333 444 now", "call 333"),), hidden))
    assert cut.text == (
        Piece("call ", evidence=("outage",)),
        Piece("", mask="phone"),
        Piece(" now"),
    )


def test_evidence_of_another_version_of_the_text_is_left_out() -> None:
    stale = reading((Span(start=0, end=4, text="gone"),))
    assert passage(mention("this is new"), stale).text == (Piece("this is new"),)


def test_the_brand_is_found_where_the_match_says() -> None:
    match = BrandMatch(brand="Aurora", term="Aurora", place="text", start=3, end=9)
    cut = passage(mention("by Aurora", title="Aurora"), reading())
    assert not any(piece.brand for piece in (*cut.title, *cut.text))
    cut = passage(mention("by Aurora", title="Aurora", brands=(match,)), reading())
    assert cut.title == (Piece("Aurora"),)
    assert cut.text == (Piece("by "), Piece("Aurora", brand=True))


def test_a_huge_post_is_cut_and_says_by_how_much() -> None:
    cut = passage(mention("x" * 1_000_000), reading())
    assert len(cut.text[0].text) == SHOWN
    assert cut.cut == 1_000_000 - SHOWN
    assert len(excerpt(mention("x" * 1_000_000), reading())) == 180


def test_an_excerpt_masks() -> None:
    post = mention("write to a@b.example\n\n please")
    hidden = (PersonalData(kind="e_mail", start=9, end=20),)
    assert excerpt(post, reading(hidden=hidden)) == "write to [e mail] please"


bounds = st.tuples(st.integers(0, 60), st.integers(0, 60))


@given(
    title=st.none() | st.text(max_size=10),
    text=st.text(max_size=40),
    marks=st.lists(bounds, max_size=6),
    masks=st.lists(bounds, max_size=6),
)
def test_nothing_is_lost_but_what_is_masked(
    title: str | None,
    text: str,
    marks: list[tuple[int, int]],
    masks: list[tuple[int, int]],
) -> None:
    post = mention(text, title=title)
    body = post.body
    spans = tuple(
        Span(start=start, end=end, text=body[start:end]) for start, end in marks if start <= end
    )
    hidden = tuple(PersonalData(kind="k", start=start, end=end) for start, end in masks)
    cut = passage(post, reading(spans, hidden))
    covered = {place for start, end in masks for place in range(start, end)}
    title_end = len(title) if title else 0
    expected = "".join(
        letter
        for place, letter in enumerate(body)
        if place not in covered and not (title and place == title_end)
    )
    assert "".join(piece.text for piece in (*cut.title, *cut.text)) == expected
