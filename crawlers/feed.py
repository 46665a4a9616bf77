# SPDX-License-Identifier: Apache-2.0
"""Kind ``feed``: RSS, Atom, RDF and JSON Feed, and pages that name one of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from ascolto.errors import BadInput, FetchFailed, SettingsError
from ascolto.model import Mention
from ascolto.settings import Source as SourceSettings
from ascolto.store.records import Batch, Reject
from crawlers.entry import Entry, to_mention
from crawlers.feed_document import describe, find_feed, is_page, parse_feed, unzipped
from crawlers.feed_xml import Feed
from crawlers.shared_ids import told_apart
from crawlers.source import Answer, Web

MOST = 200
"""Entries in one batch."""
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What was seen last: the feed that a page named, and the document's validators."""

    feed: str | None = None
    etag: str | None = None
    modified: str | None = None

    @classmethod
    def read(cls, written: str | None) -> Cursor:
        """A stored cursor; one that cannot be read counts as none, and all is read again."""
        try:
            stored = json.loads(written or "{}")
        except ValueError:
            return cls()
        values = stored if isinstance(stored, Mapping) else {}
        names = ("feed", "etag", "modified")
        texts = {name: values[name] for name in names if isinstance(values.get(name), str)}
        return cls(**texts)

    def write(self) -> str:
        """The cursor as it is stored."""
        values = {"feed": self.feed, "etag": self.etag, "modified": self.modified}
        return json.dumps({name: value for name, value in values.items() if value is not None})

    def headers(self) -> dict[str, str]:
        """A conditional request's headers."""
        headers = {"Accept": _ACCEPT}
        if self.etag:
            headers["If-None-Match"] = self.etag
        if self.modified:
            headers["If-Modified-Since"] = self.modified
        return headers


class FeedSource:
    """One feed, fetched whole each time that it changed."""

    kind: ClassVar[str] = "feed"

    def __init__(self, settings: SourceSettings) -> None:
        if not settings.url or not settings.url.startswith(("http://", "https://")):
            raise SettingsError(f"source {settings.name}: url: write the feed's http(s) address")
        if settings.options:
            known = ", ".join(sorted(settings.options))
            raise SettingsError(f"source {settings.name}: options: a feed has none, not {known}")
        self._settings = settings
        self._url = settings.url

    async def collect(self, cursor: str | None, web: Web, now: datetime) -> AsyncIterator[Batch]:
        """See `crawlers.source.Source.collect`.

        The validators move with the last batch of a document only, so that a
        crash between two batches loses nothing.
        """
        seen = Cursor.read(cursor)
        answer, seen = await self._fetch(web, seen)
        if answer.status == 304:
            return
        feed = await self._parsed(answer)
        if feed is None and is_page(answer.body):
            named = await asyncio.to_thread(find_feed, answer.body, answer.url)
            if named is not None:
                seen = Cursor(feed=named)
                answer = _usable(await web.get(named, seen.headers()), named)
                feed = await self._parsed(answer)
        if feed is None:
            host = urlsplit(answer.url).hostname
            raise FetchFailed(f"{host} answered with {describe(answer.body)}")
        after = Cursor(seen.feed, *(_validators(answer) if feed.whole else ())).write()
        items = told_apart(
            [self._item(number, entry, now) for number, entry in enumerate(feed.entries, 1)]
        )
        pages = [items[start : start + MOST] for start in range(0, len(items), MOST)] or [[]]
        for page in pages:
            yield _batch(page, after if page is pages[-1] else None)

    async def _fetch(self, web: Web, seen: Cursor) -> tuple[Answer, Cursor]:
        if seen.feed is not None:
            answer = await web.get(seen.feed, seen.headers())
            if answer.status not in (404, 410):
                return _usable(answer, seen.feed), seen
            seen = Cursor()  # the page may name another feed by now
        return _usable(await web.get(self._url, seen.headers()), self._url), seen

    async def _parsed(self, answer: Answer) -> Feed | None:
        kind = answer.headers.get("content-type")
        try:
            # Off the loop: reading a large feed takes longer than others may wait.
            return await asyncio.to_thread(parse_feed, answer.body, kind, answer.url)
        except BadInput as error:
            raise FetchFailed(f"{urlsplit(answer.url).hostname}: {error}") from None

    def _item(self, number: int, entry: Entry | Reject, now: datetime) -> Mention | Reject:
        if isinstance(entry, Reject):
            return entry
        name, policy = self._settings.name, self._settings.policy
        mention = to_mention(entry, source=name, policy=policy, now=now)
        if mention is not None:
            return mention
        payload = (entry.url or entry.id or "")[:2000]
        reason = "the entry has neither a title nor a text"
        return Reject(where=f"entry {number}", reason=reason, payload=payload)


def _usable(answer: Answer, url: str) -> Answer:
    host = urlsplit(url).hostname
    if answer.status == 410:
        raise FetchFailed(f"{host} answered 410: the feed is gone for good; remove the source")
    if answer.status == 304 or 200 <= answer.status < 300:
        return replace(answer, body=unzipped(answer.body))
    raise FetchFailed(f"{host} answered {answer.status}")


def _validators(answer: Answer) -> tuple[str | None, str | None]:
    return answer.headers.get("etag"), answer.headers.get("last-modified")


def _batch(items: Iterable[Mention | Reject], cursor: str | None) -> Batch:
    kept = tuple(items)
    return Batch(
        mentions=tuple(item for item in kept if isinstance(item, Mention)),
        rejects=tuple(item for item in kept if isinstance(item, Reject)),
        cursor=cursor,
    )
