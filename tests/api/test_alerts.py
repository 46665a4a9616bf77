# SPDX-License-Identifier: Apache-2.0
"""Alerts, and why there are any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

Check = Callable[..., dict[str, Any]]


@pytest.fixture
def reader(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("read")


def test_an_alert_says_all_that_is_needed_to_act(world: Any, reader: httpx.Client) -> None:
    case = world.case("x" * 500)
    page = reader.get("/v1/alerts").json()
    assert page["total"] == {"value": 1, "relation": "eq"}
    (item,) = page["items"]
    assert item["priority"]["reasons"][0]["points"] == 50
    assert item["channel"]["label"] == "public_reply"
    assert item["draft"]["public"].startswith("Hello")
    assert item["rules"][0]["reason"] == "complaint at 0.90"
    assert item["due_at"] > item["created_at"]
    assert item["case"]["id"] == case.id
    assert item["case"]["state"] == "new"
    assert item["case"]["claimed_by"] is None
    assert item["story"] is None
    assert item["mention"]["id"] == case.mention_ids[0]
    assert item["mention"]["text"] == "x" * 280
    one = reader.get(f"/v1/alerts/{item['id']}")
    assert one.json() == item
    assert one.headers["etag"] == f'"{item["version"]}"'


def test_the_version_is_the_one_that_if_match_is_compared_with(
    world: Any, admin: httpx.Client
) -> None:
    case = world.case()
    (alert_id,) = case.alert_ids
    version = admin.get(f"/v1/alerts/{alert_id}").json()["version"]
    claimed = admin.post(f"/v1/alerts/{alert_id}/claim", headers={"If-Match": str(version)})
    assert claimed.status_code == 200
    after = admin.get(f"/v1/alerts/{alert_id}").json()
    assert after["version"] == after["case"]["version"] == version + 1
    assert after["revision"] == 1


def test_filters_speak_of_the_case(world: Any, admin: httpx.Client) -> None:
    first, second = world.case("one"), world.case("two")
    admin.post(f"/v1/cases/{first.id}/claim", headers={"If-Match": "1"})

    def found(**params: Any) -> list[str]:
        return [
            item["case"]["id"] for item in admin.get("/v1/alerts", params=params).json()["items"]
        ]

    assert found(state="claimed") == [first.id]
    assert found(state="new") == [second.id]
    assert sorted(found(state=["new", "claimed"])) == sorted([first.id, second.id])
    assert found(claimed_by="key:program") == [first.id]
    assert found(level="urgent") == []


def test_pages(world: Any, reader: httpx.Client) -> None:
    ids = {world.case(f"post {number}").alert_ids[0] for number in range(5)}
    first = reader.get("/v1/alerts?limit=3").json()
    second = reader.get("/v1/alerts", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert {item["id"] for item in first["items"] + second["items"]} == ids
    assert second["next_cursor"] is None


def test_why(world: Any, reader: httpx.Client, assert_problem: Check) -> None:
    case = world.case()
    answer = reader.get("/v1/alerts/why", params={"mention": case.mention_ids[0]})
    assert answer.json()["alert_id"] == case.alert_ids[0]
    assert answer.json()["decisions"][0]["rule"] == "risk"
    unjudged = world.mention("nobody has read this")
    path = f"/v1/alerts/why?mention={unjudged.id}"
    assert_problem(reader.get(path), 404, "not_found")
    assert_problem(reader.get("/v1/alerts/why"), 400, "bad_parameter")


def test_an_alert_outlives_its_post(world: Any, reader: httpx.Client) -> None:
    case = world.case("Something that was taken back.")
    (mention_id,) = case.mention_ids
    at = case.opened_at + timedelta(minutes=1)
    world.store.mentions.delete(mention_id, at=at, reason="deleted by its author")
    (item,) = reader.get("/v1/alerts").json()["items"]
    assert "deleted by its author" in item["mention"]["gone"]
    whole = reader.get(f"/v1/cases/{case.id}").json()
    assert "deleted by its author" in whole["mentions"][0]["gone"]
    assert "taken back" not in str(item) + str(whole)
