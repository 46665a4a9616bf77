# SPDX-License-Identifier: Apache-2.0
"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1), read by the standard library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from ascolto.store.records import Reject
from crawlers.entry import Entry, Media, media_of
from crawlers.feed_xml import Feed
from crawlers.html_text import html_to_text
from crawlers.moment import read_moment


def parse_json(body: bytes, url: str) -> Feed | None:
    """The entries of a JSON Feed; None when it is none, or cut off."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping) or not isinstance(document.get("items"), list):
        return None
    items = enumerate(document["items"], 1)
    fallback = _author(document)
    return Feed(tuple(_entry(number, item, url, fallback) for number, item in items))


def _entry(number: int, item: object, url: str, fallback: Mapping[str, Any]) -> Entry | Reject:
    if not isinstance(item, Mapping):
        payload = json.dumps(item)[:2000]
        return Reject(where=f"entry {number}", reason="the entry is no object", payload=payload)
    author = _author(item) or fallback
    link = _text(item, "url") or _text(item, "external_url")
    return Entry(
        id=_id(item),
        url=_absolute(url, link),
        title=" ".join((_text(item, "title") or "").split()) or None,
        text=_body(item),
        author=_text(author, "name"),
        author_url=_absolute(url, _text(author, "url")),
        published=read_moment(item.get("date_published")),
        updated=read_moment(item.get("date_modified")),
        media=_media(item),
    )


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _id(item: Mapping[str, Any]) -> str | None:
    """The specification asks for a text and to read numbers as one."""
    value = item.get("id")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else _text(item, "id")


def _absolute(url: str, link: str | None) -> str | None:
    try:
        return urljoin(url, link) if link else None
    except ValueError:
        return None


def _body(item: Mapping[str, Any]) -> str | None:
    markup = _text(item, "content_html")
    text = html_to_text(markup) if markup else _text(item, "content_text")
    return text or _text(item, "content_text") or _text(item, "summary")


def _author(item: Mapping[str, Any]) -> Mapping[str, Any]:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return first if isinstance(first, Mapping) else {}


def _media(item: Mapping[str, Any]) -> tuple[Media, ...]:
    attachments = item.get("attachments")
    parts = attachments if isinstance(attachments, list) else []
    flags = [media_of(part.get("mime_type")) for part in parts if isinstance(part, Mapping)]
    if _text(item, "image") or _text(item, "banner_image"):
        flags.append("image")
    return tuple(dict.fromkeys(flags))
