# SPDX-License-Identifier: Apache-2.0
"""One entry of a feed, whatever the format, and the mention that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ascolto.identity import digest
from ascolto.model import Author, Engagement, Mention, SourcePolicy
from ascolto.text.clean import clean
from crawlers.identity import undated_identity
from crawlers.moment import is_plausible

LONGEST_TEXT = 100_000
"""Code points that are kept of an article; the rest says nothing new about a brand."""
_LONGEST_TITLE = 2_000
_LONGEST_ID = 2_000
_LONGEST_URL = 4_000

Media = Literal["image", "video", "audio", "link", "file"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says about one item: plain text, absolute URLs, dates as they stand there."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    text: str | None = None
    author: str | None = None
    author_url: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    comments: str | None = None
    parent: str | None = None
    replies: int | None = None
    views: int | None = None
    rating: float | None = None
    media: tuple[Media, ...] = ()


def to_mention(entry: Entry, *, source: str, policy: SourcePolicy, now: datetime) -> Mention | None:
    """The entry as a mention; None when it holds neither a title nor a text."""
    title, text = _kept(entry.title, _LONGEST_TITLE), _kept(entry.text, LONGEST_TEXT)
    if not title and not text:
        return None
    url = _web(entry.url)
    author = _kept(entry.author, _LONGEST_TITLE)
    native_id = _kept(entry.id, None)
    if native_id and len(native_id) > _LONGEST_ID:
        native_id = digest("long", native_id)
    dates = [date for date in (entry.published, entry.updated) if date and is_plausible(date, now)]
    if not native_id and not dates:
        native_id = undated_identity(url, author, title, text)
    published = dates[0] if dates else now
    edited = dates[-1] if dates and dates[-1] > published else None
    return Mention(
        source=source,
        kind="feed",
        native_id=native_id,
        url=url,
        thread=_web(entry.comments),
        parent=_kept(entry.parent, _LONGEST_ID),
        author=Author(name=author, url=_web(entry.author_url)),
        title=title,
        text=text or "",
        published_at=published,
        collected_at=now,
        edited_at=edited,
        engagement=Engagement(replies=entry.replies, views=entry.views, rating=entry.rating),
        media=entry.media,
        policy=policy,
    )


def _kept(text: str | None, longest: int | None) -> str | None:
    return (clean(text)[:longest].strip() or None) if text else None


def _web(url: str | None) -> str | None:
    """A link that may be shown: http or https and of bearable length."""
    link = clean(url) if url else ""
    usable = link.lower().startswith(("http://", "https://")) and len(link) <= _LONGEST_URL
    return link if usable else None


def media_of(kind: object) -> Media:
    """The flag for a MIME type, or for the medium as Media RSS names it."""
    family = str(kind or "").lower().partition("/")[0]
    if family == "image":
        return "image"
    if family == "video":
        return "video"
    return "audio" if family == "audio" else "file"


def count_of(written: object) -> int | None:
    """A count as a feed writes it; None when it is none."""
    text = str(written).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        return None
    return int(text)
