# SPDX-License-Identifier: Apache-2.0
"""Each way a request can fail has the same form and gives nothing away."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.problems import KINDS, type_of
from ascolto.errors import StoreBusy
from ascolto.log import AllowedFields

Check = Callable[..., dict[str, Any]]


def test_types_are_stable() -> None:
    assert type_of("store_full") == "urn:ascolto:problem:store_full"
    assert all(400 <= kind.status < 600 and kind.title for kind in KINDS.values())


def test_no_such_route(connect: Callable[..., httpx.Client], assert_problem: Check) -> None:
    body = assert_problem(connect().get("/v1/nothing?token=canary"), 404, "not_found")
    assert body["instance"] == "/v1/nothing"
    assert "canary" not in str(body)


def test_no_such_method(admin: httpx.Client, assert_problem: Check) -> None:
    for path, allowed in (("/v1/cases", "GET"), ("/v1/mentions", "GET, POST")):
        answer = admin.delete(path)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


def test_no_such_record(admin: httpx.Client, assert_problem: Check) -> None:
    for path in ("/v1/mentions/x", "/v1/cases/x", "/v1/alerts/x", "/v1/alerts/why?mention=x"):
        assert_problem(admin.get(path), 404, "not_found")
    assert_problem(admin.post("/v1/sources/x/pause"), 404, "not_found")


def test_deleted_at_its_source(world: Any, admin: httpx.Client, assert_problem: Check) -> None:
    mention = world.mention("Something that its author took back.")
    world.store.mentions.delete(
        mention.id, at=mention.collected_at + timedelta(minutes=1), reason="deleted by its author"
    )
    body = assert_problem(admin.get(f"/v1/mentions/{mention.id}"), 410, "gone")
    assert "deleted by its author" in body["detail"]
    assert "took back" not in str(body)


def test_a_wrong_value_names_its_field_and_not_what_was_sent(
    admin: httpx.Client, assert_problem: Check
) -> None:
    for query in ("limit=0", "limit=201", "limit=x", "sentiment=angry", "published_from=canary"):
        answer = admin.get(f"/v1/mentions?{query}")
        body = assert_problem(answer, 400, "bad_parameter")
        assert body["faults"][0]["in"] == "query"
        assert body["faults"][0]["field"] == query.split("=")[0]
        assert "canary" not in answer.text


def test_a_time_needs_a_zone_and_a_year_that_exists(
    admin: httpx.Client, assert_problem: Check
) -> None:
    for moment in (
        "2026-11-24T10:00:00",
        "0.5",
        "1700000000",
        "2026-11-24",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ):
        answer = admin.get("/v1/mentions", params={"published_from": moment})
        assert_problem(answer, 400, "bad_parameter")


def test_an_unknown_parameter_names_the_known_ones(
    admin: httpx.Client, assert_problem: Check
) -> None:
    body = assert_problem(admin.get("/v1/mentions?langauge=it"), 400, "bad_parameter")
    assert "Did you mean language?" in body["detail"]
    assert "published_from" in body["detail"]
    assert_problem(admin.get("/v1/sources?limit=1"), 400, "bad_parameter")


def test_the_query_language_is_said_to_come(admin: httpx.Client, assert_problem: Check) -> None:
    body = assert_problem(admin.get("/v1/mentions?q=card"), 400, "bad_parameter")
    assert "query language" in body["detail"]


def test_a_wrong_cursor(admin: httpx.Client, assert_problem: Check) -> None:
    for path in ("/v1/mentions", "/v1/alerts", "/v1/cases"):
        assert_problem(admin.get(path, params={"cursor": "not-ours"}), 400, "bad_input")


def test_bodies_that_are_not_understood(
    world: Any, admin: httpx.Client, assert_problem: Check
) -> None:
    path = f"/v1/cases/{world.case().id}/note"
    json_type = {"If-Match": "1", "Content-Type": "application/json"}

    def send(content: bytes) -> httpx.Response:
        return admin.post(path, content=content, headers=json_type)

    assert_problem(send(b"{"), 400, "not_json")
    assert_problem(send(b'{"text": "\xff"}'), 400, "bad_request")
    assert_problem(send(b"[" * 10_000), 400, "bad_request")
    assert_problem(send(b'{"text": ' + b"9" * 5000 + b"}"), 400, "bad_request")
    assert_problem(send(b'{"text": 1}'), 422, "invalid_body")
    assert_problem(send(b'{"text": ""}'), 422, "invalid_body")
    assert_problem(send(b'{"text": "a", "more": 1}'), 422, "invalid_body")
    assert_problem(send(rb'{"text": "\ud800"}'), 422, "invalid_body")
    assert_problem(send(rb'{"text": "a", "\ud800": 1}'), 422, "invalid_body")
    assert_problem(send(b""), 422, "invalid_body")


def test_a_body_that_is_too_large(admin: httpx.Client, assert_problem: Check) -> None:
    declared = admin.post("/v1/cases/x/note", content=b"x" * (1024 * 1024 + 1))
    assert_problem(declared, 413, "too_large")

    def drops() -> Any:
        for _ in range(17):
            yield b" " * 1024 * 1024

    assert_problem(admin.post("/v1/mentions", content=drops()), 413, "too_large")


def test_an_error_that_nobody_foresaw(
    web: httpx.Client,
    world: Any,
    serve: Any,
    assert_problem: Check,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> Any:
        raise RuntimeError("canary: the text of a post")

    services = dataclasses.replace(world.services, health=broken)
    server = serve(create_app(services))
    answer = web.get(f"{server.url}/health/ready", headers={"X-Request-Id": "mine-1"})
    body = assert_problem(answer, 500, "internal")
    assert "mine-1" in body["detail"]
    assert "canary" not in answer.text
    (record,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
    line = json.loads(AllowedFields().format(record))
    assert line["request_id"] == "mine-1"
    assert line["route"] == "/health/ready"
    assert line["error"]["kind"] == "RuntimeError"
    assert "canary" not in str(line)


def test_a_busy_store(web: httpx.Client, world: Any, serve: Any, assert_problem: Check) -> None:
    def busy(source: str, batch: Any, *, keep_all: bool) -> Any:
        raise StoreBusy("the store is locked by another process")

    server = serve(create_app(dataclasses.replace(world.services, receive=busy)))
    key = {"Authorization": f"Bearer {world.key('ingest')}"}
    answer = web.post(f"{server.url}/v1/mentions", json=[{"text": "a"}], headers=key)
    assert_problem(answer, 503, "store_busy")
    assert int(answer.headers["retry-after"]) > 0


def test_request_ids_go_in_and_out(connect: Callable[..., httpx.Client]) -> None:
    client = connect()
    ask = lambda given: client.get("/health/live", headers={"X-Request-Id": given})  # noqa: E731
    assert ask("abc-1.2_3").headers["x-request-id"] == "abc-1.2_3"
    for bad in ("", "a b", "a" * 129, "x\ty", "<script>"):
        made = ask(bad).headers["x-request-id"]
        assert made != bad
        assert len(made) == 32


def test_answers_are_not_for_browsers_to_guess_at(connect: Callable[..., httpx.Client]) -> None:
    for path in ("/health/live", "/v1/mentions", "/openapi.json"):
        headers = connect().get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
