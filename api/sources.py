# SPDX-License-Identifier: Apache-2.0
"""Sources: how fresh they are, what became of their items, and when they are due."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI, Path, Request

from api.auth import services_of
from api.routes import Routes
from api.services import Services
from api.shape import Page, whole
from ascolto.errors import NotFound
from ascolto.model import Moment, Record
from ascolto.settings import Source
from ascolto.store.records import Accounting, SourceState

_LATE_AFTER = 3
"""A source is late when it had no success for so many intervals."""

Condition = Literal["ok", "late", "failing", "paused", "never_collected", "receiving"]
SourceName = Annotated[str, Path(alias="name", max_length=200, description="A configured source.")]


class SourceItem(Record):
    """How a source is doing.

    ``kind``, ``url`` and ``every_seconds`` are null for what is pushed or
    imported. ``freshness_seconds`` is the time since the last success;
    ``balanced`` says whether every fetched item is accounted for.
    """

    id: str
    name: str
    kind: str | None
    url: str | None
    brand: str | None
    every_seconds: float | None
    condition: Condition
    paused: bool
    freshness_seconds: float | None
    last_started: Moment | None
    last_success: Moment | None
    last_item: Moment | None
    next_due: Moment | None
    failures: int
    last_error: str | None
    last_error_kind: str | None
    accounting: Accounting
    balanced: bool


def add_sources(app: FastAPI) -> None:
    """Add the routes."""
    routes = Routes(app, "sources")
    routes.get("/v1/sources", list_sources, scope="read", response_model=Page[SourceItem])
    for endpoint, status in ((pause_source, 200), (resume_source, 200), (collect_source, 202)):
        action = endpoint.__name__.removesuffix("_source")
        routes.post(
            f"/v1/sources/{{name}}/{action}",
            endpoint,
            scope="admin",
            status_code=status,
            response_model=SourceItem,
            fails=("not_found", *(("refused",) if action == "collect" else ())),
        )


def list_sources(request: Request) -> Page[SourceItem]:
    """Every configured source, and every other that posts came from."""
    services = services_of(request)
    configured = {source.name: source for source in services.settings.sources}
    states = {state.source: state for state in services.store.sources.states()}
    names = [*configured, *(name for name in states if name not in configured)]
    now = services.now()
    return whole(
        _item(configured.get(name), states.get(name) or _untouched(name), now) for name in names
    )


def pause_source(request: Request, source: SourceName) -> SourceItem:
    """Stop collecting a source until it is resumed."""
    return _paused(services_of(request), source, True)


def resume_source(request: Request, source: SourceName) -> SourceItem:
    """Collect a source again on its schedule."""
    return _paused(services_of(request), source, False)


def collect_source(request: Request, source: SourceName) -> SourceItem:
    """Collect a source as soon as possible, whatever its schedule says."""
    services = services_of(request)
    configured = _configured(services, source)
    services.collect_soon(source)
    return _item(configured, services.store.sources.state(source), services.now())


def _paused(services: Services, name: str, paused: bool) -> SourceItem:
    configured = _configured(services, name)
    services.store.sources.pause(name, paused)
    return _item(configured, services.store.sources.state(name), services.now())


def _configured(services: Services, name: str) -> Source:
    for source in services.settings.sources:
        if source.name == name:
            return source
    raise NotFound("no source of that name is configured; GET /v1/sources lists them")


def _untouched(name: str) -> SourceState:
    return SourceState(source=name, accounting=Accounting(source=name))


def _item(configured: Source | None, state: SourceState, now: datetime) -> SourceItem:
    fresh = (now - state.last_success).total_seconds() if state.last_success else None
    return SourceItem(
        id=state.source,
        name=state.source,
        kind=configured.kind if configured else None,
        url=_shown(configured.url) if configured and configured.url else None,
        brand=configured.brand if configured else None,
        every_seconds=configured.every.total_seconds() if configured else None,
        condition=_condition(configured, state, fresh),
        paused=state.paused,
        freshness_seconds=fresh,
        last_started=state.last_started,
        last_success=state.last_success,
        last_item=state.last_item,
        next_due=state.next_due,
        failures=state.failures,
        last_error=state.last_error,
        last_error_kind=state.last_error_kind,
        accounting=state.accounting,
        balanced=state.accounting.balanced,
    )


def _condition(configured: Source | None, state: SourceState, fresh: float | None) -> Condition:
    if state.paused:
        return "paused"
    if configured is None:
        return "receiving"
    if state.failures:
        return "failing"
    if fresh is None:
        return "never_collected"
    return "late" if fresh > configured.every.total_seconds() * _LATE_AFTER else "ok"


def _shown(url: str) -> str:
    """An address without what may be secret in it: user, password, query."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "<not an address>"
    return urlunsplit((parts.scheme, host, parts.path, "", ""))
