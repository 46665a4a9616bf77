# SPDX-License-Identifier: Apache-2.0
"""Cases: what people see and do, and who wins when several try at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

Check = Callable[..., dict[str, Any]]
Connect = Callable[..., httpx.Client]


@pytest.fixture
def anna(connect: Connect) -> httpx.Client:
    return connect(user="anna")


@pytest.fixture
def lea(connect: Connect) -> httpx.Client:
    return connect(user="lea")


def _step(
    client: httpx.Client, case_id: str, step: str, version: object, **body: str
) -> httpx.Response:
    headers = {"If-Match": str(version)}
    return client.post(f"/v1/cases/{case_id}/{step}", headers=headers, json=body or None)


def test_a_case_is_shown_whole(world: Any, anna: httpx.Client) -> None:
    case = world.case("The card was swallowed.")
    answer = anna.get(f"/v1/cases/{case.id}")
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert body["version"] == 1
    assert body["mentions"][0]["text"] == "The card was swallowed."
    assert body["mentions"][0]["reading"]["intent"]["label"] == "card_problem"
    assert body["alerts"][0]["id"] == case.alert_ids[0]
    assert body["deliveries"][0]["receiver"] == "chat"
    assert body["history"][0]["action"] == "opened"


def test_the_queue(world: Any, anna: httpx.Client) -> None:
    cases = [world.case(f"post {number}") for number in range(3)]
    page = anna.get("/v1/cases?limit=2").json()
    assert [item["id"] for item in page["items"]] == [case.id for case in cases[:2]]
    assert page["total"] == {"value": 3, "relation": "eq"}
    assert "history" not in page["items"][0]
    rest = anna.get("/v1/cases", params={"cursor": page["next_cursor"]}).json()
    assert [item["id"] for item in rest["items"]] == [cases[2].id]
    assert anna.get("/v1/cases?unit=legal").json()["items"] == []


def test_the_life_of_a_case(world: Any, anna: httpx.Client, lea: httpx.Client) -> None:
    case = world.case()
    steps: tuple[tuple[httpx.Client, str, dict[str, str], str], ...] = (
        (anna, "claim", {}, "claimed"),
        (anna, "note", {"text": "called the branch"}, "claimed"),
        (anna, "release", {}, "new"),
        (lea, "assign", {"to": "anna"}, "claimed"),
        (anna, "transfer", {"unit": "legal", "reason": "a lawyer writes"}, "new"),
        (anna, "dismiss", {"reason": "spam"}, "dismissed"),
        (anna, "reopen", {"reason": "no spam after all"}, "new"),
        (anna, "resolve", {}, "resolved"),
    )
    for version, (who, step, body, state) in enumerate(steps, start=1):
        answer = _step(who, case.id, step, version, **body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == state
        assert answer.json()["version"] == version + 1
        assert answer.headers["etag"] == f'"{version + 1}"'
    history = anna.get(f"/v1/cases/{case.id}").json()["history"]
    assert len(history) == 1 + len(steps)
    assert [event["actor"] for event in history[1:5]] == ["anna", "anna", "anna", "lea"]
    assert history[2]["detail"] == "called the branch"


def test_the_same_steps_on_an_alert_act_on_its_case(
    world: Any, connect: Connect, assert_problem: Check
) -> None:
    case = world.case()
    path = f"/v1/alerts/{case.alert_ids[0]}"
    program = connect("care")
    assert program.post(f"{path}/claim", headers={"If-Match": "1"}).json()["id"] == case.id
    stale = program.post(f"{path}/note", headers={"If-Match": "1"}, json={"text": "x"})
    assert_problem(stale, 409, "stale")
    assert world.store.cases.get(case.id).claimed_by == "key:program"


def test_a_version_is_required_and_has_to_be_right(
    world: Any, anna: httpx.Client, assert_problem: Check
) -> None:
    case = world.case()
    path = f"/v1/cases/{case.id}/claim"
    assert_problem(anna.post(path), 428, "precondition_required")
    for wrong in ("*", "x", '"1', "1, 2", "-1", "", "١", "9" * 30):
        answer = anna.post(path, headers={"If-Match": wrong.encode()})
        assert_problem(answer, 400, "bad_parameter")
    stale = anna.post(path, headers={"If-Match": "7"})
    body = assert_problem(stale, 409, "stale")
    assert body["current_version"] == 1
    assert stale.headers["etag"] == '"1"'
    assert world.store.cases.get(case.id).version == 1


@pytest.mark.parametrize("written", ["1", '"1"', 'W/"1"'])
def test_a_version_is_understood_in_three_forms(
    world: Any, anna: httpx.Client, written: str
) -> None:
    assert _step(anna, world.case().id, "claim", written).status_code == 200


def test_what_the_state_does_not_allow(
    world: Any, anna: httpx.Client, lea: httpx.Client, assert_problem: Check
) -> None:
    case = world.case()
    assert_problem(_step(anna, case.id, "reopen", 1), 409, "refused")
    _step(anna, case.id, "claim", 1)
    body = assert_problem(_step(lea, case.id, "resolve", 2), 409, "refused")
    assert "anna holds the case" in body["detail"]


def test_who_may_assign_and_to_whom(
    world: Any, anna: httpx.Client, lea: httpx.Client, assert_problem: Check
) -> None:
    case = world.case()
    assert_problem(_step(anna, case.id, "assign", 1, to="lea"), 403, "forbidden")
    assert_problem(_step(lea, case.id, "assign", 1, to="nobody"), 422, "invalid_body")
    assert_problem(_step(lea, case.id, "assign", 1, to="vera"), 422, "invalid_body")
    assert _step(lea, case.id, "assign", 1, to="anna").json()["claimed_by"] == "anna"


def test_a_unit_has_to_exist(world: Any, anna: httpx.Client, assert_problem: Check) -> None:
    answer = _step(anna, world.case().id, "transfer", 1, unit="moon", reason="x")
    body = assert_problem(answer, 422, "invalid_body")
    assert "care, legal" in body["detail"]


def test_of_many_who_claim_at_once_one_wins(
    world: Any, connect: Connect, assert_problem: Check
) -> None:
    callers = {name: connect(user=name) for name in ("anna", "lea", "ada")}
    races = 100
    cases = [world.case(f"post {number}") for number in range(races)]
    barrier = threading.Barrier(len(callers))

    def run(name: str) -> list[httpx.Response]:
        answers = []
        for case in cases:
            barrier.wait(timeout=30)
            answers.append(_step(callers[name], case.id, "claim", 1))
        return answers

    with ThreadPoolExecutor(len(callers)) as pool:
        by_name = dict(zip(callers, pool.map(run, callers), strict=True))
    for number, case in enumerate(cases):
        answers = {name: by_name[name][number] for name in callers}
        winners = [name for name, answer in answers.items() if answer.status_code == 200]
        assert len(winners) == 1
        for name, answer in answers.items():
            if name not in winners:
                assert assert_problem(answer, 409, "stale")["current_version"] == 2
        stored = world.store.cases.get(case.id)
        assert (stored.claimed_by, stored.version) == (winners[0], 2)
        assert len(stored.history) == 2
