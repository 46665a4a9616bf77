# SPDX-License-Identifier: Apache-2.0
"""What every route of the API does first, in this order: caller, parameters, repetition."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.access import Require, find_access
from api.problems import Problem
from api.replay import Handler, once


class ApiRoute(APIRoute):
    """A route that knows its caller before it reads a byte of the body."""

    def get_route_handler(self) -> Handler:
        """The handler with what comes before it."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            access = find_access(self.dependant)
            if not isinstance(access, Require):
                return await handler(request)
            principal = await run_in_threadpool(access, request)
            _refuse_unknown(request, self.dependant)
            if request.method == "POST":
                return await once(request, principal, handler)
            return await handler(request)

        return guarded


def _refuse_unknown(request: Request, dependant: Dependant) -> None:
    """A misspelt filter must not answer with everything."""
    known = sorted(set(_query_names(dependant)))
    for name in request.query_params:
        if name in known:
            continue
        shown = name[:40]
        if name == "q":
            raise Problem(
                "bad_parameter",
                "query q: the query language is not there yet. "
                f"Filter by: {', '.join(known) or 'nothing'}.",
            )
        near = difflib.get_close_matches(shown, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise Problem(
            "bad_parameter",
            f"query {shown}: is not known here.{meant} Known: {', '.join(known) or 'none'}.",
        )


def _query_names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _query_names(inner)
