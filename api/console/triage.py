# SPDX-License-Identifier: Apache-2.0
"""The triage page: the queue, the open case, and what people do with it."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.auth import Principal
from api.console.actions import DISMISSALS
from api.console.choices import Choices
from api.console.filters import QueueFilter, read_filter
from api.console.page import HEADERS, Pages
from api.console.pane import Message, Pane, load_pane
from api.console.route import Carer, Reader, wants_fragment
from api.console.row import Row, load_row
from api.console.step import take_step, who_was_first
from api.services import Services
from ascolto.errors import NotFound, Refused, Stale
from ascolto.model import Case

PAGE: Final = 60
"""Cases on one page of the queue."""

KEYS: Final = (
    ("j k", "next and previous case"),
    ("Enter", "open the case"),
    ("c", "claim"),
    ("r", "resolve"),
    ("x", "dismiss with a reason"),
    ("o", "reopen"),
    ("n", "note for the team; Ctrl Enter adds it"),
    ("/", "find in this list"),
    ("Esc", "back to the list"),
    ("?", "this help"),
)


class Triage:
    """The routes under ``/triage``."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._store = services.store
        self._pages = pages
        self._choices = Choices.of(services.settings)

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route("/triage", self.page, methods=["GET"])
        router.add_api_route("/triage/rows", self.rows, methods=["GET"])
        router.add_api_route("/triage/pane/{case_id}", self.pane, methods=["GET"])
        router.add_api_route("/triage/{case_id}/{action}", self.act, methods=["POST"])

    def page(self, request: Request, person: Reader) -> Response:
        """The queue, with a case open when the address names one."""
        asked = read_filter(request.query_params, person.actor)
        case_id = request.query_params.get("case")
        case = self._store.cases.get(case_id) if case_id else None
        return self._page(person, asked, case, after=request.query_params.get("after"))

    def rows(
        self,
        request: Request,
        person: Reader,
        ids: Annotated[list[str] | None, Query(alias="id")] = None,
    ) -> Response:
        """The lines of at most 50 cases as they stand now, for the live queue."""
        asked = read_filter(request.query_params, person.actor)
        rows = [self._row(case_id, asked) for case_id in (ids or [])[:50]]
        return self._pages.show(
            "_partials/rows_fragment.html",
            items=[row for row in rows if row is not None],
            total=self._store.cases.count(asked.where).value,
            filter=asked,
            open_case=None,
        )

    def pane(self, request: Request, person: Reader, case_id: str) -> Response:
        """One case, to be put beside the queue."""
        asked = read_filter(request.query_params, person.actor)
        return self._fragment(person, asked, self._store.cases.get(case_id))

    def act(
        self,
        *,
        request: Request,
        person: Carer,
        case_id: str,
        action: str,
        version: Annotated[int, Form()],
        back: Annotated[str, Form()] = "",
        reason: Annotated[str, Form(max_length=500)] = "",
        text: Annotated[str, Form(max_length=4000)] = "",
    ) -> Response:
        """Take one step with a case, if it still stands as the person saw it."""
        asked = read_filter(dict(parse_qsl(back)), person.actor)
        message = None
        try:
            take_step(
                self._services,
                case_id,
                action,
                version=version,
                agent=person.actor,
                words=reason or text,
            )
        except Stale:
            case = self._store.cases.get(case_id)
            message = who_was_first(case, person.actor, self._services.now())
        except Refused as refusal:
            message = str(refusal)
        case = self._store.cases.get(case_id)
        conflict = Message("conflict", message) if message else None
        if wants_fragment(request):
            return self._fragment(person, asked, case, conflict)
        if conflict:
            return self._page(person, asked, case, conflict)
        return RedirectResponse(asked.path(case=case_id), 303, HEADERS)

    def _row(self, case_id: str, asked: QueueFilter) -> Row | None:
        try:
            case = self._store.cases.get(case_id)
        except NotFound:
            return None
        return load_row(self._services, case, asked, self._services.now())

    def _pane(self, case: Case, person: Principal) -> Pane:
        return load_pane(self._services, case, person.actor, may_act=person.may("care"))

    def _fragment(
        self, person: Principal, asked: QueueFilter, case: Case, message: Message | None = None
    ) -> Response:
        return self._pages.show(
            "_partials/pane.html",
            409 if message else 200,
            person=person,
            filter=asked,
            pane=self._pane(case, person),
            message=message,
            dismissals=DISMISSALS,
        )

    def _page(
        self,
        person: Principal,
        asked: QueueFilter,
        case: Case | None,
        message: Message | None = None,
        after: str | None = None,
    ) -> Response:
        # Before the queue is read: what happens in between comes again by the stream.
        seq = self._store.events.last()
        now = self._services.now()
        cases, cursor = self._store.cases.page(asked.where, limit=PAGE, after=after)
        return self._pages.show(
            "triage.html",
            409 if message else 200,
            person=person,
            here="triage",
            filter=asked,
            choices=self._choices,
            items=[load_row(self._services, one, asked, now) for one in cases],
            total=self._store.cases.count(asked.where).value,
            more=asked.path(after=cursor) if cursor else None,
            seq=seq,
            now=now,
            pane=self._pane(case, person) if case else None,
            message=message,
            dismissals=DISMISSALS,
            keys=KEYS,
        )
