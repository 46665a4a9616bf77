# SPDX-License-Identifier: Apache-2.0
"""What holds of every reading, whatever the text."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolto.model import Mention, Reading, Sentiment, Span
from sentiment.analyzer import Analyzer
from sentiment.evaluation import load_posts

WORDS = (
    "carta bloccata non funziona! grazie? pessimo ottimo ma 👍 😡 @banca card is blocked not "
    "working thanks but awful карта не работает спасибо ужас? \n . … e\u0301 \u202e \u200b "
    "4111111111111111 anna@example.org IT60X0542811101000000123456 chiudo il conto"
)
PIECES = st.sampled_from(WORDS.split(" "))
TEXTS = st.one_of(
    st.lists(PIECES, max_size=25).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
LANGUAGES = st.sampled_from(["it", "ru", "en", "es", "fr", "de", "pt", "uk", None])


def spans_of(reading: Reading) -> list[Span]:
    evidence = list(reading.sentiment.evidence)
    for risk in reading.risks:
        evidence += risk.evidence
    return evidence


@given(TEXTS, LANGUAGES, st.none() | TEXTS)
def test_spans_and_probabilities(
    analyzer: Analyzer,
    mention: Callable[..., Mention],
    text: str,
    language: str | None,
    title: str | None,
) -> None:
    post = mention(text, language=language, title=title)
    (reading,) = analyzer.read([post])
    assert reading.id == post.id
    for span in spans_of(reading):
        assert span.text
        assert post.body[span.start : span.end] == span.text
    assert set(reading.sentiment.probabilities) == set(Sentiment)
    assert sum(reading.sentiment.probabilities.values()) == pytest.approx(1, abs=1e-9)
    assert sum(reading.urgency.probabilities) == pytest.approx(1, abs=1e-9)
    assert reading.urgency.probabilities[reading.urgency.value] == max(
        reading.urgency.probabilities
    )
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


@settings(max_examples=50)
@given(st.lists(st.tuples(TEXTS, LANGUAGES), max_size=8), st.randoms(use_true_random=False))
def test_what_stands_beside_it_changes_nothing(
    analyzer: Analyzer, mention: Callable[..., Mention], posts: list, random: object
) -> None:
    mentions = [mention(text, language=language) for text, language in posts]
    alone = [analyzer.read([each])[0] for each in mentions]
    assert analyzer.read(mentions) == alone
    order = sorted(range(len(mentions)), key=lambda _: random.random())  # type: ignore[attr-defined]
    assert analyzer.read([mentions[at] for at in order]) == [alone[at] for at in order]


def test_evidence_never_copies_personal_data(
    analyzer: Analyzer, mention: Callable[..., Mention]
) -> None:
    text = "Il mio numero è 339 1234567, la carta 4111 1111 1111 1111 non funziona, rispondete"
    (reading,) = analyzer.read([mention(text)])
    for span in spans_of(reading):
        for private in reading.personal_data:
            assert span.end <= private.start or private.end <= span.start


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "ж" * 1_000_000,
        "carta non funziona " * 55_000,
        "non " * 250_000,
        "не " * 330_000,
        "👍" * 100_000,
        "😡🦖" * 50_000,
        "\x00" * 1_000_000,
        "\u202e" * 1_000_000,
        "a\u0301\u0302\u0303" * 250_000,
        "e" + "\u0301" * 1_000_000,
        "?!" * 500_000,
        "\n" * 1_000_000,
        "1 " * 500_000,
        "@a " * 330_000,
        "two " * 250_000,
        "due minuti " * 90_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_megabyte_takes_about_a_second(
    analyzer: Analyzer, mention: Callable[..., Mention], text: str
) -> None:
    for language in ("it", None):
        post = mention(text, language=language)
        begun = time.process_time()
        (reading,) = analyzer.read([post])
        assert time.process_time() - begun < 2
        assert reading.id == post.id


def test_no_posts_are_no_readings(analyzer: Analyzer) -> None:
    assert analyzer.read([]) == []


def test_two_analyzers_say_the_same(dev_posts: Path) -> None:
    from sentiment.lexicon import LexiconAnalyzer

    mentions = [post.mention() for post in load_posts(dev_posts)]
    assert LexiconAnalyzer().read(mentions) == LexiconAnalyzer().read(mentions)
