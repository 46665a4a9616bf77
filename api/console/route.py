# SPDX-License-Identifier: Apache-2.0
"""How every route of the console fails: as a page for people, never as JSON."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute

from api.access import LogInNeeded, require
from api.auth import Principal
from api.console.page import HEADERS, Pages
from api.problems import Problem, problem_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

Reader = Annotated[Principal, Depends(require("read", page=True))]
"""Somebody who may read; others are sent to the log-in."""

Carer = Annotated[Principal, Depends(require("care", page=True))]
"""Somebody who may work on cases."""


def console_router(pages: Pages) -> APIRouter:
    """A router whose routes answer every known error with a page."""

    class ConsoleRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            answer = super().get_route_handler()

            async def guarded(request: Request) -> Response:
                try:
                    return await answer(request)
                except LogInNeeded as needed:
                    if wants_fragment(request):
                        return _log_in_again()
                    return RedirectResponse(needed.location, 303, HEADERS)
                except Exception as error:
                    problem = problem_of(error)
                    if problem is None:
                        raise
                    return _sorry(pages, request, problem)

            return guarded

    return APIRouter(route_class=ConsoleRoute, include_in_schema=False)


def wants_fragment(request: Request) -> bool:
    """Whether our own script asks, for a part of a page."""
    return "x-fragment" in request.headers


def _log_in_again() -> Response:
    return Response("Log in again.", 401, HEADERS, media_type="text/plain")


def _sorry(pages: Pages, request: Request, problem: Problem) -> Response:
    if problem.code == "unauthenticated":
        return _log_in_again() if wants_fragment(request) else RedirectResponse("/login", 303)
    template = "_partials/sorry.html" if wants_fragment(request) else "error.html"
    title = problem.kind.title
    answer = pages.show(template, problem.status, title=title, message=problem.detail, person=None)
    answer.headers.update(problem.headers)
    return answer
