# SPDX-License-Identifier: Apache-2.0
"""The route of the live stream."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.auth import current, services_of
from api.problems import Problem
from api.routes import Routes
from api.stream import LiveStream

_EVENT_ID = re.compile(r"[0-9]{1,18}")
_MEDIA_TYPE = "text/event-stream"

After = Annotated[str | None, Query(max_length=100, description="The last event id that was seen.")]
LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", description="The same; it counts more than `after`.")
]


def add_stream(app: FastAPI) -> None:
    """Add the route."""
    Routes(app, "stream").get(
        "/v1/stream",
        stream,
        scope="read",
        fails=("shutting_down",),
        response_class=StreamingResponse,
        responses={200: {"description": "Server-sent events", "content": {_MEDIA_TYPE: {}}}},
    )


async def stream(
    request: Request, after: After = None, last_event_id: LastEventId = None
) -> StreamingResponse:
    """What is new, as it happens: `event` is `mention`, `reading`, `alert` or `case`, `data` is
    `{"kind", "id", "at"}`, without any text of a post.

    Without an id it begins now. `reset` means that the id is not of this
    store: load again what is shown.
    """
    live: LiveStream = request.app.state.stream
    if live.closing:
        raise Problem("shutting_down", "The service is stopping. Connect again in a moment.")
    seen = last_event_id or after
    place = _place(seen) if seen else None

    async def allowed() -> bool:
        principal = await run_in_threadpool(current, request)
        return principal is not None and principal.may("read")

    last = await run_in_threadpool(services_of(request).store.events.last)
    # A proxy that collects the answer before it hands it on would make it useless.
    headers = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}
    return StreamingResponse(
        live.read(place, last, allowed), media_type=_MEDIA_TYPE, headers=headers
    )


def _place(written: str) -> int:
    if not _EVENT_ID.fullmatch(written):
        raise Problem(
            "bad_parameter",
            "query after or header Last-Event-ID: is no event id; send one as it came, or none.",
        )
    return int(written)
