# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document: every route, every status it can answer, every kind of problem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field

from api.access import Require, declared_routes
from api.problems import KINDS, MEDIA_TYPE, type_of
from api.replay import IDEMPOTENCY_KEY
from api.version import IF_MATCH

Responses = dict[int | str, dict[str, Any]]

_SCHEMA = "#/components/schemas/{model}"
_SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key made by `ascolto key add`. The scope `admin` includes all others.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "ascolto_session",
        "description": "The session of a person who logged in to the console.",
    },
}

_IDEMPOTENCY_KEY = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": '^"?[!#-\\[\\]-~]{1,255}"?$'},
    "description": "The same key within 24 hours gives the same answer, and nothing is done twice.",
}


class ProblemBody(BaseModel):
    """A problem as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="The stable URI of the kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What, where, and what to do next.")
    instance: str
    code: str = Field(description="The last part of the type, for comparisons.")
    request_id: str | None


def problems(*codes: str) -> Responses:
    """The part of a route's ``responses`` that says how it can fail."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in listed),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMA.format(model="ProblemBody")}}},
        }
        for status, listed in by_status.items()
    }


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=f"{app.description}\n\n{_table()}",
            routes=app.routes,
            tags=app.openapi_tags,
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schemas["ProblemBody"] = ProblemBody.model_json_schema()
        made["components"]["securitySchemes"] = _SECURITY_SCHEMES
        _say_who(app, made)
        app.openapi_schema = made
    return app.openapi_schema


def _say_who(app: FastAPI, made: dict[str, Any]) -> None:
    """Add to each operation the scope that it needs."""
    for route in declared_routes(app):
        for method in route.methods:
            operation = made["paths"].get(route.path, {}).get(method.lower())
            if operation is None:
                continue
            _drop_default_422(operation["responses"])
            _require_version(operation.get("parameters", ()))
            if method == "POST":
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            operation["responses"] = dict(sorted(operation["responses"].items()))
            if isinstance(route.access, Require):
                operation["security"] = [{"key": []}, {"session": []}]
                operation["x-scope"] = route.access.scope
            else:
                operation["security"] = []


def _require_version(parameters: Iterable[dict[str, Any]]) -> None:
    """A missing If-Match is optional for FastAPI only, so that the answer can be 428."""
    for parameter in parameters:
        if parameter["name"] == IF_MATCH:
            parameter["required"] = True
            (parameter["schema"],) = (
                kind for kind in parameter["schema"]["anyOf"] if kind["type"] == "string"
            )


def _drop_default_422(responses: dict[str, Any]) -> None:
    """FastAPI adds its own form of a validation error, which no route here answers."""
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]


def _table() -> str:
    rows = "\n".join(
        f"| `{type_of(code)}` | {kind.status} | {kind.title} |" for code, kind in KINDS.items()
    )
    return f"Problems:\n\n| type | status | title |\n|---|---|---|\n{rows}\n"
