# SPDX-License-Identifier: Apache-2.0
"""A request that is sent again is done once."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx

from api.app import create_app
from ascolto.errors import StoreBusy

Check = Callable[..., dict[str, Any]]
Connect = Callable[..., httpx.Client]


def test_the_same_request_gets_the_same_answer(world: Any, connect: Connect) -> None:
    case = world.case()
    client = connect("care")
    path = f"/v1/cases/{case.id}/note"

    def send() -> httpx.Response:
        headers = {"Idempotency-Key": "k-1", "If-Match": "1"}
        return client.post(path, json={"text": "once"}, headers=headers)

    first, second = send(), send()
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["content-type"] == "application/json"
    assert len(world.store.cases.get(case.id).history) == 2


def test_pushes_are_replayed_too(connect: Connect) -> None:
    client = connect("ingest")
    send = lambda: client.post(  # noqa: E731
        "/v1/mentions", json=[{"text": "a"}], headers={"Idempotency-Key": '"quoted"'}
    )
    assert send().json()["counts"]["created"] == 1
    again = send()
    assert again.json()["counts"]["created"] == 1
    assert again.headers["idempotency-replayed"] == "true"


def test_the_same_key_for_another_body_or_address(connect: Connect, assert_problem: Check) -> None:
    client = connect("ingest")
    key = {"Idempotency-Key": "k"}
    assert client.post("/v1/mentions", json=[{"text": "a"}], headers=key).status_code == 200
    other = client.post("/v1/mentions", json=[{"text": "b"}], headers=key)
    assert_problem(other, 422, "idempotency_key_reused")
    elsewhere = client.post("/v1/mentions?source=x", json=[{"text": "a"}], headers=key)
    assert_problem(elsewhere, 422, "idempotency_key_reused")


def test_keys_belong_to_a_caller_and_a_route(world: Any, connect: Connect) -> None:
    key = {"Idempotency-Key": "k"}
    for client in (connect("ingest"), connect("ingest")):
        answer = client.post("/v1/mentions", json=[{"text": "a"}], headers=key)
        assert "idempotency-replayed" not in answer.headers
    admin = connect("admin")
    assert admin.post("/v1/sources/forum/pause", headers=key).json()["paused"] is True
    assert admin.post("/v1/sources/forum/resume", headers=key).json()["paused"] is False


def test_final_refusals_are_kept_and_passing_ones_are_not(
    world: Any, connect: Connect, assert_problem: Check
) -> None:
    case = world.case()
    client = connect("care")
    path = f"/v1/cases/{case.id}/claim"
    key = {"Idempotency-Key": "k"}
    assert_problem(client.post(path, headers=key), 428, "precondition_required")
    assert_problem(client.post(path, headers={**key, "If-Match": "9"}), 409, "stale")
    assert client.post(path, headers={**key, "If-Match": "1"}).status_code == 200
    replayed = client.post(path, headers={**key, "If-Match": "1"})
    assert replayed.status_code == 200
    assert replayed.headers["idempotency-replayed"] == "true"

    pusher = connect("ingest")
    for expected in (None, "true"):
        answer = pusher.post("/v1/mentions", json={}, headers=key)
        assert answer.json()["code"] == "invalid_body"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers.get("idempotency-replayed") == expected


def test_failures_of_ours_are_not_kept(web: httpx.Client, world: Any, serve: Any) -> None:
    failures = [StoreBusy("locked")]

    def receive(*given: Any, **more: Any) -> Any:
        if failures:
            raise failures.pop()
        return world.services.receive(*given, **more)

    server = serve(create_app(dataclasses.replace(world.services, receive=receive)))
    headers = {"Authorization": f"Bearer {world.key('ingest')}", "Idempotency-Key": "k"}
    send = lambda: web.post(  # noqa: E731
        f"{server.url}/v1/mentions", json=[{"text": "a"}], headers=headers
    )
    assert send().status_code == 503
    answer = send()
    assert answer.status_code == 200
    assert "idempotency-replayed" not in answer.headers


def test_of_the_same_request_twice_at_once_one_is_done(
    web: httpx.Client, world: Any, serve: Any, assert_problem: Check
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*given: Any, **more: Any) -> Any:
        begun.set()
        assert go_on.wait(timeout=10)
        return world.services.receive(*given, **more)

    server = serve(create_app(dataclasses.replace(world.services, receive=slow)))
    headers = {"Authorization": f"Bearer {world.key('ingest')}", "Idempotency-Key": "k"}
    send = lambda: web.post(  # noqa: E731
        f"{server.url}/v1/mentions", json=[{"text": "a"}], headers=headers, timeout=20
    )
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send)
        assert begun.wait(timeout=10)
        assert_problem(send(), 409, "in_progress")
        go_on.set()
        assert first.result().status_code == 200
    assert send().headers["idempotency-replayed"] == "true"


def test_keys_that_are_none(connect: Connect, assert_problem: Check) -> None:
    client = connect("ingest")
    for bad in ("", "a b", "x" * 256, "ключ", 'a"b'):
        headers = {"Idempotency-Key": bad.encode()}
        answer = client.post("/v1/mentions", json=[], headers=headers)
        assert_problem(answer, 400, "bad_parameter")


def test_answers_are_forgotten_after_a_day(web: httpx.Client, world: Any, serve: Any) -> None:
    later = [timedelta(0)]
    services = world.services
    real = services.now
    moved = dataclasses.replace(services, now=lambda: real() + later[0])
    server = serve(create_app(moved))
    headers = {"Authorization": f"Bearer {world.key('ingest')}", "Idempotency-Key": "k"}
    send = lambda: web.post(  # noqa: E731
        f"{server.url}/v1/mentions", json=[{"id": "1", "text": "a"}], headers=headers
    )
    assert send().json()["counts"]["created"] == 1
    later[0] = timedelta(hours=23)
    assert send().json()["counts"]["created"] == 1
    later[0] = timedelta(hours=25)
    assert send().json()["counts"]["duplicate"] == 1
