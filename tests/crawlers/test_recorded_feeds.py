# SPDX-License-Identifier: Apache-2.0
"""Recorded feeds against an independent reading of each: counts, titles, links, dates.

``pytest tests/crawlers/test_recorded_feeds.py -s`` prints the table.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ascolto.errors import BadInput, FetchFailed
from ascolto.settings import Network
from ascolto.settings import Source as SourceSettings
from ascolto.store.records import Reject
from crawlers.engine import Crawler
from crawlers.entry import Entry
from crawlers.feed_document import parse_feed
from crawlers.html_text import html_to_text
from crawlers.registry import build_source

pytestmark = pytest.mark.recorded

NOT_FEEDS = {"sitemap.xml.gz", "sitemap2.xml"}


def counted(body: bytes) -> int:
    """Items by a reading of the raw file that knows no feed parser."""
    if body.startswith(b"\x1f\x8b"):
        body = gzip.decompress(body)
    if body.lstrip()[:1] == b"{":
        try:
            return len(json.loads(body).get("items", []))
        except ValueError:
            return 0
    bare = re.sub(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", b"", body, flags=re.DOTALL)
    return len(re.findall(rb"<(?:\w+:)?(?:item|entry)[\s>/]", bare))


def parsed(body: bytes) -> list[Entry | Reject]:
    try:
        feed = parse_feed(body, None, "http://site.example/feed")
    except BadInput:
        return []
    return list(feed.entries) if feed else []


@pytest.fixture(scope="module")
def crawler_and_site(fakes, recorded) -> Iterator[tuple]:
    with fakes.MiniSource() as site:
        network = Network(allow=(site.host,), requests_per_minute_per_host=100_000)
        crawler = Crawler(network, "1", pause=timedelta(milliseconds=1))
        yield crawler, site
        crawler.close(10)


def test_real_feeds_through_the_engine(recorded, crawler_and_site, fakes, collect, now):
    crawler, site = crawler_and_site
    table: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    files = [path for path in sorted((recorded / "feeds_real").rglob("*")) if path.is_file()]
    assert files
    for number, path in enumerate(files):
        body = path.read_bytes()
        site.answer(f"/{number}", fakes.Reply(200, body))
        batches: list = []
        url = f"{site.url}/{number}"
        source = build_source(SourceSettings(name="s", kind="feed", url=url))
        run = crawler.run(source, None, batches.append, lambda: now)
        if path.name in NOT_FEEDS or not counted(body):
            with pytest.raises(FetchFailed, match="XML of another kind"):
                run.result(30)
            continue
        run.result(30)
        row = table[path.relative_to(recorded / "feeds_real").parts[0]]
        row[0] += 1
        row[1] += sum(len(batch.mentions) for batch in batches)
        row[2] += sum(len(batch.rejects) for batch in batches)
        row[3] += counted(body)
        assert all(m.published_at <= now for batch in batches for m in batch.mentions)
    for folder, (count, mentions, rejects, expected) in sorted(table.items()):
        print(f"{folder}: files {count}, mentions {mentions} + rejects {rejects} of {expected}")
    for folder, (_, mentions, rejects, expected) in table.items():
        assert mentions + rejects == expected, folder
        assert mentions >= 0.98 * expected or folder == "RSParser", folder
    whole = [sum(column) for column in zip(*table.values(), strict=True)]
    assert whole[1] >= 0.97 * whole[3]


def test_feedparser_conformance(recorded):
    """The count by the file's own Expect line where it has one, else by the raw file."""
    found = expected = 0
    for path in sorted((recorded / "feeds_conformance" / "feedparser").rglob("*.xml")):
        body = path.read_bytes()
        said = re.search(rb"len\(entries\)\s*==\s*(\d+)", body)
        count = int(said.group(1)) if said else counted(body)
        expected += count
        found += min(count, len(parsed(body)))
    print(f"feedparser: entries {found} of {expected}")
    assert found >= 0.99 * expected > 0


def test_gofeed_conformance(recorded):
    score: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def note(what: str, right: bool) -> None:
        score[what][0] += right
        score[what][1] += 1

    for path in sorted((recorded / "feeds_conformance" / "gofeed").rglob("*.xml")):
        expectation = path.with_suffix(".json")
        if not expectation.exists():
            continue
        wanted = json.loads(expectation.read_text("utf-8"))
        items = wanted.get("items") or wanted.get("entries") or []
        entries = parsed(path.read_bytes())
        note("items", len(entries) == len(items))
        for item, entry in zip(items, entries, strict=False):
            for what, right in compared(item, entry):
                note(what, right)
    for what, (right, of) in score.items():
        print(f"gofeed: {what} {right} of {of}")
    assert set(score) >= {"items", "title", "link", "id", "date"}
    for what, (right, of) in score.items():
        assert right >= 0.98 * of, what


def compared(item: dict, entry: Entry) -> Iterator[tuple[str, bool]]:
    """What gofeed found in an item, and whether we found the same."""
    if item.get("title"):
        plain = " ".join(item["title"].split())
        yield "title", entry.title in (plain, html_to_text(plain), html.unescape(plain))
    alternates = [
        link.get("href")
        for link in item.get("links", [])
        if isinstance(link, dict) and link.get("rel") in (None, "", "alternate")
    ]
    link = item.get("link") or next(iter(alternates), None)
    if link:
        yield "link", entry.url == link
    guid = item.get("guid") or item.get("id")
    native = guid.get("value") if isinstance(guid, dict) else guid
    if native:
        yield "id", entry.id == native
    for name in ("publishedParsed", "pubDateParsed", "updatedParsed"):
        if item.get(name):
            moment = datetime.fromisoformat(item[name])
            yield "date", moment in (entry.published, entry.updated)


def test_json_feeds_of_gofeed(recorded):
    folder = recorded / "feeds_conformance" / "gofeed"
    files = [
        *folder.glob("parser/json/*.json"),
        *(f for f in folder.glob("translator/json/*.json") if "expected" not in f.name),
    ]
    assert files
    for path in files:
        body = path.read_bytes()
        entries = parsed(body)
        assert len(entries) == counted(body)
        for raw, entry in zip(json.loads(body).get("items", []), entries, strict=True):
            assert (entry.id, entry.title) == (raw.get("id"), raw.get("title"))


def test_every_robots_txt_is_read(recorded):
    from protego import Protego

    from crawlers.robots import AGENT

    files = [path for path in (recorded / "robots_txt").rglob("*") if path.is_file()]
    assert files
    for path in files:
        rules = Protego.parse(path.read_bytes().decode("utf-8", "replace"))
        assert rules.can_fetch(f"https://{path.name}/", AGENT) in (True, False)
