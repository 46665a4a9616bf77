# SPDX-License-Identifier: Apache-2.0
"""Takes the body of a push apart: one item a line, or one in a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any, NoReturn

from api.problems import Problem

MOST_ITEMS = 1000
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
JSON = ("application/json",)
_BEGINNING = 500


@dataclass(frozen=True, slots=True)
class PushedItem:
    """One item: what it says, or the fault that keeps it from being read.

    ``where`` and ``beginning`` are for whoever looks for the reason later.
    """

    where: str
    content: object
    fault: str | None = None
    beginning: str = ""


class NotJson(ValueError):
    """A text is not JSON; the message holds nothing of it."""


def take_apart(content_type: str | None, body: bytes) -> list[PushedItem]:
    """The items of a body, in their order. Raises Problem when there is no telling them apart."""
    media_type = _media_type(content_type)
    if media_type in LINES:
        items = list(_lines(body))
    elif media_type in JSON:
        items = list(_listed(body))
    else:
        raise Problem(
            "unsupported_media_type",
            f"Send {JSON[0]} (a list of posts) or {LINES[0]} (one post a line).",
        )
    if len(items) > MOST_ITEMS:
        raise Problem(
            "too_many_items",
            f"{len(items)} items; at most {MOST_ITEMS} at once. Send the rest by itself.",
        )
    return items


def beginning(content: object) -> str:
    """The beginning of an item, in ASCII."""
    return json.dumps(content, default=str)[:_BEGINNING]


def read_json(text: bytes) -> Any:
    """A value in JSON, strictly: UTF-8, no NaN, no number or nesting without end.

    Raises NotJson.
    """
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise NotJson(f"is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"is not JSON at character {error.pos}: {error.msg}") from None
    except RecursionError:
        raise NotJson("is nested too deeply") from None
    except ValueError as error:
        # Python refuses to read integers of more than 4,300 digits.
        reason = "holds NaN or Infinity" if isinstance(error, _NoConstant) else "number too long"
        raise NotJson(reason) from None


class _NoConstant(ValueError):
    """NaN and Infinity are no JSON."""


def _no_constant(name: str) -> NoReturn:
    raise _NoConstant(name)


def _media_type(content_type: str | None) -> str:
    if not content_type:
        return JSON[0]
    header = Message()
    header["content-type"] = content_type
    return header.get_content_type()


def _lines(body: bytes) -> Iterator[PushedItem]:
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            content = read_json(line)
        except NotJson as error:
            raw = line[:_BEGINNING].decode("utf-8", "replace")
            yield PushedItem(where, None, fault=f"the line {error}", beginning=beginning(raw))
        else:
            yield PushedItem(where, content)


def _listed(body: bytes) -> Iterator[PushedItem]:
    try:
        content = read_json(body)
    except NotJson as error:
        raise Problem("not_json", f"The body {error}. Send a list of posts.") from None
    listed = content.get("items") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise Problem(
            "invalid_body",
            'The body is neither a list of posts nor {"items": [...]}. '
            "A single post is a list of one.",
        )
    for number, item in enumerate(listed):
        yield PushedItem(f"item {number}", item)
