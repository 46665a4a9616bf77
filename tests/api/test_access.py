# SPDX-License-Identifier: Apache-2.0
"""Every route times every kind of caller, generated from the router."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI

from api.access import LogInAttempt, Public, Require, declared_routes, public, refuse_undeclared
from api.app import create_app
from api.auth import token_digest

ALLOWED = {
    "anonymous": set(),
    "unknown key": set(),
    "revoked admin key": set(),
    "read key": {"read"},
    "ingest key": {"ingest"},
    "care key": {"care"},
    "admin key": {"read", "ingest", "care", "admin"},
    "viewer": {"read"},
    "pr": {"read"},
    "agent": {"read", "care"},
    "lead": {"read", "care"},
    "admin": {"read", "ingest", "care", "admin"},
}


@pytest.fixture
def callers(world: Any, connect: Callable[..., httpx.Client]) -> dict[str, httpx.Client]:
    revoked = world.key("admin")
    world.revoke(token_digest(revoked))
    return {
        "anonymous": connect(),
        "unknown key": connect(secret="asc_nobody"),
        "revoked admin key": connect(secret=revoked),
        "read key": connect("read"),
        "ingest key": connect("ingest"),
        "care key": connect("care"),
        "admin key": connect("admin"),
        "viewer": connect(user="vera"),
        "pr": connect(user="paola"),
        "agent": connect(user="anna"),
        "lead": connect(user="lea"),
        "admin": connect(user="ada"),
    }


def _ask(client: httpx.Client, method: str, path: str) -> int:
    address = path.replace("{id}", "nothing").replace("{name}", "nothing")
    with client.stream(method, address) as answer:
        if address != "/v1/stream":
            answer.read()
        return answer.status_code


def test_every_route_lets_in_whom_it_says(app: FastAPI, callers: dict[str, httpx.Client]) -> None:
    asked = 0
    for route in declared_routes(app):
        if not (route.path.startswith("/v1/") or route.path == "/metrics"):
            continue
        assert isinstance(route.access, Require), route.path
        for method in route.methods:
            for name, client in callers.items():
                status = _ask(client, method, route.path)
                where = f"{method} {route.path} as {name}: {status}"
                if route.access.scope in ALLOWED[name]:
                    assert status not in (401, 403), where
                    assert status < 500, where
                elif ALLOWED[name]:
                    assert status == 403, where
                else:
                    assert status == 401, where
                asked += 1
    assert asked >= 30 * len(callers)


def test_what_everybody_may_see_is_a_short_list(app: FastAPI) -> None:
    open_to_all = {
        route.path
        for route in declared_routes(app)
        if isinstance(route.access, Public | LogInAttempt)
    }
    assert open_to_all <= {
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/",
        "/login",
        "/logout",
        "/static",
    }


def test_a_route_without_a_declared_scope_does_not_start(world: Any) -> None:
    app = create_app(world.services)
    app.add_api_route("/open", lambda: None)
    with pytest.raises(RuntimeError, match="/open does not say who may call it"):
        refuse_undeclared(app)


def test_a_foreign_application_under_a_path_does_not_start(world: Any) -> None:
    app = create_app(world.services)
    app.mount("/other", FastAPI())
    with pytest.raises(RuntimeError, match="/other"):
        refuse_undeclared(app)


def test_a_declared_route_starts(world: Any) -> None:
    app = create_app(world.services)
    app.add_api_route("/open", lambda: None, dependencies=[Depends(public)])
    refuse_undeclared(app)


def test_a_wrong_key_does_not_fall_back_to_the_session(
    connect: Callable[..., httpx.Client], assert_problem: Callable[..., Any]
) -> None:
    client = connect(user="ada", secret="asc_wrong")
    answer = client.get("/v1/mentions")
    assert_problem(answer, 401, "unauthenticated")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_other_schemes_than_bearer_do_not_count(connect: Callable[..., httpx.Client]) -> None:
    client = connect()
    for value in ("Basic YTpi", "Bearer", "bearer\tx", "asc_x"):
        assert client.get("/v1/mentions", headers={"Authorization": value}).status_code == 401


def test_the_scheme_is_read_in_any_case(world: Any, connect: Callable[..., httpx.Client]) -> None:
    header = {"Authorization": f"bearer {world.key('read')}"}
    assert connect().get("/v1/mentions", headers=header).status_code == 200


def test_a_caller_without_access_learns_nothing_of_the_body(
    connect: Callable[..., httpx.Client], assert_problem: Callable[..., Any]
) -> None:
    answer = connect().post("/v1/cases/x/note", content=b"{", params={"odd": "1"})
    assert_problem(answer, 401, "unauthenticated")
