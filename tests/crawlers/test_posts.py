# SPDX-License-Identifier: Apache-2.0
"""Pushed and imported posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolto.errors import BadInput
from ascolto.model import Author, BrandMatch, Engagement, Language, Medium, Mention
from crawlers.posts import LONGEST_TEXT, parse_post

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def parse(item: object, **options: object) -> Mention:
    mention, warnings = parse_post(
        item, **({"source": "api", "kind": "push", "now": NOW} | options)
    )
    assert warnings == ()
    return mention


WHOLE = {
    "id": 42,
    "text": "La app è ferma",
    "title": "Aiuto",
    "url": "https://forum.example/t/42",
    "author": {
        "name": "Anna",
        "handle": "@anna",
        "url": "https://forum.example/u/anna",
        "followers": 1200,
        "verified": True,
    },
    "published_at": "2026-11-23T10:00:00+01:00",
    "source": "forum.example",
    "thread": "t42",
    "parent": 41,
    "private": False,
    "medium": "comment",
    "brand": "Banca Aurora",
    "language": "it",
    "likes": 3,
    "shares": "4",
    "replies": 5.0,
    "views": "6",
    "rating": 2.5,
    "media": ["image", "link", "image"],
}


def test_a_whole_post():
    mention = parse(WHOLE, backfill=True)
    assert mention == Mention(
        source="forum.example",
        kind="push",
        native_id="42",
        url="https://forum.example/t/42",
        thread="t42",
        parent="41",
        author=Author(
            name="Anna",
            handle="anna",
            url="https://forum.example/u/anna",
            followers=1200,
            verified=True,
        ),
        title="Aiuto",
        text="La app è ferma",
        language=Language(code="it", confidence=1.0),
        published_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        collected_at=NOW,
        engagement=Engagement(likes=3, shares=4, replies=5, views=6, rating=2.5),
        media=("image", "link"),
        medium=Medium.comment,
        brands=(BrandMatch(brand="Banca Aurora"),),
        backfill=True,
    )


def test_a_text_alone_is_a_post():
    mention = parse({"text": "ciao"})
    assert (mention.source, mention.kind, mention.published_at) == ("api", "push", NOW)
    assert parse({"title": "solo titolo"}).text == ""


def test_a_post_without_id_and_date_has_the_same_id_tomorrow():
    post = {"text": "ciao", "author": "@anna"}
    later = parse(post, now=NOW + timedelta(days=1))
    assert later.id == parse(post).id
    assert parse(post | {"author": "@bob"}).id != later.id
    assert parse(post | {"text": "ciao!"}).id != later.id


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ({"author": "Anna Rossi"}, Author(name="Anna Rossi")),
        ({"author": "@anna"}, Author(handle="anna")),
        ({"author": {"handle": "anna", "name": ""}}, Author(handle="anna")),
        ({"author_handle": "@anna@social.example"}, Author(handle="anna@social.example")),
        ({"author_name": "Anna", "author_followers": "12"}, Author(name="Anna", followers=12)),
        ({"author_verified": "yes"}, Author(verified=True)),
        ({"author": "Anna", "author_name": "Bea"}, Author(name="Bea")),
        ({}, Author()),
    ],
)
def test_authors(fields, author):
    assert parse({"text": "x", **fields}).author == author


@pytest.mark.parametrize("key", ["published_at", "created_at", "date"])
@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23T10:00:00+03:00", "2026-11-23T07:00:00+00:00"),
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23 10:00", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        ("20261123", "2026-11-23T00:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00 +0100", "2026-11-23T09:00:00+00:00"),
        (1795000000, "2026-11-18T11:06:40+00:00"),
        ("1795000000", "2026-11-18T11:06:40+00:00"),
        (1795000000.5, "2026-11-18T11:06:40.500000+00:00"),
        ("2026-11-25T11:00:00Z", "2026-11-25T11:00:00+00:00"),
    ],
)
def test_dates(key, written, read_as):
    assert parse({"text": "x", key: written}).published_at.isoformat() == read_as


@pytest.mark.parametrize("word", [True, "true", "TRUE", "1", 1, "yes"])
def test_true_in_json_and_csv(word):
    assert parse({"text": "x", "private": word}).private


@pytest.mark.parametrize("word", [False, "false", "0", 0, "no", "", None])
def test_false_in_json_and_csv(word):
    assert not parse({"text": "x", "private": word}).private


@pytest.mark.parametrize("written", ["it", "IT", "it-IT", "it_it"])
def test_languages(written):
    assert parse({"text": "x", "lang": written}).language.code == "it"


@pytest.mark.parametrize("written", ["image, video", "image;video", "image video", "image|video"])
def test_media_of_a_csv_cell(written):
    assert parse({"text": "x", "media": written}).media == ("image", "video")


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (None, "a post is an object"),
        ("x", "a post is an object"),
        ([], "a post is an object"),
        (5, "a post is an object"),
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": None}, "text"),
        ({"text": "  \n\0".replace("\0", "")}, "text"),
        ({"text": 5}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "text"),
        ({"text": "x", "title": []}, "title"),
        ({"text": "x", "id": []}, "id"),
        ({"text": "x", "id": 1.5}, "id"),
        ({"text": "x", "id": True}, "id"),
        ({"text": "x", "id": 10**5000}, "id"),
        ({"text": "x", "id": "y" * 2001}, "id"),
        ({"text": "x", "url": "javascript:alert(1)"}, "url"),
        ({"text": "x", "url": "example.com/x"}, "url"),
        ({"text": "x", "url": "http://a b"}, "url"),
        ({"text": "x", "url": 5}, "url"),
        ({"text": "x", "url": "http://" + "y" * 4000}, "url"),
        ({"text": "x", "author": 5}, "author"),
        ({"text": "x", "author": ["anna"]}, "author"),
        ({"text": "x", "author": {"name": 5}}, r"author\.name"),
        ({"text": "x", "author": {"followers": "many"}}, r"author\.followers"),
        ({"text": "x", "author": {"followers": -1}}, r"author\.followers"),
        ({"text": "x", "author": {"url": "ftp://x"}}, r"author\.url"),
        ({"text": "x", "author_verified": "maybe"}, r"author\.verified"),
        ({"text": "x", "published_at": "yesterday"}, "published_at"),
        ({"text": "x", "published_at": []}, "published_at"),
        ({"text": "x", "published_at": True}, "published_at"),
        ({"text": "x", "published_at": "2026-11-23T10:00:00+25:00"}, "published_at"),
        ({"text": "x", "published_at": "0000-01-01"}, "published_at"),
        ({"text": "x", "published_at": "1969-12-31"}, "published_at"),
        ({"text": "x", "published_at": "9999-12-31"}, "published_at"),
        ({"text": "x", "published_at": 1795000000000}, "published_at"),
        ({"text": "x", "published_at": float("nan")}, "published_at"),
        ({"text": "x", "published_at": float("inf")}, "published_at"),
        ({"text": "x", "published_at": 10**400}, "published_at"),
        ({"text": "x", "source": "../etc"}, "source"),
        ({"text": "x", "source": "a b"}, "source"),
        ({"text": "x", "source": 5}, "source"),
        ({"text": "x", "thread": {}}, "thread"),
        ({"text": "x", "parent": []}, "parent"),
        ({"text": "x", "private": "maybe"}, "private"),
        ({"text": "x", "private": 2}, "private"),
        ({"text": "x", "private": []}, "private"),
        ({"text": "x", "medium": "pigeon"}, "medium"),
        ({"text": "x", "brand": 5}, "brand"),
        ({"text": "x", "language": "italiano"}, "language"),
        ({"text": "x", "language": "ita"}, "language"),
        ({"text": "x", "language": 5}, "language"),
        ({"text": "x", "likes": -1}, "likes"),
        ({"text": "x", "likes": 1.5}, "likes"),
        ({"text": "x", "likes": True}, "likes"),
        ({"text": "x", "likes": "1e400"}, "likes"),
        ({"text": "x", "views": 2**53}, "views"),
        ({"text": "x", "views": 10**400}, "views"),
        ({"text": "x", "shares": {}}, "shares"),
        ({"text": "x", "replies": float("nan")}, "replies"),
        ({"text": "x", "rating": 6}, "rating"),
        ({"text": "x", "rating": "good"}, "rating"),
        ({"text": "x", "media": ["hologram"]}, "media"),
        ({"text": "x", "media": [["image"]]}, "media"),
        ({"text": "x", "media": [{}]}, "media"),
        ({"text": "x", "media": 5}, "media"),
    ],
)
def test_a_fault_names_its_field_and_nothing_of_its_value(item, field):
    with pytest.raises(BadInput, match=f"^{field}") as failure:
        parse(item)
    assert len(str(failure.value)) < 200


def test_unknown_keys_are_warned_of_and_let_pass():
    item = {"text": "x", "colour": "red", "mood\n" + "y" * 99: 1, 3: 4}
    _, warnings = parse_post(item, source="api", kind="push", now=NOW)
    assert warnings[0] == "unknown key 'colour'"
    assert len(warnings) == 3
    assert all(len(warning) < 60 and "\n" not in warning for warning in warnings)


def test_what_cannot_be_stored_is_replaced():
    mention = parse({"text": "a\0b\ud800c\x07d\r\ne", "author": "A\0", "id": "1\0"})
    assert mention.text == "a\ufffdb\ufffdcd\ne"
    assert Mention.model_validate_json(mention.model_dump_json()) == mention


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = (
    *("id", "native_id", "text", "title", "url", "author", "author_name", "author_followers"),
    *("published_at", "date", "source", "thread", "private", "medium", "brand", "language"),
    *("likes", "rating", "media"),
)


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_any_json_is_a_post_or_a_named_fault(item):
    try:
        mention, _ = parse_post(item, source="api", kind="push", now=NOW)
    except BadInput:
        return
    assert Mention.model_validate_json(mention.model_dump_json()) == mention
