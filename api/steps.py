# SPDX-License-Identifier: Apache-2.0
"""What people do with a case, over HTTP; the steps themselves are `alerts.cases`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from alerts import cases
from api.access import caller
from api.auth import ROLE_SCOPES, Principal, services_of
from api.cases import CaseWhole, case_answer
from api.problems import Problem
from api.routes import Routes
from api.services import Services
from api.version import IfMatch, check_version, seen_version
from ascolto.errors import NotFound, Refused
from ascolto.model import Case, Record

Reason = Annotated[str, Field(max_length=500)]
Change = Callable[[Case, datetime], Case]
Find = Callable[[Services, str], Case]
Caller = Annotated[Principal, Depends(caller)]
Id = Annotated[str, Path(alias="id", max_length=100, description="The id of the case or alert.")]

_ASSIGNING_ROLES = ("lead", "admin")
_FAILS = ("not_found", "stale", "refused", "precondition_required", "not_json", "invalid_body")


class MayReason(Record):
    """A step with or without a reason."""

    reason: Reason = ""


NO_REASON = MayReason()


class MustReason(Record):
    """A step with a reason."""

    reason: Annotated[Reason, Field(min_length=1)]


class ToPerson(Record):
    """To whom a case is given."""

    to: Annotated[str, Field(min_length=1, max_length=200)]


class ToUnit(Record):
    """To which unit a case goes, and why."""

    unit: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[Reason, Field(min_length=1)]


class Note(Record):
    """What is to be remembered."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]


def add_steps(app: FastAPI) -> None:
    """Add the routes: each step on a case, and on an alert for its case."""
    for noun, find in (("case", _case), ("alert", _case_of_alert)):
        routes = Routes(app, f"{noun}s")
        for step in Steps(find).all():
            routes.post(
                f"/v1/{noun}s/{{id}}/{step.__name__}",
                step,
                scope="care",
                fails=_FAILS,
                operation_id=f"{step.__name__}_{noun}",
                responses={200: {"model": CaseWhole}},
            )


class Steps:
    """The steps with the case that a path names; ``find`` finds it."""

    def __init__(self, find: Find) -> None:
        self._find = find

    def all(self) -> tuple[Callable[..., JSONResponse], ...]:
        """Every step; its name is the last part of the path."""
        return (
            self.claim,
            self.release,
            self.assign,
            self.transfer,
            self.resolve,
            self.dismiss,
            self.reopen,
            self.note,
        )

    def claim(self, request: Request, who: Caller, id: Id, seen: IfMatch = None) -> JSONResponse:
        """Take a case, or keep it longer. Of many who try at once, one gets it."""
        return self._take(request, id, seen, lambda case, now: cases.claim(case, who.actor, now))

    def release(self, request: Request, who: Caller, id: Id, seen: IfMatch = None) -> JSONResponse:
        """Give a case back to the queue."""
        return self._take(request, id, seen, lambda case, now: cases.release(case, who.actor, now))

    def assign(
        self, request: Request, who: Caller, id: Id, body: ToPerson, seen: IfMatch = None
    ) -> JSONResponse:
        """Give a case to somebody, also while somebody else holds it. For leads and programs."""
        if who.kind == "session" and who.role not in _ASSIGNING_ROLES:
            raise Problem("forbidden", "Only a lead or an administrator gives cases to others.")
        _check_person(services_of(request), body.to)
        return self._take(
            request, id, seen, lambda case, now: cases.assign(case, who.actor, now, body.to)
        )

    def transfer(
        self, request: Request, who: Caller, id: Id, body: ToUnit, seen: IfMatch = None
    ) -> JSONResponse:
        """Hand a case to another unit; there it is new."""
        _check_unit(services_of(request), body.unit)
        return self._take(
            request,
            id,
            seen,
            lambda case, now: cases.transfer(case, who.actor, now, body.unit, body.reason),
        )

    def resolve(
        self,
        request: Request,
        who: Caller,
        id: Id,
        body: MayReason = NO_REASON,
        seen: IfMatch = None,
    ) -> JSONResponse:
        """Close a case whose matter is settled."""
        return self._take(
            request, id, seen, lambda case, now: cases.resolve(case, who.actor, now, body.reason)
        )

    def dismiss(
        self, request: Request, who: Caller, id: Id, body: MustReason, seen: IfMatch = None
    ) -> JSONResponse:
        """Close a case that needs nothing, and say why."""
        return self._take(
            request, id, seen, lambda case, now: cases.dismiss(case, who.actor, now, body.reason)
        )

    def reopen(
        self,
        request: Request,
        who: Caller,
        id: Id,
        body: MayReason = NO_REASON,
        seen: IfMatch = None,
    ) -> JSONResponse:
        """Bring a closed case back into the queue."""
        return self._take(
            request, id, seen, lambda case, now: cases.reopen(case, who.actor, now, body.reason)
        )

    def note(
        self, request: Request, who: Caller, id: Id, body: Note, seen: IfMatch = None
    ) -> JSONResponse:
        """Write something into the history, whoever holds the case."""
        return self._take(
            request, id, seen, lambda case, now: cases.note(case, who.actor, now, body.text)
        )

    def _take(
        self, request: Request, id: str, if_match: str | None, change: Change
    ) -> JSONResponse:
        """Take one step if the case still stands as the caller saw it."""
        services = services_of(request)
        seen = seen_version(if_match)
        case = self._find(services, id)
        check_version(f"the case {case.id}", seen, case.version)
        changed = change(case, services.now())
        services.store.cases.change(changed, expected=case.version)
        return case_answer(services, changed)


def _case(services: Services, id: str) -> Case:
    return services.store.cases.get(id)


def _case_of_alert(services: Services, id: str) -> Case:
    alert = services.store.alerts.get(id)
    if alert.case_id is None:
        raise Refused("this alert has no case: nobody is to be answered")
    return services.store.cases.get(alert.case_id)


def _check_person(services: Services, name: str) -> None:
    try:
        user = services.store.people.user(name)
    except NotFound:
        user = None
    if user is None or user.disabled or "care" not in ROLE_SCOPES[user.role]:
        raise Problem("invalid_body", "body to: nobody of that name may work on cases.")


def _check_unit(services: Services, name: str) -> None:
    known = [unit.name for unit in services.settings.units]
    if name not in known:
        raise Problem("invalid_body", f"body unit: is not known. Known: {', '.join(known)}.")
