# SPDX-License-Identifier: Apache-2.0
"""A feed through the real engine: conditions, faults, cursors."""

from __future__ import annotations

import gzip
import json
import time
from datetime import timedelta

import pytest

from ascolto.errors import AddressBlocked, FetchFailed, NetError, TooLarge


def rss(*items: str) -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>t</title>{body}</channel></rss>'.encode()


def posts(count: int) -> bytes:
    return rss(*(f"<guid>g{n}</guid><title>post {n}</title>" for n in range(count)))


def test_a_feed_becomes_mentions_on_worker_threads(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, posts(3), {"Content-Type": "application/rss+xml"}))
    got = collect(f"{site.url}/feed", allow=(site.host,))
    assert [m.title for m in got.mentions] == ["post 0", "post 1", "post 2"]
    assert {(m.source, m.kind, m.native_id) for m in got.mentions} == {
        ("news", "feed", f"g{n}") for n in range(3)
    }
    assert all(name.startswith("ascolto-commit") for name in got.threads)
    asked = site.asked[0].headers
    assert asked["user-agent"] == "Ascolto/1.2.3 (+https://example.org/ascolto-contact)"
    assert "cookie" not in asked
    assert "referer" not in asked


def test_validators_travel_in_the_cursor_and_304_brings_nothing(mini_source, collect, fakes):
    site = mini_source()
    seen = {"ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
    site.answer("/feed", fakes.Reply(200, posts(2), seen), fakes.Reply(304))
    first = collect(f"{site.url}/feed", allow=(site.host,))
    second = collect(f"{site.url}/feed", first.cursor, allow=(site.host,))
    assert second.batches == []
    assert site.asked[1].headers["if-none-match"] == '"v1"'
    assert site.asked[1].headers["if-modified-since"] == seen["Last-Modified"]


def test_the_cursor_moves_with_the_last_batch_only(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, posts(450), {"ETag": '"x"'}))
    got = collect(f"{site.url}/feed", allow=(site.host,))
    assert [len(batch.mentions) for batch in got.batches] == [200, 200, 50]
    assert [batch.cursor is None for batch in got.batches] == [True, True, False]
    assert json.loads(got.cursor)["etag"] == '"x"'


def test_a_damaged_feed_is_kept_but_does_not_count_as_seen(mini_source, collect, fakes):
    site = mini_source()
    body = posts(3)[:-40]
    site.answer("/feed", fakes.Reply(200, body, {"ETag": '"x"'}))
    got = collect(f"{site.url}/feed", allow=(site.host,))
    assert [m.native_id for m in got.mentions][:2] == ["g0", "g1"]
    assert json.loads(got.cursor) == {}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
def test_a_refusal_names_host_and_status(mini_source, collect, fakes, status):
    site = mini_source()
    site.answer("/feed?key=s3cret", fakes.Reply(status, b"whatever"))
    with pytest.raises(FetchFailed, match=f"127.0.0.1 answered {status}") as failure:
        collect(f"{site.url}/feed?key=s3cret", allow=(site.host,))
    assert "s3cret" not in str(failure.value)


def test_gone_says_to_remove_the_source(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(410))
    with pytest.raises(FetchFailed, match="remove the source"):
        collect(f"{site.url}/feed", allow=(site.host,))


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_error_is_asked_again(mini_source, collect, fakes, status):
    site = mini_source()
    site.answer("/feed", fakes.Reply(status), fakes.Reply(status), fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/feed", allow=(site.host,)).mentions) == 1


def test_a_lasting_error_fails_after_three_tries(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", *[fakes.Reply(500)] * 3)
    with pytest.raises(FetchFailed, match="answered 500"):
        collect(f"{site.url}/feed", allow=(site.host,))


def test_a_short_retry_after_is_waited_for(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(429, headers={"Retry-After": "2"}), fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/feed", allow=(site.host,)).mentions) == 1
    waited = site.asked[1].at - site.asked[0].at
    assert 1.9 <= waited <= 3.0


def test_a_long_retry_after_ends_the_run_and_is_handed_on(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(503, headers={"Retry-After": "3600"}))
    with pytest.raises(FetchFailed) as failure:
        collect(f"{site.url}/feed", allow=(site.host,))
    assert failure.value.retry_after == timedelta(hours=1)


def test_redirects_are_followed_three_times(mini_source, collect, fakes):
    site = mini_source()
    for n in range(3):
        site.answer(f"/{n}", fakes.Reply(302, headers={"Location": f"/{n + 1}"}))
    site.answer("/3", fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/0", allow=(site.host,)).mentions) == 1


def test_the_fourth_redirect_is_refused(mini_source, collect, fakes):
    site = mini_source()
    for n in range(4):
        site.answer(f"/{n}", fakes.Reply(301, headers={"Location": f"/{n + 1}"}))
    with pytest.raises(FetchFailed, match="redirects more than 3 times"):
        collect(f"{site.url}/0", allow=(site.host,))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_is_refused(mini_source, collect, fakes, status):
    site, inner = mini_source(), mini_source()
    site.answer("/feed", fakes.Reply(status, headers={"Location": f"{inner.url}/secret"}))
    with pytest.raises(AddressBlocked):
        collect(f"{site.url}/feed", allow=(site.host,))
    assert inner.asked == []
    assert inner.robots_asked == 0


@pytest.mark.parametrize("target", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[::1", ""])
def test_a_redirect_to_nowhere_fails(mini_source, collect, fakes, target):
    site = mini_source()
    site.always("/feed", fakes.Reply(302, headers={"Location": target}))
    with pytest.raises(NetError):
        collect(f"{site.url}/feed", allow=(site.host,))


def test_half_a_body_moves_no_cursor(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", *[fakes.Reply(200, posts(9), {"ETag": '"x"'}, cut_at=200)] * 3)
    with pytest.raises(FetchFailed, match="broke off"):
        collect(f"{site.url}/feed", allow=(site.host,))


def test_half_an_archive_moves_no_cursor(mini_source, collect, fakes):
    site = mini_source()
    packed = gzip.compress(posts(50))[:-30]
    site.answer("/feed", *[fakes.Reply(200, packed, {"Content-Encoding": "gzip"})] * 3)
    with pytest.raises(FetchFailed, match="ends in the middle"):
        collect(f"{site.url}/feed", allow=(site.host,))


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {}])
def test_packed_feeds_are_unpacked(mini_source, collect, fakes, headers):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, gzip.compress(posts(50)), headers))
    assert len(collect(f"{site.url}/feed", allow=(site.host,)).mentions) == 50


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {}])
def test_a_bomb_is_refused(mini_source, collect, fakes, headers):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, gzip.compress(b" " * 50_000_000), headers))
    with pytest.raises(TooLarge):
        collect(f"{site.url}/feed", allow=(site.host,))


def test_an_answer_over_the_limit_is_refused(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, posts(200)))
    with pytest.raises(TooLarge):
        collect(f"{site.url}/feed", allow=(site.host,), max_bytes=4096)


def test_a_slow_drip_ends_with_the_total_time(mini_source, collect, fakes):
    site = mini_source()
    site.always("/feed", fakes.Reply(200, posts(9), drip=0.05))
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=r"no whole answer within 0\.3 s"):
        collect(f"{site.url}/feed", allow=(site.host,), timeout="300ms")
    assert time.monotonic() - started < 8


def test_robots_txt_is_obeyed(mini_source, collect):
    site = mini_source(robots=b"User-agent: *\nDisallow: /feed\n")
    with pytest.raises(FetchFailed, match=r"robots\.txt does not allow"):
        collect(f"{site.url}/feed", allow=(site.host,))
    assert site.asked == []


def test_robots_txt_may_address_us(mini_source, collect, fakes):
    site = mini_source(robots=b"User-agent: *\nDisallow: /\n\nUser-agent: ascolto\nAllow: /\n")
    site.answer("/feed", fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/feed", allow=(site.host,)).mentions) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_unreachable_robots_txt_forbids(mini_source, collect, fakes, status):
    site = mini_source(robots=fakes.Reply(status))
    with pytest.raises(FetchFailed, match=r"robots\.txt cannot be read"):
        collect(f"{site.url}/feed", allow=(site.host,))
    assert site.asked == []


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_missing_robots_txt_allows(mini_source, collect, fakes, status):
    site = mini_source(robots=fakes.Reply(status, b"User-agent: *\nDisallow: /"))
    site.answer("/feed", fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/feed", allow=(site.host,)).mentions) == 1


PAGE = b"""<!doctype html><html><head><title>x</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">
<link rel="ALTERNATE stylesheet" type="application/atom+xml; charset=utf-8" href="blog/feed.xml">
</head><body>hello</body></html>"""


def test_a_page_leads_to_its_feed_which_is_remembered(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/", fakes.Reply(200, PAGE, {"Content-Type": "text/html", "ETag": '"page"'}))
    site.answer("/blog/feed.xml", fakes.Reply(200, posts(2), {"ETag": '"f"'}), fakes.Reply(304))
    first = collect(f"{site.url}/", allow=(site.host,))
    assert len(first.mentions) == 2
    assert json.loads(first.cursor) == {"feed": f"{site.url}/blog/feed.xml", "etag": '"f"'}
    assert collect(f"{site.url}/", first.cursor, allow=(site.host,)).batches == []
    assert site.paths() == ["/", "/blog/feed.xml", "/blog/feed.xml"]


def test_a_remembered_feed_that_is_gone_is_looked_for_again(mini_source, collect, fakes):
    site = mini_source()
    cursor = json.dumps({"feed": f"{site.url}/old"})
    site.answer("/old", fakes.Reply(404)).answer("/", fakes.Reply(200, PAGE))
    site.answer("/blog/feed.xml", fakes.Reply(200, posts(2)))
    assert len(collect(f"{site.url}/", cursor, allow=(site.host,)).mentions) == 2


def test_a_page_that_names_a_private_feed_reaches_nothing(mini_source, collect, fakes):
    site, inner = mini_source(), mini_source()
    page = PAGE.replace(b"blog/feed.xml", f"{inner.url}/feed".encode())
    site.answer("/", fakes.Reply(200, page))
    with pytest.raises(AddressBlocked):
        collect(f"{site.url}/", allow=(site.host,))
    assert inner.robots_asked == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "nothing at all"),
        (b"  \n", "nothing at all"),
        (b"<html><body>no feed</body></html>", "an HTML page that names no feed"),
        (b"just words", "plain text"),
        (b"{}", "JSON that is no JSON Feed"),
        (b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"', "JSON that is no"),
        (b"[" * 100_000, "JSON that is no JSON Feed"),
        (b'<?xml version="1.0"?><urlset></urlset>', r"XML of another kind \(<urlset>\)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary data"),
    ],
)
def test_what_is_no_feed_is_named(mini_source, collect, fakes, body, said):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, body, {"ETag": '"x"'}))
    with pytest.raises(FetchFailed, match=said):
        collect(f"{site.url}/feed", allow=(site.host,))


@pytest.mark.parametrize("cursor", ["", "{", "[]", '{"etag": 5}', "null", '"x"', '{"v": 9}'])
def test_a_cursor_that_cannot_be_read_starts_again(mini_source, collect, fakes, cursor):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, posts(1)))
    assert len(collect(f"{site.url}/feed", cursor, allow=(site.host,)).mentions) == 1


def test_an_empty_feed_is_no_error(mini_source, collect, fakes):
    site = mini_source()
    site.answer("/feed", fakes.Reply(200, rss(), {"ETag": '"e"'}))
    got = collect(f"{site.url}/feed", allow=(site.host,))
    assert got.mentions == []
    assert json.loads(got.cursor) == {"etag": '"e"'}


def test_the_same_document_twice_gives_the_same_ids(mini_source, collect, fakes):
    site = mini_source()
    body = rss("<title>no id, no date</title>", "<title>b</title><link>http://h/b</link>")
    site.answer("/feed", *[fakes.Reply(200, body)] * 2)
    first, second = (collect(f"{site.url}/feed", allow=(site.host,)) for _ in range(2))
    assert [m.id for m in first.mentions] == [m.id for m in second.mentions]
    assert len({m.id for m in first.mentions}) == 2
