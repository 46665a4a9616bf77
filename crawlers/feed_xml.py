# SPDX-License-Identifier: Apache-2.0
"""RSS 0.9x, 1.0 and 2.0, RDF and Atom, read by feedparser."""

from __future__ import annotations

import calendar
import html
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException

import feedparser

from ascolto.errors import BadInput
from ascolto.store.records import Reject
from crawlers.entry import Entry, Media, count_of, media_of
from crawlers.feed_guard import mended, prepared
from crawlers.html_text import html_to_text
from crawlers.moment import read_moment

_HTML = ("html", "xhtml")


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a document, in its order.

    ``whole`` is False when the document is damaged: what is missing may come
    with the next fetch, so it must not count as seen.
    """

    entries: tuple[Entry | Reject, ...]
    whole: bool = True


def parse_xml(body: bytes, content_type: str | None, url: str) -> Feed | None:
    """The entries of a feed in XML; None when it is none.

    Raises BadInput when the parser gives up.
    """
    document = prepared(body)
    parsed = _parsed(document, content_type)
    broken = isinstance(parsed.get("bozo_exception"), SAXException)
    repaired = mended(document) if broken else None
    if repaired is not None:
        parsed = max(parsed, _parsed(repaired, None), key=_worth)
    if not parsed["version"] and not parsed["entries"]:
        return None
    is_rss = not str(parsed["version"]).startswith("atom")
    entries = tuple(
        _entry(number, raw, url, is_rss) for number, raw in enumerate(parsed["entries"], 1)
    )
    return Feed(entries, whole=not broken)


def _parsed(document: bytes, content_type: str | None) -> dict[str, Any]:
    # The parser is not told the URL: it would make ids absolute too, and they would change
    # with the address of the feed.
    headers = {"content-type": content_type} if content_type else {}
    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(document),  # never a text: what looks like a file or URL would be opened
            response_headers=headers,
            sanitize_html=False,  # all markup is taken off later
            resolve_relative_uris=False,
        )
    except Exception as error:  # a parser of ten formats breaks in ways nobody lists
        raise BadInput(f"the feed cannot be read ({type(error).__name__})") from None
    return parsed


def _worth(parsed: dict[str, Any]) -> int:
    """How many entries say something."""
    return sum(bool(raw.get("title") or raw.get("summary")) for raw in parsed["entries"])


def _entry(number: int, raw: dict[str, Any], url: str, is_rss: bool) -> Entry | Reject:
    try:
        return _mapped(raw, url, is_rss)
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        title = str(raw.get("title", ""))[:2000]
        reason = f"the entry cannot be read ({type(error).__name__})"
        return Reject(where=f"entry {number}", reason=reason, payload=title)


def _mapped(raw: dict[str, Any], url: str, is_rss: bool) -> Entry:
    author = raw.get("author_detail") or {}
    statistics = raw.get("media_statistics") or {}
    replies = raw.get("slash_comments", raw.get("thr_total"))
    return Entry(
        id=raw.get("id") or None,
        url=_link(raw, url),
        title=_plain(_detail(raw, "title"), is_rss, one_line=True),
        text=_body(raw, is_rss),
        author=author.get("name") or raw.get("author") or None,
        author_url=_absolute(url, author.get("href")),
        published=_date(raw, "published") or _date(raw, "created"),
        updated=_date(raw, "updated"),
        comments=_absolute(url, raw.get("comments")),
        parent=(raw.get("thr_in-reply-to") or {}).get("ref"),
        replies=count_of(replies) if replies is not None else None,
        views=count_of(statistics["views"]) if "views" in statistics else None,
        rating=_rating(raw),
        media=_media(raw),
    )


def _link(raw: dict[str, Any], url: str) -> str | None:
    link = raw.get("link")
    if not link or (raw.get("guidislink") and link == raw.get("id") and "://" not in link):
        return None  # a guid that is no URL, and nothing else
    return _absolute(url, link)


def _absolute(url: str, link: str | None) -> str | None:
    try:
        return urljoin(url, link) if link else None
    except ValueError:
        return None


def _body(raw: dict[str, Any], is_rss: bool) -> str | None:
    for content in raw.get("content") or ():
        kind = str(content.get("type") or "text/plain")
        if kind.startswith("text/") or "html" in kind:
            text = _plain(content, is_rss)
            if text:
                return text
    return _plain(_detail(raw, "summary"), is_rss)


def _detail(raw: dict[str, Any], name: str) -> Mapping[str, Any] | None:
    """The text with its type; in a damaged document feedparser may give the text alone."""
    detail: Mapping[str, Any] | None = raw.get(f"{name}_detail")
    return detail or {"value": raw.get(name), "type": "text/html"}


def _plain(detail: Mapping[str, Any] | None, is_rss: bool, one_line: bool = False) -> str | None:
    value = str((detail or {}).get("value") or "")
    if any(kind in str((detail or {}).get("type")) for kind in _HTML):
        value = html_to_text(value)
    elif is_rss and "&" in value:
        value = html.unescape(value)  # RSS never said whether a title is HTML; writers disagree
    return (" ".join(value.split()) if one_line else value.strip()) or None


def _date(raw: dict[str, Any], name: str) -> datetime | None:
    parsed = dict.get(raw, f"{name}_parsed")
    if parsed is not None:
        try:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return read_moment(dict.get(raw, name))


def _rating(raw: dict[str, Any]) -> float | None:
    stars = raw.get("media_starrating") or {}
    out_of_five = str(stars.get("max", "5")).strip() == "5"
    written = raw.get("im_rating") or (stars.get("average") if out_of_five else None)
    try:
        rating = float(written) if written is not None else None
    except ValueError:
        return None
    return rating if rating is not None and 0 <= rating <= 5 else None


def _media(raw: dict[str, Any]) -> tuple[Media, ...]:
    enclosures = [link for link in raw.get("links") or () if link.get("rel") == "enclosure"]
    parts = [*enclosures, *(raw.get("media_content") or ())]
    flags = [media_of(part.get("type") or part.get("medium")) for part in parts]
    if raw.get("media_thumbnail"):
        flags.append("image")
    return tuple(dict.fromkeys(flags))
