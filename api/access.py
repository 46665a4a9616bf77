# SPDX-License-Identifier: Apache-2.0
"""What each route asks of its caller. Default deny: a route without it does not start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from fastapi import FastAPI, routing
from fastapi.dependencies.models import Dependant
from starlette.requests import Request
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from api.auth import Principal, current
from api.problems import Problem
from api.rate import LogInRate, RequestRate
from ascolto.store.records import Scope


class LogInNeeded(Exception):
    """A page was asked for by somebody who has not logged in."""

    def __init__(self, request: Request) -> None:
        super().__init__("log in first")
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        asked = request.method == "GET"
        self.location = f"/login?next={quote(here, safe='')}" if asked else "/login"


class Require:
    """A dependency that lets callers with a scope pass and counts their requests.

    It answers 401, 403 or 429. With ``page`` it sends people who have not
    logged in to ``/login?next=…`` instead of answering 401.
    """

    def __init__(self, scope: Scope, *, page: bool = False) -> None:
        self.scope: Scope = scope
        self.page = page

    def __call__(self, request: Request) -> Principal:
        """The caller. Reads the store, so it belongs in a thread."""
        principal = _caller(request)
        if principal is None:
            raise LogInNeeded(request) if self.page else _unauthenticated(request)
        if not principal.may(self.scope):
            raise Problem(
                "forbidden",
                f"This needs the scope `{self.scope}`; {principal.actor} has "
                f"{', '.join(sorted(principal.scopes))}. Ask an administrator.",
            )
        return principal


class Public:
    """A dependency that says: everybody may. Only for what tells nothing."""

    async def __call__(self) -> None:
        """Let everybody pass."""


class LogInAttempt:
    """A dependency for what tries a password or a link: everybody may, a few times.

    It answers 429 above ``server.logins_per_5_minutes`` of one address.
    """

    async def __call__(self, request: Request) -> None:
        """Count the attempt."""
        rate: LogInRate = request.app.state.log_in_rate
        wait = rate.wait(_address(request))
        if wait:
            raise Problem(
                "rate_limited",
                f"Too many attempts to log in from this address. Wait {wait} seconds.",
                headers={"Retry-After": str(wait)},
            )


Access = Require | Public | LogInAttempt


def require(scope: Scope, *, page: bool = False) -> Require:
    """For ``Depends``: this route needs a scope."""
    return Require(scope, page=page)


def caller(request: Request) -> Principal:
    """For ``Depends``: who was let in by `require`."""
    return cast("Principal", request.state.principal)


public = Public()
"""For ``Depends``: this route is for everybody."""

log_in_attempt = LogInAttempt()
"""For ``Depends``: this route tries a password or a link."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A route and what it asks of its caller; ``access`` None: it does not say."""

    path: str
    methods: frozenset[str]
    access: Access | None


def declared_routes(app: FastAPI) -> tuple[Declared, ...]:
    """Every route of the application, those of included routers too."""
    # Newer versions of FastAPI keep included routers apart, older ones copy their routes.
    unfold = getattr(routing, "iter_route_contexts", list)
    return tuple(_declared(route) for route in unfold(app.routes))


def refuse_undeclared(app: FastAPI) -> None:
    """Raise RuntimeError when a route does not say who may call it."""
    for route in declared_routes(app):
        if route.access is None:
            raise RuntimeError(
                f"the route {route.path} does not say who may call it; give it "
                "dependencies=[Depends(require(scope))] or [Depends(public)], see api/access.py"
            )


def _declared(route: Any) -> Declared:
    """A folder of static files is for everybody; anything else that is no route says nothing."""
    original = getattr(route, "original_route", route)
    path = getattr(route, "path", None) or repr(original)
    if isinstance(original, Mount) and isinstance(original.app, StaticFiles):
        return Declared(path, frozenset({"GET", "HEAD"}), public)
    if not isinstance(original, routing.APIRoute):
        return Declared(path, frozenset(), None)
    return Declared(path, frozenset(route.methods), find_access(route.dependant))


def find_access(dependant: Dependant) -> Access | None:
    """What the dependencies of a route ask of its caller."""
    if isinstance(dependant.call, Access):
        return dependant.call
    for inner in dependant.dependencies:
        found = find_access(inner)
        if found is not None:
            return found
    return None


def _caller(request: Request) -> Principal | None:
    """Who asks, looked up and counted once in a request."""
    if not hasattr(request.state, "principal"):
        principal = current(request)
        _count(request, principal.caller if principal else _address(request))
        request.state.principal = principal
    return cast("Principal | None", request.state.principal)


def _count(request: Request, caller: str) -> None:
    rate: RequestRate = request.app.state.request_rate
    allowance = rate.take(caller)
    request.state.allowance = allowance
    if not allowance.allowed:
        raise Problem(
            "rate_limited",
            f"More than {allowance.limit} requests in a minute. Wait {allowance.reset} seconds.",
        )


def _address(request: Request) -> str:
    return f"address:{request.client.host if request.client else 'unknown'}"


def _unauthenticated(request: Request) -> Problem:
    if "authorization" in request.headers:
        return Problem(
            "unauthenticated",
            "The key is unknown or was revoked. Make one with `ascolto key add`.",
            headers={"WWW-Authenticate": 'Bearer realm="ascolto", error="invalid_token"'},
        )
    return Problem(
        "unauthenticated",
        "Send a key as `Authorization: Bearer asc_…` (`ascolto key add` makes one), or log in.",
        headers={"WWW-Authenticate": 'Bearer realm="ascolto"'},
    )
