# SPDX-License-Identifier: Apache-2.0
"""Posts in: whoever has a key for it hands them over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Request
from starlette.concurrency import run_in_threadpool

from api.auth import services_of
from api.pushed import JSON, LINES, PushedItem, beginning, take_apart
from api.routes import Routes
from api.services import Services
from ascolto.errors import BadInput
from ascolto.model import Mention, Record
from ascolto.settings import Name
from ascolto.store.records import Batch, Reject
from crawlers.posts import parse_post

KIND = "push"
_POST = {
    "description": "A post: an object with a `text` or a `title`, and what else is known of it. "
    "Anything else is rejected by itself.",
}
_LIST = {"type": "array", "items": _POST, "maxItems": 1000}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON[0]: {
                "schema": {
                    "anyOf": [
                        _LIST,
                        {"type": "object", "properties": {"items": _LIST}, "required": ["items"]},
                    ]
                },
                "example": [
                    {
                        "id": "42",
                        "text": "My card does not work abroad.",
                        "author": "@traveller",
                        "published_at": "2026-11-24T09:30:00Z",
                    }
                ],
            },
            LINES[0]: {"schema": {"type": "string", "description": "One post a line."}},
        },
    }
}


class PushResult(Record):
    """What became of one item. ``updated``: a known post whose text changed."""

    index: int
    id: str | None = None
    status: Literal["created", "updated", "duplicate", "rejected"]
    reason: str | None = None
    warnings: tuple[str, ...] = ()


class PushResults(Record):
    """What became of every item, in the order in which they came."""

    items: tuple[PushResult, ...]
    counts: dict[str, int]


@dataclass
class _Group:
    """The items of one request that go to one source."""

    mentions: list[tuple[int, Mention, tuple[str, ...]]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def add_intake(app: FastAPI) -> None:
    """Add the route."""
    Routes(app, "mentions").post(
        "/v1/mentions",
        push_mentions,
        scope="ingest",
        response_model=PushResults,
        fails=("not_json", "too_many_items", "unsupported_media_type", "invalid_body"),
        openapi_extra=_BODY,
    )


async def push_mentions(
    request: Request,
    source: Annotated[Name, Query(description="Where posts come from that do not say.")] = KIND,
) -> PushResults:
    """Take up to 1,000 posts. 200 means that each of them was looked at and nothing is lost:

    `created`, `updated` and `duplicate` items are stored, `rejected` ones are
    counted with their reason. The same post again is a duplicate.
    """
    body = await request.body()
    content_type = request.headers.get("content-type")
    services = services_of(request)
    return await run_in_threadpool(_take_in, services, source, content_type, body)


def _take_in(services: Services, source: str, content_type: str | None, body: bytes) -> PushResults:
    results: dict[int, PushResult] = {}
    groups: dict[str, _Group] = {}
    for index, item in enumerate(take_apart(content_type, body)):
        try:
            mention, warnings = _parse(item, source, services)
        except BadInput as fault:
            reject = Reject(where=item.where, reason=str(fault), payload=_payload(item))
            groups.setdefault(source, _Group()).rejects.append(reject)
            results[index] = PushResult(index=index, status="rejected", reason=str(fault))
        else:
            group = groups.setdefault(mention.source, _Group())
            group.mentions.append((index, mention, warnings))
    for name, group in groups.items():
        for result in _store(services, name, group):
            results[result.index] = result
    ordered = tuple(results[index] for index in sorted(results))
    return PushResults(items=ordered, counts=_counts(ordered))


def _parse(item: PushedItem, source: str, services: Services) -> tuple[Mention, tuple[str, ...]]:
    if item.fault is not None:
        raise BadInput(item.fault)
    return parse_post(item.content, source=source, kind=KIND, now=services.now())


def _payload(item: PushedItem) -> str:
    return item.beginning or beginning(item.content)


def _store(services: Services, source: str, group: _Group) -> list[PushResult]:
    batch = Batch(
        mentions=tuple(mention for _, mention, _ in group.mentions), rejects=tuple(group.rejects)
    )
    outcomes = services.receive(source, batch, keep_all=True).outcomes
    return [
        PushResult(index=index, id=mention.id, status=outcome, warnings=warnings)
        for (index, mention, warnings), outcome in zip(group.mentions, outcomes, strict=True)
    ]


def _counts(results: tuple[PushResult, ...]) -> dict[str, int]:
    counts: dict[str, Any] = dict.fromkeys(("created", "updated", "duplicate", "rejected"), 0)
    for result in results:
        counts[result.status] += 1
    return counts
