# SPDX-License-Identifier: Apache-2.0
"""Whether the service lives, whether it can work, and its figures."""

from __future__ import annotations

from typing import Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.auth import services_of
from api.metrics import Metrics
from api.problems import Problem, problem_answer
from api.routes import Routes
from ascolto.model import Record


class Live(Record):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Record):
    """Requests may be sent here. Warnings do not stop the work."""

    status: Literal["ready"] = "ready"
    warnings: tuple[str, ...] = ()


def add_health(app: FastAPI) -> None:
    """Add the routes. They stand outside /v1, where machines look for them."""
    routes = Routes(app, "health")
    routes.get("/health/live", live, scope="public", response_model=Live)
    routes.get(
        "/health/ready",
        ready,
        scope="public",
        response_model=Ready,
        fails=("not_ready", "shutting_down"),
    )
    routes.get(
        "/metrics",
        metrics,
        scope="read",
        response_class=Response,
        responses={200: {"description": "Prometheus text", "content": {CONTENT_TYPE_LATEST: {}}}},
    )


async def live() -> Live:
    """Whether the process answers at all."""
    return Live()


def ready(request: Request) -> Response:
    """Whether requests should be sent here; if not, `problems` says why."""
    if request.app.state.stream.closing:
        problem = Problem("shutting_down", "The service is stopping. Ask another one.")
        return problem_answer(request, problem)
    health = services_of(request).health()
    if health.ready:
        return JSONResponse(Ready(warnings=health.warnings).model_dump(mode="json"))
    problem = Problem(
        "not_ready",
        "`problems` says what stops it; `ascolto doctor` says more.",
        problems=list(health.problems),
        warnings=list(health.warnings),
    )
    return problem_answer(request, problem)


def metrics(request: Request) -> Response:
    """Figures for Prometheus. Needs the scope `read`, also from the machine itself.

    A proxy on this machine would make everybody look local, so no address is
    trusted: give Prometheus a key by `authorization: {credentials_file: …}`.
    """
    figures: Metrics = request.app.state.metrics
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)
