# SPDX-License-Identifier: Apache-2.0
"""Alerts: what deserves somebody's attention, and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse

from api.auth import services_of
from api.cases import Where
from api.routes import Routes
from api.services import Services
from api.shape import Cursor, Limit, Page
from api.version import etag
from ascolto.errors import Gone, NotFound
from ascolto.model import (
    Alert,
    Author,
    Case,
    CaseState,
    ChannelChoice,
    Draft,
    Moment,
    Priority,
    Record,
    RuleDecision,
    as_json,
)
from ascolto.store.records import Judged

_EXCERPT = 280
"""Code points of a post's text that stand in an alert."""


class CaseBeside(Record):
    """The case of an alert, in short."""

    id: str
    state: CaseState
    version: int
    unit: str
    claimed_by: str | None
    claimed_until: Moment | None
    due_at: Moment | None


class MentionBeside(Record):
    """The post of an alert, in short; ``gone`` says why there is nothing left of it."""

    id: str
    gone: str | None = None
    url: str | None = None
    title: str | None = None
    text: str = ""
    author: Author = Author()
    published_at: Moment | None = None
    private: bool = False


class StoryBeside(Record):
    """The story that an alert belongs to."""

    id: str


class AlertItem(Record):
    """An alert as the API shows it.

    ``version`` is what If-Match is compared with: the case's version, or the
    alert's own where there is no case. ``revision`` counts how often the alert
    itself was refreshed.
    """

    id: str
    version: int
    revision: int
    priority: Priority
    channel: ChannelChoice
    draft: Draft
    rules: tuple[RuleDecision, ...]
    unit: str
    brand: str | None
    source: str
    language: str
    due_at: Moment | None
    late: bool
    created_at: Moment
    updated_at: Moment
    case: CaseBeside | None
    story: StoryBeside | None
    mention: MentionBeside | None


def add_alerts(app: FastAPI) -> None:
    """Add the routes."""
    routes = Routes(app, "alerts")
    routes.get(
        "/v1/alerts",
        list_alerts,
        scope="read",
        response_model=Page[AlertItem],
        fails=("bad_input",),
    )
    routes.get(
        "/v1/alerts/why", why, scope="read", response_model=Judged, fails=("not_found", "gone")
    )
    routes.get(
        "/v1/alerts/{id}",
        get_alert,
        scope="read",
        fails=("not_found",),
        responses={200: {"model": AlertItem}},
    )


def list_alerts(
    request: Request, where: Where, limit: Limit = 50, cursor: Cursor = None
) -> Page[AlertItem]:
    """Alerts, newest first. The conditions speak of the alert's case."""
    services = services_of(request)
    page, following = services.store.alerts.page(where=where, limit=limit, after=cursor)
    return Page(
        items=tuple(_item(services, alert) for alert in page),
        next_cursor=following,
        total=services.store.alerts.count(where),
    )


def get_alert(
    request: Request,
    alert_id: Annotated[str, Path(alias="id", max_length=100, description="The id of an alert.")],
) -> JSONResponse:
    """One alert with its reasons, its channel, its draft and its case."""
    services = services_of(request)
    item = _item(services, services.store.alerts.get(alert_id))
    return JSONResponse(as_json(item), headers=etag(item.version))


def why(
    request: Request,
    mention: Annotated[str, Query(max_length=100, description="The id of a mention.")],
) -> Judged:
    """What every rule decided about a mention and why, also when none of them fired."""
    store = services_of(request).store
    store.mentions.get(mention)
    return store.alerts.why(mention)


def _item(services: Services, alert: Alert) -> AlertItem:
    case = _case(services, alert)
    kept: dict[str, Any] = {
        name: getattr(alert, name) for name in AlertItem.model_fields if name in Alert.model_fields
    }
    return AlertItem(
        **{
            **kept,
            "version": alert.version if case is None else case.version,
            "revision": alert.version,
            "case": case,
            "story": None if alert.story_id is None else StoryBeside(id=alert.story_id),
            "mention": _mention(services, alert),
        }
    )


def _case(services: Services, alert: Alert) -> CaseBeside | None:
    if alert.case_id is None:
        return None
    case: Case = services.store.cases.get(alert.case_id)
    return CaseBeside(**{name: getattr(case, name) for name in CaseBeside.model_fields})


def _mention(services: Services, alert: Alert) -> MentionBeside | None:
    if alert.mention_id is None:
        return None
    try:
        mention = services.store.mentions.get(alert.mention_id).mention
    except (Gone, NotFound) as error:
        return MentionBeside(id=alert.mention_id, gone=str(error))
    return MentionBeside(
        id=mention.id,
        url=mention.url,
        title=mention.title,
        text=mention.text[:_EXCERPT],
        author=mention.author,
        published_at=mention.published_at,
        private=mention.private,
    )
