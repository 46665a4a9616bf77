# SPDX-License-Identifier: Apache-2.0
"""How a route of the API is added: with its scope and every way it can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from fastapi import Depends, FastAPI

from api.access import public, require
from api.openapi import Responses, problems
from ascolto.store.records import Scope

Endpoint = Callable[..., Any]

_SCOPED = (
    "bad_parameter",
    "unauthenticated",
    "forbidden",
    "rate_limited",
    "internal",
    "store_busy",
)
_WRITING = (
    "bad_request",
    "cross_origin",
    "too_large",
    "in_progress",
    "idempotency_key_reused",
    "store_full",
)


class Routes:
    """Adds routes of one tag to an application."""

    def __init__(self, app: FastAPI, tag: str) -> None:
        self._app = app
        self._tag = tag

    def get(
        self,
        path: str,
        endpoint: Endpoint,
        *,
        scope: Scope | Literal["public"],
        fails: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        """Add a GET. ``fails`` names the problems besides those that every route has."""
        common = ("internal",) if scope == "public" else _SCOPED
        options["methods"] = ["GET"]
        self._add(path, endpoint, scope, (*common, *fails), options)

    def post(
        self,
        path: str,
        endpoint: Endpoint,
        *,
        scope: Scope,
        fails: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        """Add a POST that obeys Idempotency-Key."""
        options["methods"] = ["POST"]
        self._add(path, endpoint, scope, (*_SCOPED, *_WRITING, *fails), options)

    def _add(
        self,
        path: str,
        endpoint: Endpoint,
        scope: Scope | Literal["public"],
        fails: tuple[str, ...],
        options: dict[str, Any],
    ) -> None:
        responses: Responses = {**options.pop("responses", {}), **problems(*dict.fromkeys(fails))}
        access = public if scope == "public" else require(scope)
        self._app.add_api_route(
            path,
            endpoint,
            tags=[self._tag],
            dependencies=[Depends(access)],
            responses=responses,
            **{"operation_id": endpoint.__name__, **options},
        )
