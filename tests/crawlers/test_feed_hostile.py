# SPDX-License-Identifier: Apache-2.0
"""Broken, lying and hurtful documents: each item is accounted for, nothing crashes."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolto.errors import FetchFailed, NetError
from ascolto.model import Mention
from ascolto.settings import Source as SourceSettings
from ascolto.store.records import Reject
from crawlers.feed import FeedSource
from crawlers.source import Answer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HEAD = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title>'
TAIL = "</channel></rss>"


class OneAnswer:
    """A web of one document."""

    def __init__(self, body: bytes, kind: str | None) -> None:
        self._answer = Answer(
            200, "http://site.example/feed", {"content-type": kind} if kind else {}, body
        )

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._answer


def read(body: bytes, kind: str | None = None) -> tuple[list[Mention], list[Reject]]:
    source = FeedSource(SourceSettings(name="s", kind="feed", url="http://site.example/feed"))

    async def run() -> tuple[list[Mention], list[Reject]]:
        mentions, rejects = [], []
        async for batch in source.collect(None, OneAnswer(body, kind), NOW):
            mentions += batch.mentions
            rejects += batch.rejects
        return mentions, rejects

    started = time.monotonic()
    result = asyncio.run(run())
    assert time.monotonic() - started < 5
    return result


def rss(*items: str) -> bytes:
    return (HEAD + "".join(f"<item>{item}</item>" for item in items) + TAIL).encode(
        "utf-8", "surrogatepass"
    )


def json_feed(*items: object, **top: object) -> bytes:
    document = {"version": "https://jsonfeed.org/version/1.1", "items": list(items), **top}
    return json.dumps(document).encode()


GOOD = "<guid>good</guid><title>good</title>"
A_MEGABYTE = "x" * 1_000_000

# Each stands beside a good item, which must survive it.
ITEMS = {
    "nothing": "",
    "only a guid": "<guid>1</guid>",
    "only a link": "<link>http://h/1</link>",
    "blank title": "<title>  </title>",
    "empty guid": "<guid></guid><title>a</title>",
    "a huge word": f"<title>a</title><description>{A_MEGABYTE}</description>",
    "a huge title": f"<title>{A_MEGABYTE}</title>",
    "a huge guid": f"<title>a</title><guid>{A_MEGABYTE}</guid>",
    "a huge link": f"<title>a</title><link>http://h/{A_MEGABYTE}</link>",
    "a huge author": f"<title>a</title><dc:creator>{A_MEGABYTE}</dc:creator>",
    "a huge date": f"<title>a</title><pubDate>{'1' * 100_000}</pubDate>",
    "NUL": "<title>a\0b</title>",
    "NUL by number": "<title>a&#0;b</title>",
    "a lone surrogate": "<title>a\ud800b</title>",
    "a surrogate by number": "<title>a&#xD800;b</title>",
    "a number out of range": "<title>a&#x110000;b</title>",
    "controls": "<title>a\x01\x08\x1fb</title>",
    "direction marks": "<title>a\u202eb\u200b\ufeff</title>",
    "joined emoji": "<title>👩‍👩‍👧‍👦 ok</title>",
    "unknown entity": "<title>a &nbsp; &foo; b</title>",
    "bare ampersand": "<title>AT&T & co</title>",
    "unclosed title": "<title>a",
    "crossed tags": "<title>a<description>b</title></description>",
    "script": "<title>a</title><description>&lt;script&gt;alert(1)&lt;/script&gt;hi</description>",
    "deep markup": f"<title>a</title><description><![CDATA[{'<div>' * 3000}deep]]></description>",
    "many open tags": f"<title>a</title><description><![CDATA[{'<a' * 20_000}]]></description>",
    "unclosed comment": "<title>a</title><description><![CDATA[<!-- x]]></description>",
    "a link of script": "<title>a</title><link>javascript:alert(1)</link>",
    "a link of data": "<title>a</title><link>data:text/html,x</link>",
    "a broken link": "<title>a</title><link>http://[::1</link>",
    "a relative link": "<title>a</title><link>/x</link>",
    "two guids": "<title>a</title><guid>1</guid><guid>2</guid>",
    "two titles": "<title>a</title><title>b</title>",
    "counts of nonsense": "<title>a</title><slash:comments>many</slash:comments>",
    "a count below nought": (
        '<title>a</title><s:comments xmlns:s="http://purl.org/rss/1.0/modules/slash/">'
        "-5</s:comments>"
    ),
    "a rating of nonsense": (
        '<title>a</title><i:rating xmlns:i="http://itunes.apple.com/rss">best</i:rating>'
    ),
    "enclosure without type": '<title>a</title><enclosure url="http://h/x"/>',
    "undeclared prefix": "<title>a</title><foo:bar>x</foo:bar>",
    "an image instead of text": (
        '<title>a</title><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/'
        'content/">&lt;img src=x onerror=alert(1)&gt;</content:encoded>'
    ),
}
DATES = [
    "",
    "yesterday",
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "10000-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2038-01-19T03:14:08Z",
    "2026-11-24T10:00:00+25:00",
    "2026-11-24T10:00:00-99:99",
    "2026-13-45",
    "2026-02-29",
    "Mon, 32 Nov 2026 10:00:00 GMT",
    "Mon, 24 Nov 2026 25:61:61 GMT",
    "Mon, 24 Nov 99999999999999999999 10:00:00 GMT",
    "Mon, 24 Nov -5 10:00:00 GMT",
    "99999999999999999999999",
    "-1",
    "1e400",
    "NaN",
    "٢٠٢٦-١١-٢٤",
    "24/11/2026 10:00",
    "2026-11-24T10:00:00.999999999999999999999Z",
]


@pytest.mark.parametrize("name", ITEMS)
def test_an_item_is_accounted_for_and_its_neighbour_survives(name):
    mentions, rejects = read(rss(ITEMS[name], GOOD))
    assert len(mentions) + len(rejects) == 2
    assert "good" in [m.native_id for m in mentions]
    for mention in mentions:
        assert Mention.model_validate_json(mention.model_dump_json()) == mention
        assert "alert(1)" not in mention.body
        assert not mention.url or mention.url.startswith("http")
    assert all(len(reject.payload) <= 2000 and reject.reason for reject in rejects)


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("tag", ["pubDate", "dc:date"])
def test_no_date_is_too_strange(date, tag):
    mentions, _ = read(rss(f"<guid>1</guid><title>a</title><{tag}>{date}</{tag}>", GOOD))
    assert len(mentions) == 2
    assert all(m.published_at <= NOW + timedelta(days=1) for m in mentions)
    assert all(m.published_at.year >= 1970 for m in mentions)


@pytest.mark.parametrize(
    ("date", "read_as"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0200", "2026-11-23T08:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00 EST", "2026-11-23T15:00:00+00:00"),
        ("Mon, 23 Nov 2026 10:00:00", "2026-11-23T10:00:00+00:00"),
        ("23 Nov 2026 10:00 GMT", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23 10:00:00", "2026-11-23T10:00:00+00:00"),
        ("2026-11-23T10:00:00.5+01:00", "2026-11-23T09:00:00+00:00"),
    ],
)
def test_dates_are_read_as_written_and_as_utc_without_a_zone(date, read_as):
    (mention,), _ = read(rss(f"<guid>1</guid><title>a</title><pubDate>{date}</pubDate>"))
    assert mention.published_at.replace(microsecond=0).isoformat() == read_as


DOCUMENTS = {
    "cut in the second item": rss(GOOD, "<guid>2</guid><title>b</title>")[:-60],
    "cut in a tag": rss(GOOD, "<title>b</title>").rpartition(b"</item>")[0] + b"</it",
    "rubbish before": b"<br>warning: no database\n" + rss(GOOD),
    "blank lines before": b"\n\n  \n" + rss(GOOD),
    "a mark before": b"\xef\xbb\xbf" + rss(GOOD),
    "rubbish after": rss(GOOD) + b"</html><!-- 0.2 s -->",
    "declared UTF-8, is Latin-1": (
        b'<?xml version="1.0" encoding="utf-8"?>' + rss(GOOD).replace(b"<title>t", b"<title>\xe8")
    ),
    "declared Latin-1, is UTF-8": (
        '<?xml version="1.0" encoding="iso-8859-1"?>' + rss(GOOD).decode() + "<!--è-->"
    ).encode(),
    "an unknown character set": b'<?xml version="1.0" encoding="x-klingon"?>' + rss(GOOD),
    "cut UTF-8": rss(GOOD).replace(b"<title>t", b"<title>\xd0\xd0\xf0\x9f"),
    "UTF-16": rss(GOOD).decode().encode("utf-16"),
    "duplicate root": rss(GOOD) + rss(),
    "unknown root": rss(GOOD).replace(b"rss", b"feedish"),
    "uppercase tags": rss(GOOD).replace(b"item>", b"ITEM>"),
    "an entity of its own": b'<!DOCTYPE rss [<!ENTITY e "x">]>' + rss(GOOD, "<title>&e;</title>"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("kind", [None, "application/rss+xml", "text/plain; charset=us-ascii"])
def test_a_damaged_document_gives_what_it_holds(name, kind):
    mentions, _ = read(DOCUMENTS[name], kind)
    assert "good" in [m.native_id for m in mentions]


def test_russian_in_an_old_character_set():
    body = (
        '<?xml version="1.0" encoding="windows-1251"?>'
        + rss("<title>Привет, банк</title>").decode()
    )
    (mention,), _ = read(body.encode("cp1251"), "application/xml")
    assert mention.title == "Привет, банк"


def test_the_header_knows_the_character_set():
    body = rss("<title>Perché</title>").decode().encode("latin-1")
    (mention,), _ = read(body, "application/rss+xml; charset=iso-8859-1")
    assert mention.title == "Perché"


def test_external_entities_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("s3cret")
    for target in (secret.as_uri(), "http://127.0.0.1:9/x"):
        doctype = f'<!DOCTYPE rss [<!ENTITY e SYSTEM "{target}">]>'.encode()
        mentions, _ = read(doctype + rss(GOOD, "<title>a&e;b</title>"))
        assert all("s3cret" not in m.body for m in mentions)
        assert "good" in [m.native_id for m in mentions]


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
        + "".join(
            f'<!ENTITY {n} "{f"&{p};" * 10}">' for p, n in zip("bcdefgh", "cdefghi", strict=True)
        ),
        f'<!ENTITY i "{"x" * 100_000}">',
        '<!ENTITY i "&j;"><!ENTITY j "&i;">',
    ],
)
def test_entities_do_not_multiply(entities):
    body = f"<!DOCTYPE rss [{entities}]>".encode() + rss(f"<title>{'&i;' * 200}</title>", GOOD)
    try:
        mentions, rejects = read(body)
    except NetError:
        return
    assert all(len(m.body) <= 110_000 for m in mentions)
    assert len(mentions) + len(rejects) <= 2


JSON_ITEMS = {
    "null": None,
    "a number": 5,
    "a text": "x",
    "a list": [],
    "empty": {},
    "null fields": {"id": None, "title": None, "content_text": None, "url": None},
    "wrong types": {"id": {}, "title": [], "content_text": 5, "url": {}, "authors": 3},
    "a list of nonsense authors": {"id": "1", "title": "a", "authors": [1, None, "x"]},
    "id is a number": {"id": 17, "title": "a"},
    "id is huge": {"id": 10**300, "title": "a"},
    "id is true": {"id": True, "title": "a"},
    "a lone surrogate": {"id": "1", "title": "a\ud800"},
    "NUL": {"id": "1\0", "title": "a\0"},
    "huge": {"id": "1", "content_text": A_MEGABYTE},
    "html only": {"id": "1", "content_html": "<p>hi<script>alert(1)</script>"},
    "a strange date": {"id": "1", "title": "a", "date_published": 10**30},
    "a date of the wrong type": {"id": "1", "title": "a", "date_published": {"$date": 1}},
    "strange attachments": {"id": "1", "title": "a", "attachments": [1, {"mime_type": 5}]},
    "a broken url": {"id": "1", "title": "a", "url": "http://[::1"},
    "infinite": {"id": float("inf"), "title": "a"},
    "not a number": {"id": float("nan"), "title": "a"},
}


@pytest.mark.parametrize("name", JSON_ITEMS)
def test_an_item_of_a_json_feed_is_accounted_for(name):
    mentions, rejects = read(json_feed(JSON_ITEMS[name], {"id": "good", "title": "good"}))
    assert len(mentions) + len(rejects) == 2
    assert "good" in [m.native_id for m in mentions]
    for mention in mentions:
        assert Mention.model_validate_json(mention.model_dump_json()) == mention
        assert "alert(1)" not in mention.body


@pytest.mark.parametrize(
    "body",
    [
        b'{"items": 5}',
        b'{"items": {}}',
        b'{"items": [' + b"[" * 50_000,
        b'{"a":' * 20_000,
        b'{"items": [], "items": 3}',
        b'{"items": [1e400, -1e400',
        b"[]",
        b'{"items": [' + b"9" * 5000 + b"]}",
        b"\x00{}",
        b"<",
        b"<?xml",
        b"<rss",
        b"<!DOCTYPE rss [",
        b"\xff\xfe",
        b"\x1f\x8b",
        b"GIF89a" + bytes(100),
        b"%PDF-1.7",
        b"<html>" * 3000,
        b"<" * 100_000,
        b"&" * 100_000,
        b"<![CDATA[" * 10_000,
        b"<!--" * 10_000,
    ],
)
def test_what_is_no_feed_fails_and_says_so(body):
    with pytest.raises(NetError) as failure:
        read(body)
    assert "site.example" in str(failure.value) or "packed" in str(failure.value)


def test_a_feed_may_be_empty():
    assert read(rss()) == ([], [])
    assert read(json_feed()) == ([], [])


def test_five_megabytes_of_items():
    body = rss(*(f"<guid>{n}</guid><title>{'a ' * 300}</title>" for n in range(5_000)))
    mentions, _ = read(body)
    assert len(mentions) == 5_000


def test_mutations_of_good_feeds_never_crash():
    """2,000 mutations; run again: pytest -k mutations, seed 20261124."""
    chance = random.Random(20261124)
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><title type="html">'
        b"&lt;b&gt;x</title><updated>2026-11-01T00:00:00Z</updated></entry></feed>"
    )
    seeds = [rss(GOOD, ITEMS["script"]), atom, json_feed({"id": "1", "title": "x"}), rss(GOOD * 3)]
    for _ in range(2_000):
        body = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(body))
            match chance.randrange(4):
                case 0:
                    body[at] = chance.randrange(256)
                case 1:
                    del body[at : at + chance.randrange(1, 20)]
                case 2:
                    body[at:at] = body[: chance.randrange(1, 40)]
                case _:
                    body[at:at] = chance.choice(
                        [b"<", b">", b"&", b"\0", b'"', b"]]>", b"<![CDATA["]
                    )
            if not body:
                break
        try:
            mentions, rejects = read(bytes(body))
        except FetchFailed:
            continue
        for mention in mentions:
            mention.model_dump_json()
        assert all(reject.reason for reject in rejects)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_in_a_title_is_kept_storable(text):
    body = json_feed({"id": "1", "title": text, "content_text": text}, {"id": "2", "title": "b"})
    mentions, rejects = read(body)
    assert len(mentions) + len(rejects) == 2
    for mention in mentions:
        mention.model_dump_json().encode("utf-8")
