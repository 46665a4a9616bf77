# SPDX-License-Identifier: Apache-2.0
"""Sources, the model, the rules, health and figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from api.services import Health
from ascolto.store.records import Run

Check = Callable[..., dict[str, Any]]
Connect = Callable[..., httpx.Client]


def _sources(client: httpx.Client) -> dict[str, dict[str, Any]]:
    page = client.get("/v1/sources").json()
    assert page["next_cursor"] is None
    assert page["total"]["value"] == len(page["items"])
    return {item["id"]: item for item in page["items"]}


def test_conditions(world: Any, admin: httpx.Client) -> None:
    assert _sources(admin)["forum"]["condition"] == "never_collected"
    now = datetime.now(UTC)

    def ran(ended: datetime, error: str | None = None) -> str:
        run = Run(source="forum", started=ended, ended=ended, next_due=now, error=error)
        world.store.sources.record_run(run)
        condition: str = _sources(admin)["forum"]["condition"]
        return condition

    assert ran(now - timedelta(hours=2)) == "late"
    assert ran(now) == "ok"
    assert ran(now, "the server says 503") == "failing"
    forum = _sources(admin)["forum"]
    assert forum["failures"] == 1
    assert forum["last_error"] == "the server says 503"
    assert 0 <= forum["freshness_seconds"] < 60
    assert forum["next_due"] is not None


def test_addresses_are_shown_without_secrets(admin: httpx.Client) -> None:
    answer = admin.get("/v1/sources")
    assert _sources(admin)["forum"]["url"] == "https://forum.example/feed"
    assert "canary" not in answer.text


def test_pause_resume_collect(world: Any, admin: httpx.Client, assert_problem: Check) -> None:
    assert admin.post("/v1/sources/forum/pause").json()["condition"] == "paused"
    assert world.store.sources.state("forum").paused
    assert admin.post("/v1/sources/forum/resume").json()["paused"] is False
    assert not world.store.sources.state("forum").paused
    assert admin.post("/v1/sources/forum/collect").status_code == 202
    assert world.collected == ["forum"]
    assert_problem(admin.post("/v1/sources/push/collect"), 404, "not_found")
    assert world.collected == ["forum"]


def test_accounting(world: Any, admin: httpx.Client) -> None:
    world.mention("one", native_id="1")
    world.mention("one", native_id="1")
    forum = _sources(admin)["forum"]
    assert forum["accounting"]["fetched"] == 2
    assert forum["accounting"]["duplicate"] == 1
    assert forum["balanced"] is True


def test_the_model_and_the_rules(admin: httpx.Client) -> None:
    model = admin.get("/v1/models/current").json()
    assert model == {"name": "lexicon", "version": "1", "sha256": "0" * 64}
    rules = admin.get("/v1/rules").json()
    assert {item["id"] for item in rules["items"]} >= {"risk", "reach", "needs_reply"}
    assert rules["settings"]["reach_followers"] == 777


def test_health(world: Any, connect: Connect, assert_problem: Check) -> None:
    client = connect()
    assert client.get("/health/live?probe=1").json() == {"status": "live"}
    world.health[0] = Health(warnings=("degraded",))
    assert client.get("/health/ready").json() == {"status": "ready", "warnings": ["degraded"]}
    world.health[0] = Health(problems=("the disk is full",))
    body = assert_problem(client.get("/health/ready"), 503, "not_ready")
    assert body["problems"] == ["the disk is full"]
    assert client.get("/health/live").status_code == 200


def test_figures(world: Any, connect: Connect) -> None:
    world.case()
    world.mention("unread")
    client = connect("read")
    client.get("/v1/mentions/one")
    client.get("/nothing/like/this")
    client.request("INVENTED", "/v1/mentions")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = answer.text.splitlines()
    assert 'ascolto_backlog{stage="read"} 1.0' in lines
    assert 'ascolto_backlog{stage="judge"} 0.0' in lines
    assert "ascolto_outbox_waiting 1.0" in lines
    assert 'ascolto_items_total{outcome="created",source="forum"} 2.0' in lines
    count = 'ascolto_request_seconds_count{method="%s",route="%s",status="%s"} 1.0'
    assert count % ("GET", "/v1/mentions/{id}", "404") in lines
    assert count % ("GET", "none", "404") in lines
    assert "INVENTED" not in answer.text
    assert "like/this" not in answer.text
