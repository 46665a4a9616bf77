# SPDX-License-Identifier: Apache-2.0
"""The outlets of the sample world in the formats of the real ones: RSS 2.0, Atom, JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from ascolto.demo.world import Post

Published = Sequence[tuple[datetime, Post]]

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
ET.register_namespace("dc", _DC)


def rss(outlet: str, base: str, posts: Published) -> bytes:
    """RSS 2.0, newest first."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", outlet)
    _add(channel, "link", f"{base}/{outlet}/")
    _add(channel, "description", "An outlet of Ascolto's sample world")
    for moment, post in reversed(posts):
        item = ET.SubElement(channel, "item")
        _add(item, "title", post.title or "")
        _add(item, "link", f"{base}/{outlet}/{post.id}")
        _add(item, "guid", f"{outlet}:{post.id}").set("isPermaLink", "false")
        _add(item, f"{{{_DC}}}creator", post.author)
        _add(item, "pubDate", format_datetime(moment))
        _add(item, "description", _html(post.text))
    return _document(root)


def atom(outlet: str, base: str, posts: Published) -> bytes:
    """Atom 1.0, newest first."""
    root = ET.Element("feed", xmlns=_ATOM)
    _add(root, "id", f"{base}/{outlet}/")
    _add(root, "title", outlet)
    ET.SubElement(root, "link", href=f"{base}/{outlet}/")
    newest = posts[-1][0] if posts else datetime.min
    _add(root, "updated", newest.isoformat())
    for moment, post in reversed(posts):
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"tag:sample.invalid,2026:{outlet}/{post.id}")
        _add(entry, "title", post.title or "")
        ET.SubElement(entry, "link", href=f"{base}/{outlet}/{post.id}")
        _add(ET.SubElement(entry, "author"), "name", post.author)
        _add(entry, "published", moment.isoformat())
        _add(entry, "updated", moment.isoformat())
        _add(entry, "content", _html(post.text)).set("type", "html")
    return _document(root)


def json_feed(outlet: str, base: str, posts: Published) -> bytes:
    """JSON Feed 1.1, newest first."""
    items = [
        {
            "id": f"{outlet}:{post.id}",
            "url": f"{base}/{outlet}/{post.id}",
            "title": post.title,
            "content_text": post.text,
            "date_published": moment.isoformat(),
            "authors": [{"name": post.author}],
            "language": post.language,
        }
        for moment, post in reversed(posts)
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet,
        "home_page_url": f"{base}/{outlet}/",
        "items": items,
    }
    return json.dumps(document, ensure_ascii=False).encode()


RENDERERS: dict[str, tuple[str, str, Callable[[str, str, Published], bytes]]] = {
    "bank-talk": ("feed.rss", "application/rss+xml", rss),
    "city-news": ("feed.atom", "application/atom+xml", atom),
    "reviews": ("feed.json", "application/feed+json", json_feed),
}
"""Outlet → file name, media type, renderer."""


def _document(root: ET.Element) -> bytes:
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = text
    return child


def _html(text: str) -> str:
    holder = ET.Element("p")
    holder.text = text
    return ET.tostring(holder, encoding="unicode")
