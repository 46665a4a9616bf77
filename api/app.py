# SPDX-License-Identifier: Apache-2.0
"""The application: every route of the API, with the console beside them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

import api.console
from api.access import LogInNeeded, public, refuse_undeclared
from api.alerts import add_alerts
from api.cases import add_cases
from api.frame import Frame
from api.gate import Gate
from api.health import add_health
from api.intake import add_intake
from api.live import add_stream
from api.mentions import add_mentions
from api.metrics import Metrics
from api.openapi import document
from api.problems import Problem, problem_answer, problem_of
from api.rate import LogInRate, RequestRate
from api.reference import add_reference
from api.route import ApiRoute
from api.services import Services
from api.sources import add_sources
from api.steps import add_steps
from api.stream import LiveStream
from ascolto import __version__
from ascolto.errors import AscoltoError

_DESCRIPTION = """\
What Ascolto collected, how it was read, and what people make of it.

Lists answer `{"items", "next_cursor", "total"}`; times are UTC and ranges half-open.
Every POST takes an `Idempotency-Key`: for 24 hours the same key gives the same answer,
with `Idempotency-Replayed: true`. Steps with a case need `If-Match` with the version that
was seen. `RateLimit` and `RateLimit-Policy` say what is left of the minute.
"""
_TAGS = [
    {"name": "mentions", "description": "Posts in, posts out."},
    {"name": "alerts", "description": "What deserves somebody's attention, and why."},
    {"name": "cases", "description": "What people work on."},
    {"name": "sources", "description": "Where posts come from, and how that goes."},
    {"name": "reference", "description": "The model and the rules that are in force."},
    {"name": "stream", "description": "What is new, as it happens."},
    {"name": "health", "description": "For machines that watch over this one."},
]


def create_app(services: Services) -> FastAPI:
    """The application over these services.

    Raises RuntimeError when a route does not say who may call it. Call
    `begin_shutdown` when the process is told to stop, or open streams keep it.
    """
    app = FastAPI(
        title="Ascolto",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    _fill_state(app, services)
    app.add_middleware(Gate, public_url=services.settings.server.public_url)
    app.add_middleware(Frame, metrics=app.state.metrics)
    for error in (Problem, AscoltoError, HTTPException, RequestValidationError):
        app.add_exception_handler(error, _fail)
    app.add_exception_handler(LogInNeeded, _send_to_log_in)
    app.router.route_class = ApiRoute
    _add_routes(app, services)
    if hasattr(api.console, "mount"):
        api.console.mount(app, services)
    refuse_undeclared(app)
    return app


def begin_shutdown(app: FastAPI) -> None:
    """End the open streams, so that the server can stop. May be called in a signal handler."""
    stream: LiveStream = app.state.stream
    stream.close()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    begin_shutdown(app)


def _fill_state(app: FastAPI, services: Services) -> None:
    server = services.settings.server
    app.state.services = services
    app.state.request_rate = RequestRate(server.requests_per_minute)
    app.state.log_in_rate = LogInRate(server.logins_per_5_minutes)
    app.state.in_progress = set()
    app.state.metrics = Metrics(services.store)
    app.state.stream = LiveStream(services.store)


def _add_routes(app: FastAPI, services: Services) -> None:
    add_health(app)
    add_intake(app)
    add_mentions(app)
    add_alerts(app)
    add_cases(app)
    add_steps(app)
    add_sources(app)
    add_reference(app, services)
    add_stream(app)
    app.add_api_route(
        "/openapi.json", _openapi, dependencies=[Depends(public)], include_in_schema=False
    )


async def _openapi(request: Request) -> dict[str, Any]:
    return document(request.app)


async def _fail(request: Request, error: Exception) -> Response:
    """Foreseen errors become problems here, others in `api.frame`."""
    problem = problem_of(error)
    if problem is None:
        raise error
    if problem.code == "method_not_allowed":
        problem.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem_answer(request, problem)


def _methods(request: Request) -> set[str]:
    """The methods of a path; the framework names those of its first route only."""
    routes = [
        route for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE
    ]
    return {method for route in routes for method in getattr(route, "methods", None) or ()}


async def _send_to_log_in(request: Request, error: Exception) -> Response:
    location = error.location if isinstance(error, LogInNeeded) else "/login"
    return RedirectResponse(location, status_code=303)
