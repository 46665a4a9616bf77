# SPDX-License-Identifier: Apache-2.0
"""Keys, passwords, sessions, links, and forms of other sites."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.access import log_in_attempt, public
from api.app import create_app
from api.auth import (
    COOKIE,
    Principal,
    current,
    hash_password,
    log_in,
    log_out,
    make_key,
    make_link,
    set_session_cookie,
    token_digest,
    use_link,
    verify,
)
from ascolto.errors import BadInput, NotFound
from ascolto.settings import Server

Check = Callable[..., dict[str, Any]]
Connect = Callable[..., httpx.Client]


# --- keys


def test_only_the_digest_of_a_key_is_kept(world: Any) -> None:
    key, secret = make_key(world.store, "partner", ("ingest",), datetime.now(UTC))
    assert secret.startswith("asc_")
    assert len(secret) > 40
    assert key.secret_digest == token_digest(secret)
    assert secret not in world.store.people.keys()[0].model_dump_json()
    assert make_key(world.store, "partner", ("ingest",), datetime.now(UTC))[1] != secret


@pytest.mark.parametrize("scopes", [(), ("write",), ("read", "root")])
def test_a_key_needs_scopes_that_exist(world: Any, scopes: Any) -> None:
    with pytest.raises(BadInput, match="read, ingest, care, admin"):
        make_key(world.store, "partner", scopes, datetime.now(UTC))
    assert world.store.people.keys() == ()


def test_a_key_is_never_taken_for_the_person_of_its_name() -> None:
    person = Principal("anna", "session", frozenset({"read"}), role="agent", id="anna")
    program = Principal("anna", "key", frozenset({"read"}), id="1")
    assert person.actor != program.actor
    assert person.caller != program.caller


# --- passwords and sessions


def test_passwords(hashed: str, password: str) -> None:
    assert hashed.startswith("$argon2id$")
    assert password not in hashed
    assert verify(hashed, password)
    assert not verify(hashed, password + "x")
    assert not verify("no hash", password)
    assert not verify(hashed, "x" * 1025)
    for bad in ("", "x" * 1025):
        with pytest.raises(BadInput):
            hash_password(bad)


def test_log_in(world: Any, password: str) -> None:
    token = log_in(world.services, "anna", password)
    assert token is not None
    assert log_in(world.services, "anna", password) != token
    assert log_in(world.services, "anna", "wrong") is None
    assert log_in(world.services, "nobody", password) is None
    assert log_in(world.services, "", "") is None


def test_people_without_a_password_or_disabled_do_not_log_in(world: Any, password: str) -> None:
    people = world.store.people
    people.put_user(people.user("anna").model_copy(update={"password_hash": None}))
    people.put_user(people.user("lea").model_copy(update={"disabled": True}))
    assert log_in(world.services, "anna", password) is None
    assert log_in(world.services, "lea", password) is None


def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(world: Any) -> None:
    def seconds(name: str) -> float:
        begun = time.process_time()
        assert log_in(world.services, name, "wrong") is None
        return time.process_time() - begun

    seconds("nobody")
    unknown = min(seconds("nobody") for _ in range(3))
    known = min(seconds("anna") for _ in range(3))
    assert unknown > known / 3


def test_a_session_ends_by_log_out_time_or_disabling(
    web: httpx.Client, world: Any, connect: Connect, serve: Any
) -> None:
    anna = connect(user="anna")
    assert anna.get("/v1/cases").status_code == 200
    world.store.people.put_user(
        world.store.people.user("anna").model_copy(update={"disabled": True})
    )
    assert anna.get("/v1/cases").status_code == 401

    token = world.session("lea")
    services = world.services
    later = dataclasses.replace(services, now=lambda: services.now() + timedelta(hours=13))
    server = serve(create_app(later))
    lea = web.get(f"{server.url}/v1/cases", headers={"Cookie": f"{COOKIE}={token}"})
    assert lea.status_code == 401


def test_log_out_and_who_is_there(web: httpx.Client, world: Any, serve: Any) -> None:
    app = create_app(world.services)

    def who(request: Request) -> dict[str, Any]:
        principal = current(request)
        return {"name": principal.name if principal else None}

    def out(request: Request) -> None:
        log_out(world.services, request)

    app.add_api_route("/who", who, dependencies=[Depends(public)])
    app.add_api_route("/out", out, methods=["POST"], dependencies=[Depends(public)])
    server = serve(app)
    cookie = {"Cookie": f"{COOKIE}={world.session('anna')}"}
    ask = lambda: web.get(f"{server.url}/who", headers=cookie).json()  # noqa: E731
    assert ask() == {"name": "anna"}
    assert web.post(f"{server.url}/out", headers=cookie).status_code == 200
    assert ask() == {"name": None}
    assert web.post(f"{server.url}/out", headers=cookie).status_code == 200


def test_a_link_works_once_and_for_a_day(world: Any) -> None:
    services = world.services
    link = make_link(world.store, "anna", services.now())
    assert use_link(services, link) is not None
    assert use_link(services, link) is None
    late = make_link(world.store, "anna", services.now() - timedelta(hours=25))
    assert use_link(services, late) is None
    with pytest.raises(NotFound):
        make_link(world.store, "nobody", services.now())


def test_a_session_is_no_link_and_a_link_no_session(world: Any, connect: Connect) -> None:
    services = world.services
    assert use_link(services, world.session("anna")) is None
    client = connect()
    client.cookies.set(COOKIE, make_link(world.store, "anna", services.now()))
    assert client.get("/v1/cases").status_code == 401


def test_the_link_of_somebody_disabled_does_not_work(world: Any) -> None:
    link = make_link(world.store, "anna", world.services.now())
    people = world.store.people
    people.put_user(people.user("anna").model_copy(update={"disabled": True}))
    assert use_link(world.services, link) is None


@pytest.mark.parametrize(
    ("https", "public_url", "secure"),
    [(False, None, False), (True, None, True), (False, "https://a.example", True)],
)
def test_the_cookie(make_world: Any, https: bool, public_url: str | None, secure: bool) -> None:
    world = make_world(Server(public_url=public_url))
    answer = Response()
    set_session_cookie(answer, world.services, "token", https=https)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=token;")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert ("Secure" in cookie) is secure


# --- forms of other sites


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "HERE"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
        ({"Origin": "HERE"}, True),
        ({"Origin": "https://console.example"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "HERE.evil.example"}, False),
        ({"Origin": "HERE@evil.example"}, False),
    ],
)
def test_unsafe_requests_with_a_session(
    web: httpx.Client,
    make_world: Any,
    serve: Any,
    assert_problem: Check,
    headers: dict[str, str],
    allowed: bool,
) -> None:
    world = make_world(Server(public_url="https://console.example"))
    server = serve(create_app(world.services))
    sent = {name: value.replace("HERE", server.url) for name, value in headers.items()}
    sent["Cookie"] = f"{COOKIE}={world.session('ada')}"
    answer = web.post(f"{server.url}/v1/sources/forum/pause", headers=sent)
    if allowed:
        assert answer.status_code == 200, answer.text
    else:
        assert_problem(answer, 403, "cross_origin")
        assert not world.store.sources.state("forum").paused
    assert web.get(f"{server.url}/v1/sources", headers=sent).status_code == 200


def test_a_key_is_exempt(admin: httpx.Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert admin.post("/v1/sources/forum/pause", headers=headers).status_code == 200


# --- limits


def test_requests_of_a_minute(
    web: httpx.Client, make_world: Any, serve: Any, assert_problem: Check
) -> None:
    world = make_world(Server(requests_per_minute=3))
    server = serve(create_app(world.services))
    secret = world.key("read")

    def ask(key: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return web.get(f"{server.url}/v1/sources", headers=headers)

    left = []
    for _ in range(3):
        answer = ask(secret)
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"minute";q=3;w=60'
        left.append(answer.headers["ratelimit"].split(";")[1])
    assert left == ["r=2", "r=1", "r=0"]
    refused = ask(secret)
    assert_problem(refused, 429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert ask(world.key("read")).status_code == 200
    assert web.get(f"{server.url}/health/live").status_code == 200


def test_wrong_keys_are_counted_per_address(
    web: httpx.Client, make_world: Any, serve: Any, assert_problem: Check
) -> None:
    world = make_world(Server(requests_per_minute=3))
    server = serve(create_app(world.services))
    answers = [
        web.get(
            f"{server.url}/v1/sources",
            headers={"Authorization": f"Bearer asc_{n}", "X-Forwarded-For": f"192.0.2.{n}"},
        )
        for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert_problem(answers[-1], 429, "rate_limited")


def test_attempts_to_log_in(
    web: httpx.Client, make_world: Any, serve: Any, assert_problem: Check
) -> None:
    world = make_world(Server(logins_per_5_minutes=5))
    app = create_app(world.services)
    app.add_api_route(
        "/try", lambda: "tried", methods=["POST"], dependencies=[Depends(log_in_attempt)]
    )
    server = serve(app)
    answers = [
        web.post(f"{server.url}/try", headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(7)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert_problem(answers[-1], 429, "rate_limited")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 300
