# SPDX-License-Identifier: Apache-2.0
"""Posts out: one, many, or how many."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from api.auth import services_of
from api.problems import Problem
from api.routes import Routes
from api.shape import Cursor, Limit, Page, shape
from ascolto.model import Mention, Moment, Reading, Risk, Sentiment, as_json
from ascolto.store.records import MentionFilter, MentionSort, MentionView, Total

MentionItem = shape(
    "MentionItem", Mention, id=(str, ...), reading=(Reading | None, None), updated_at=(Moment, ...)
)
FIELDS = tuple(MentionItem.model_fields)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")
MentionId = Annotated[str, Path(alias="id", max_length=100, description="The id of a mention.")]
_FROM = "From this time on: ISO 8601 with a zone."
_TO = "Before this time: ISO 8601 with a zone."


def _written_out(value: object) -> object:
    """A bare number would be taken for seconds since 1970."""
    if isinstance(value, str) and not _DATE.match(value):
        raise ValueError("write a date and time with its zone: 2026-11-24T09:30:00Z")
    return value


WrittenMoment = Annotated[Moment, BeforeValidator(_written_out)]


def add_mentions(app: FastAPI) -> None:
    """Add the routes."""
    routes = Routes(app, "mentions")
    routes.get(
        "/v1/mentions",
        list_mentions,
        scope="read",
        fails=("bad_input",),
        responses={200: {"model": Page[MentionItem]}},  # type: ignore[valid-type]
    )
    routes.get("/v1/mentions/count", count_mentions, scope="read", response_model=Total)
    routes.get(
        "/v1/mentions/{id}",
        get_mention,
        scope="read",
        fails=("not_found", "gone"),
        responses={200: {"model": MentionItem}},
    )


def mention_filter(
    *,
    brand: Annotated[str | None, Query(description="The name of a brand.")] = None,
    source: Annotated[str | None, Query(description="The name of a source.")] = None,
    language: Annotated[str | None, Query(description="ISO 639-1, or `und`.")] = None,
    sentiment: Annotated[Sentiment | Literal["unscored"] | None, Query()] = None,
    risk: Annotated[Risk | None, Query(description="A risk that was seen in the post.")] = None,
    private: Annotated[bool | None, Query(description="Messages that only we see.")] = None,
    published_from: Annotated[WrittenMoment | None, Query(description=_FROM)] = None,
    published_to: Annotated[WrittenMoment | None, Query(description=_TO)] = None,
    collected_from: Annotated[WrittenMoment | None, Query(description=_FROM)] = None,
    collected_to: Annotated[WrittenMoment | None, Query(description=_TO)] = None,
) -> MentionFilter:
    """The conditions that a request names; all have to hold."""
    return MentionFilter(
        brand=brand,
        source=source,
        language=language,
        sentiment=sentiment,
        risk=risk,
        private=private,
        published_from=published_from,
        published_to=published_to,
        collected_from=collected_from,
        collected_to=collected_to,
    )


def chosen_fields(
    fields: Annotated[
        str | None, Query(max_length=1000, description="Names, with commas; `id` is always there.")
    ] = None,
) -> frozenset[str]:
    """Which fields an item shows. Raises Problem for one that does not exist."""
    if fields is None:
        return frozenset(FIELDS)
    chosen = {name.strip() for name in fields.split(",") if name.strip()}
    unknown = sorted(chosen - set(FIELDS))
    if unknown:
        raise Problem(
            "bad_parameter",
            f"query fields: there is no field {unknown[0][:40]!r}. Known: {', '.join(FIELDS)}.",
        )
    return frozenset({"id", *chosen})


Where = Annotated[MentionFilter, Depends(mention_filter)]
Fields = Annotated[frozenset[str], Depends(chosen_fields)]


def list_mentions(
    request: Request,
    where: Where,
    fields: Fields,
    *,
    sort: Annotated[MentionSort, Query(description="Newest first by this time.")] = "collected_at",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> JSONResponse:
    """Mentions that fulfil every condition, newest first."""
    mentions = services_of(request).store.mentions
    views, following = mentions.page(where, sort=sort, limit=limit, after=cursor)
    return JSONResponse(
        {
            "items": [mention_item(view, fields) for view in views],
            "next_cursor": following,
            "total": as_json(mentions.count(where)),
        }
    )


def count_mentions(request: Request, where: Where) -> Total:
    """How many mentions fulfil every condition."""
    return services_of(request).store.mentions.count(where)


def get_mention(request: Request, mention_id: MentionId) -> JSONResponse:
    """One mention with its reading; 410 when its author or its source deleted it."""
    return JSONResponse(mention_item(services_of(request).store.mentions.get(mention_id)))


def mention_item(view: MentionView, fields: frozenset[str] = frozenset(FIELDS)) -> dict[str, Any]:
    """A mention as the API shows it; ``reading`` is null until it was read."""
    beside = as_json(view)
    item = {
        "id": view.mention.id,
        **beside["mention"],
        "reading": beside["reading"],
        "updated_at": beside["updated_at"],
    }
    return {name: value for name, value in item.items() if name in fields}
