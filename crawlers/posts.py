# SPDX-License-Identifier: Apache-2.0
"""Turns one pushed or imported post into a mention.

The keys of a post; all but a text or a title may be left out:

- ``id`` (or ``native_id``): its id at its origin, a text or a whole number
- ``text``, ``title``
- ``url``: http or https
- ``author``: a name, a ``@handle``, or an object with ``name``, ``handle``,
  ``url``, ``followers``, ``verified``; or ``author_name``, ``author_handle``,
  ``author_url``, ``author_followers``, ``author_verified``
- ``published_at`` (or ``created_at``, ``date``): ISO 8601, an RFC 822 date or
  epoch seconds; UTC without a zone; now if left out
- ``source``: where it comes from, instead of the name of the push or file
- ``thread``, ``parent``: what it answers to
- ``private``: true for a message that only the brand sees
- ``medium``: how it came and can be answered
- ``brand``: the name of the brand that it is about
- ``language`` (or ``lang``): ISO 639-1, if known
- ``likes``, ``shares``, ``replies``, ``views``, ``rating``
- ``media``: ``image``, ``video``, ``audio``, ``link``, ``file``
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ascolto.errors import BadInput
from ascolto.model import Author, BrandMatch, Engagement, Language, Medium, Mention
from ascolto.settings import Name
from ascolto.text.clean import clean
from crawlers.identity import undated_identity
from crawlers.moment import is_plausible, read_moment

LONGEST_TEXT = 100_000
"""Code points; a longer text is no post."""

_ALIASES = {
    "native_id": "id",
    "created_at": "published_at",
    "date": "published_at",
    "lang": "language",
}
_COUNTS = ("likes", "shares", "replies", "views")
_AUTHOR = ("name", "handle", "url", "followers", "verified")
_KNOWN = frozenset(
    (
        *("id", "text", "title", "url", "author", "published_at", "source", "thread", "parent"),
        *("private", "medium", "brand", "language", "rating", "media", *_COUNTS),
        *(f"author_{key}" for key in _AUTHOR),
    )
)
_MEDIA = ("image", "video", "audio", "link", "file")
_YES_NO = {
    **dict.fromkeys((True, 1, "1", "true", "yes"), True),
    **dict.fromkeys((False, 0, "0", "false", "no"), False),
}
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*\Z")
_LINK = re.compile(r"https?://[^\s]+\Z", re.IGNORECASE)
_NAME = TypeAdapter(Name)

Fields = Mapping[str, Any]


def parse_post(
    item: object, *, source: str, kind: str, now: datetime, backfill: bool = False
) -> tuple[Mention, tuple[str, ...]]:
    """A post as a mention, and warnings about keys that are not known.

    Raises BadInput with a reason that names the field and holds nothing of its value.
    """
    fields, warnings = _fields(item)
    text, title = _text(fields, "text", LONGEST_TEXT), _text(fields, "title", LONGEST_TEXT)
    if not text and not title:
        raise BadInput("text: is missing; a post has a text or a title")
    brand = _text(fields, "brand", 200)
    author, url, native_id = _author(fields), _link(fields, "url"), _identifier(fields, "id")
    if native_id is None and "published_at" not in fields:
        native_id = undated_identity(url, author.handle or author.name, title, text)
    try:
        mention = Mention(
            source=_source(fields, source),
            kind=kind,
            native_id=native_id,
            url=url,
            thread=_identifier(fields, "thread"),
            parent=_identifier(fields, "parent"),
            author=author,
            title=title,
            text=text or "",
            language=_language(fields),
            published_at=_published(fields, now),
            collected_at=now,
            engagement=_engagement(fields),
            media=_media(fields),
            private=_flag(fields, "private") or False,
            medium=_medium(fields),
            brands=(BrandMatch(brand=brand),) if brand else (),
            backfill=backfill,
        )
    except ValidationError as error:
        raise BadInput(_first_fault(error)) from None
    return mention, warnings


def _fields(item: object) -> tuple[dict[str, Any], tuple[str, ...]]:
    if not isinstance(item, Mapping):
        raise BadInput('a post is an object with named fields: {"text": …}')
    fields: dict[str, Any] = {}
    warnings = []
    for key, value in item.items():
        name = _ALIASES.get(key, key)
        if name not in _KNOWN:
            warnings.append(f"unknown key {_shown(key)}")
        elif value is not None and value != "" and name not in fields:
            fields[name] = value
    return fields, tuple(warnings)


def _shown(key: object) -> str:
    """A key as it may stand in a message: it comes from outside."""
    return repr(clean(str(key))[:40])


def _text(fields: Fields, name: str, longest: int) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadInput(f"{name}: is no text")
    if len(value) > longest:
        raise BadInput(f"{name}: is longer than {longest} characters")
    return clean(value) or None


def _identifier(fields: Fields, name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= 128:
        return str(value)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"{name}: is neither a text nor a whole number")
    return _text(fields, name, 2000)


def _link(fields: Fields, name: str) -> str | None:
    link = _text(fields, name, 4000)
    if link is not None and not _LINK.match(link):
        raise BadInput(f"{name}: is no http:// or https:// address")
    return link


def _source(fields: Fields, given: str) -> str:
    own = _text(fields, "source", 200)
    if own is None:
        return given
    try:
        return _NAME.validate_python(own)
    except ValidationError:
        raise BadInput("source: is no name; write letters, digits, dot, dash, underscore") from None


def _author(fields: Fields) -> Author:
    written = fields.get("author")
    parts: dict[str, Any] = {}
    if isinstance(written, str):
        parts["handle" if written.lstrip().startswith("@") else "name"] = written
    elif isinstance(written, Mapping):
        parts = {key: written[key] for key in _AUTHOR if written.get(key) not in (None, "")}
    elif written is not None:
        raise BadInput("author: is neither a text nor an object")
    parts |= {key: fields[f"author_{key}"] for key in _AUTHOR if f"author_{key}" in fields}
    named = {f"author.{key}": value for key, value in parts.items()}
    handle = _text(named, "author.handle", 1000)
    return Author(
        name=_text(named, "author.name", 1000),
        handle=handle.lstrip("@") or None if handle else None,
        url=_link(named, "author.url"),
        followers=_count(named, "author.followers"),
        verified=_flag(named, "author.verified"),
    )


def _language(fields: Fields) -> Language:
    written = _text(fields, "language", 40)
    if written is None or written.lower() == "und":
        return Language()
    match = _LANGUAGE.match(written.lower())
    if not match:
        raise BadInput("language: is no ISO 639-1 code; write it, en, ru …")
    return Language(code=match.group(1), confidence=1.0)


def _published(fields: Fields, now: datetime) -> datetime:
    if "published_at" not in fields:
        return now
    moment = read_moment(fields["published_at"])
    if moment is None:
        raise BadInput("published_at: is no date; write ISO 8601: 2026-11-24T09:30:00Z")
    if not is_plausible(moment, now):
        raise BadInput("published_at: lies before 1970 or ahead of now; epochs count in seconds")
    return moment


def _engagement(fields: Fields) -> Engagement:
    counts = {name: _count(fields, name) for name in _COUNTS}
    return Engagement(**counts, rating=_rating(fields))


def _count(fields: Fields, name: str) -> int | None:
    number = _number(fields, name)
    if number is None:
        return None
    if number != int(number) or not 0 <= number < 2**53:
        raise BadInput(f"{name}: is no count")
    return int(number)


def _rating(fields: Fields) -> float | None:
    number = _number(fields, "rating")
    if number is not None and not 0 <= number <= 5:
        raise BadInput("rating: is not between 0 and 5")
    return number


def _number(fields: Fields, name: str) -> float | None:
    value = fields.get(name)
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        number = None
    if number is None or isinstance(value, bool) or not abs(number) < float("inf"):
        raise BadInput(f"{name}: is no number")
    return number


def _flag(fields: Fields, name: str) -> bool | None:
    value = fields.get(name)
    if value is None:
        return None
    word = value.strip().lower() if isinstance(value, str) else value
    if not isinstance(word, str | int) or word not in _YES_NO:
        raise BadInput(f"{name}: is neither true nor false")
    return _YES_NO[word]


def _medium(fields: Fields) -> Medium | None:
    written = _text(fields, "medium", 40)
    if written is not None and written not in set(Medium):
        raise BadInput(f"medium: is not known; known: {', '.join(Medium)}")
    return Medium(written) if written else None


def _media(fields: Fields) -> tuple[Any, ...]:
    written = fields.get("media", ())
    kinds = re.split(r"[\s,;|]+", written.strip()) if isinstance(written, str) else written
    if not isinstance(kinds, list | tuple) or any(kind not in _MEDIA for kind in kinds):
        raise BadInput(f"media: is no list of {', '.join(_MEDIA)}")
    return tuple(dict.fromkeys(kinds))


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'post'}: {fault['msg']}"
