# SPDX-License-Identifier: Apache-2.0
"""What a web server sent in place of a feed: a feed, a page that names one, or something else."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml import etree, html

from ascolto.net import unpack
from ascolto.settings import Network
from crawlers.feed_guard import as_utf8
from crawlers.feed_json import parse_json
from crawlers.feed_xml import Feed, parse_xml

_GZIP = b"\x1f\x8b"
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ROOT = re.compile(rb"<([A-Za-z][A-Za-z0-9:_-]{0,30})[\s/>]")
_HEAD = 2048
"""Bytes in which a document says what it is."""


def unzipped(body: bytes) -> bytes:
    """The document of a file that is served packed. Raises TooLarge, FetchFailed."""
    return unpack("gzip", body, Network().max_bytes) if body.startswith(_GZIP) else body


def parse_feed(body: bytes, content_type: str | None, url: str) -> Feed | None:
    """The entries of a feed of any format; None when the document is no feed.

    Raises BadInput when it cannot be read.
    """
    recoded = as_utf8(body)
    if recoded is not body:
        body, content_type = recoded, None  # what the header says of the characters is over
    if not body.strip():
        return None
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        return parse_json(body, url)
    if is_page(body):
        return None
    return parse_xml(body, content_type, url)


def is_page(body: bytes) -> bool:
    """Whether it is an HTML page."""
    head = body[:_HEAD]
    match = _HTML.search(head)
    return match is not None and not re.search(
        rb"<(?:\w+:)?(?:rss|feed|RDF)\b", head[: match.start()]
    )


def find_feed(body: bytes, url: str) -> str | None:
    """The feed that a page names by ``link rel=alternate``: the first that is not of comments."""
    parser = html.HTMLParser(encoding=None)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    base = root.find(".//base[@href]")
    found = []
    for link in root.iter("link"):
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        address = (link.get("href") or "").strip()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEED_TYPES:
            found.append((_is_of_comments(link), address))
    try:
        start = urljoin(url, base.get("href") or "") if base is not None else url
        addresses = [urljoin(start, address) for _, address in sorted(found, key=lambda f: f[0])]
    except ValueError:
        return None
    return next((each for each in addresses if each.startswith(("http://", "https://"))), None)


def _is_of_comments(link: etree._Element) -> bool:
    return "comment" in f"{link.get('href')} {link.get('title')}".lower()


def describe(body: bytes) -> str:
    """What a document is that is no feed, in words that hold nothing of its content."""
    if not body.strip():
        return "nothing at all"
    if is_page(body):
        return "an HTML page that names no feed"
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        return "JSON that is no JSON Feed, or is cut off"
    if start[:1] == b"<":
        root = _ROOT.search(start[:_HEAD])
        return f"XML of another kind (<{root.group(1).decode()}>)" if root else "broken XML"
    return "binary data" if b"\0" in body[:_HEAD] else "plain text"
