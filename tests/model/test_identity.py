# SPDX-License-Identifier: Apache-2.0
"""Identity: stable, and different whenever a part differs."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ascolto.identity import canonical_url, digest, mention_identity
from ascolto.model import Author, Mention, alert_identity, case_identity, delivery_identity

QUICK = settings(max_examples=200, deadline=None, derandomize=True, database=None)
ANY_TEXT = st.text(st.characters(), max_size=8)  # lone surrogates included
PARTS = st.lists(st.none() | ANY_TEXT, max_size=4)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POST = {
    "kind": "feed",
    "source": "forum",
    "native_id": None,
    "url": "https://example.org/a",
    "author": "anna",
    "published_at": NOON,
    "text": "The card was refused",
}


@QUICK
@given(PARTS, PARTS)
def test_a_digest_is_the_same_for_the_same_parts_only(first, second):
    assert digest(*first) == digest(*first)
    assert len(digest(*first)) == 32
    assert set(digest(*first)) <= set("0123456789abcdef")
    assert (digest(*first) == digest(*second)) == (first == second)


@QUICK
@given(ANY_TEXT, ANY_TEXT, st.integers(0, 16))
def test_the_border_between_parts_counts(first, second, cut):
    whole = first + second
    assume(whole[:cut] != first)
    assert digest(first, second) != digest(whole[:cut], whole[cut:])
    assert digest(first, second) != digest(whole)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("ab", "c"), ("a", "bc")),
        ((None,), ("",)),
        ((None,), ("-",)),
        ((), ("",)),
        (("1:a",), ("a",)),
        (("a", "1:b"), ("a1:1:b",)),
        (("a", None), ("a-:",)),
    ],
)
def test_parts_that_look_alike(first, second):
    assert digest(*first) != digest(*second)


def test_an_identity_is_the_same_in_another_process():
    program = "from ascolto.identity import digest; print(digest('alert', None, 'è'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == digest("alert", None, "è")


def test_a_stored_identity_never_changes():
    """Stores hold these; a change here would make every known post new."""
    assert digest("a", None, "") == "3ade774186c9ca1aa3b1ab1d575c94fa"
    assert mention_identity(**{**POST, "native_id": "7"}) == "5a9401205b88364e4fa3643b588286b3"
    assert mention_identity(**POST) == "bd0575529c3ea2f0dcfaa4bafaf603b0"


@QUICK
@given(st.sampled_from(["kind", "source", "native_id"]), st.text(min_size=1, max_size=8))
def test_a_native_id_with_source_and_kind_is_the_identity(part, other):
    post = {**POST, "native_id": "7"}
    assume(post[part] != other)
    assert mention_identity(**post) != mention_identity(**{**post, part: other})


def test_with_a_native_id_nothing_else_counts():
    post = {**POST, "native_id": "7"}
    other = {**post, "url": None, "author": None, "text": "x", "published_at": NOON.replace(year=1)}
    assert mention_identity(**post) == mention_identity(**other)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "push"},
        {"source": "news"},
        {"url": "https://example.org/b"},
        {"url": None},
        {"author": "bob"},
        {"author": None},
        {"published_at": NOON + timedelta(seconds=1)},
        {"text": "The card was accepted"},
        {"native_id": "7"},
    ],
    ids=str,
)
def test_without_a_native_id_each_part_counts(change):
    assert mention_identity(**POST) != mention_identity(**{**POST, **change})


@pytest.mark.parametrize(
    "same",
    [
        {"native_id": ""},
        {"text": "  the CARD\n was\u00a0refused "},
        {"text": "Ｔｈｅ card was refused"},
        {"url": "HTTPS://Example.ORG:443/a?utm_source=x&fbclid=1#top"},
        {"published_at": NOON + timedelta(microseconds=999_999)},
        {"published_at": NOON.astimezone(timezone(timedelta(hours=5)))},
    ],
    ids=str,
)
def test_without_a_native_id_small_differences_do_not_count(same):
    assert mention_identity(**POST) == mention_identity(**{**POST, **same})


def test_a_mention_knows_its_identity():
    fields = {"source": "forum", "kind": "feed", "published_at": NOON, "collected_at": NOON}
    mention = Mention(**fields, author=Author(handle="anna"), title="The card", text="was refused")
    assert mention.id == Mention.model_validate_json(mention.model_dump_json()).id
    later = mention.model_copy(update={"collected_at": NOON + timedelta(days=1)})
    assert later.id == mention.id
    assert mention.model_copy(update={"title": "A card"}).id != mention.id


def test_alert_case_and_delivery_do_not_share_identities():
    made = {
        alert_identity("a", "1", "g"),
        alert_identity("a", "1", "g", "w"),
        alert_identity("a", "2", "g"),
        case_identity("a"),
        delivery_identity("a", "1"),
        delivery_identity("a1", ""),
    }
    assert len(made) == 6


SEGMENT = st.text("abcXYZ09-_.~%", max_size=5)
URLS = st.builds(
    "{}://{}{}/{}?{}={}#{}".format,
    st.sampled_from(["http", "HTTPS", "Https", "ftp"]),
    st.sampled_from(["Example.org", "xn--e1afmkfd.xn--p1ai", "[2001:DB8::1]", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    SEGMENT,
    SEGMENT.filter(bool),
    SEGMENT,
    SEGMENT,
)


@QUICK
@given(URLS)
def test_a_canonical_url_is_canonical(url):
    assert canonical_url(canonical_url(url)) == canonical_url(url)
    assert canonical_url(f"  {url}\n") == canonical_url(url)
    assert "#" not in canonical_url(url)


@QUICK
@given(st.text(st.characters(), max_size=30))
def test_any_text_gives_some_url(text):
    assert isinstance(canonical_url(text), str)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("http://EXAMPLE.org", "http://example.org/"),
        ("http://example.org:80/A", "http://example.org/A"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("https://example.org:80/a", "https://example.org:80/a"),
        ("https://example.org/a#b", "https://example.org/a"),
        ("https://example.org/?a=1&utm_medium=x&b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org/?UTM_Source=x", "https://example.org/"),
        ("https://example.org/?b=2&a=1", "https://example.org/?b=2&a=1"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("  not a url ", "not a url"),
        ("http://example.org:port/", "http://example.org:port/"),
        ("http://[::1", "http://[::1"),
        ("mailto:anna@example.org", "mailto:anna@example.org"),
        ("", ""),
    ],
)
def test_canonical_urls(written, canonical):
    assert canonical_url(written) == canonical
