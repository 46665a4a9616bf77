# SPDX-License-Identifier: Apache-2.0
"""Cases: the queue, one of them whole, and what it is made of."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request
from fastapi.responses import JSONResponse

from api.auth import services_of
from api.mentions import MentionItem, mention_item
from api.routes import Routes
from api.services import Services
from api.shape import Cursor, Limit, Page, shape
from api.version import etag
from ascolto.errors import Gone, NotFound
from ascolto.model import Alert, Case, CaseState, Channel, Delivery, Level, as_json
from ascolto.store.records import CaseFilter

CaseItem = shape("CaseItem", Case, without=("history",))
CaseWhole = shape(
    "CaseWhole",
    Case,
    mentions=(tuple[MentionItem | dict[str, Any], ...], ...),  # type: ignore[valid-type]
    alerts=(tuple[Alert, ...], ...),
    deliveries=(tuple[Delivery, ...], ...),
)

CaseId = Annotated[str, Path(alias="id", max_length=100, description="The id of a case.")]


def add_cases(app: FastAPI) -> None:
    """Add the routes."""
    routes = Routes(app, "cases")
    routes.get(
        "/v1/cases",
        list_cases,
        scope="read",
        fails=("bad_input",),
        responses={200: {"model": Page[CaseItem]}},  # type: ignore[valid-type]
    )
    routes.get(
        "/v1/cases/{id}",
        get_case,
        scope="read",
        fails=("not_found",),
        responses={200: {"model": CaseWhole}},
    )


def case_filter(
    *,
    state: Annotated[list[CaseState] | None, Query(description="One or several.")] = None,
    level: Annotated[Level | None, Query(description="The priority in one word.")] = None,
    channel: Annotated[Channel | None, Query()] = None,
    unit: Annotated[str | None, Query(description="The name of a unit.")] = None,
    brand: Annotated[str | None, Query(description="The name of a brand.")] = None,
    claimed_by: Annotated[str | None, Query(description="Who holds the case.")] = None,
) -> CaseFilter:
    """The conditions that a request names; all have to hold."""
    return CaseFilter(
        states=tuple(state or ()),
        level=level,
        channel=channel,
        unit=unit,
        brand=brand,
        claimed_by=claimed_by,
    )


Where = Annotated[CaseFilter, Depends(case_filter)]


def list_cases(
    request: Request, where: Where, limit: Limit = 50, cursor: Cursor = None
) -> JSONResponse:
    """The queue: highest priority first, then oldest."""
    cases = services_of(request).store.cases
    page, following = cases.page(where, limit=limit, after=cursor)
    return JSONResponse(
        {
            "items": [case_item(case) for case in page],
            "next_cursor": following,
            "total": as_json(cases.count(where)),
        }
    )


def get_case(request: Request, case_id: CaseId) -> JSONResponse:
    """One case with its posts, readings, alerts, deliveries and history."""
    services = services_of(request)
    return case_answer(services, services.store.cases.get(case_id))


def case_item(case: Case) -> dict[str, Any]:
    """A case in a list: without its history."""
    return case.model_dump(mode="json", exclude={"history"})


def case_answer(services: Services, case: Case) -> JSONResponse:
    """A whole case, with its version as ETag."""
    store = services.store
    alerts = [store.alerts.get(alert_id) for alert_id in case.alert_ids]
    body = {
        **as_json(case),
        "mentions": [_mention(services, mention_id) for mention_id in case.mention_ids],
        "alerts": [as_json(alert) for alert in alerts],
        "deliveries": [
            as_json(delivery) for alert in alerts for delivery in store.outbox.deliveries(alert.id)
        ],
    }
    return JSONResponse(body, headers=etag(case.version))


def _mention(services: Services, mention_id: str) -> dict[str, Any]:
    """The mention, or why it is no longer there."""
    try:
        return mention_item(services.store.mentions.get(mention_id))
    except (Gone, NotFound) as error:
        return {"id": mention_id, "gone": str(error)}
