# SPDX-License-Identifier: Apache-2.0
"""What people do with a case, by forms alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from parsel import Selector

from ascolto.model import CaseState


def act(client: httpx.Client, world: Any, case: str, step: str, **more: str) -> httpx.Response:
    version = more.pop("version", str(world.store.cases.get(case).version))
    headers = {"x-fragment": "pane"} if more.pop("fragment", "") else {}
    return client.post(f"/triage/{case}/{step}", data={"version": version, **more}, headers=headers)


def test_the_whole_way_of_a_case(anna: httpx.Client, world: Any) -> None:
    case = world.tell("my card is blocked")
    steps: list[tuple[str, dict[str, str], CaseState]] = [
        ("claim", {}, CaseState.claimed),
        ("note", {"text": "asked the branch"}, CaseState.claimed),
        ("release", {}, CaseState.new),
        ("dismiss", {"reason": "Duplicate"}, CaseState.dismissed),
        ("reopen", {}, CaseState.new),
        ("claim", {}, CaseState.claimed),
        ("resolve", {}, CaseState.resolved),
    ]
    for step, words, state in steps:
        answer = act(anna, world, case, step, back="level=high", **words)
        assert answer.status_code == 303, (step, answer.text)
        assert answer.headers["location"] == f"/triage?level=high&case={case}"
        assert world.store.cases.get(case).state is state
    page = anna.get(f"/triage?state=all&case={case}").text
    for words in ("asked the branch", "Duplicate", "reopened", "anna"):
        assert words in page


def test_buttons_follow_the_state(anna: httpx.Client, world: Any) -> None:
    def buttons() -> list[str]:
        pane = Selector(anna.get(f"/triage/pane/{case}").text)
        forms = pane.css("form::attr(action)").getall()
        return sorted({form.rsplit("/", 1)[1] for form in forms})

    case = world.tell("a")
    assert buttons() == ["claim", "dismiss", "note"]
    act(anna, world, case, "claim")
    assert buttons() == ["dismiss", "note", "release", "resolve"]
    act(anna, world, case, "resolve")
    assert buttons() == ["note", "reopen"]
    other = case = world.tell("b")
    world.as_somebody(other, "bianca")
    assert buttons() == ["note"]


def test_who_comes_second_is_told_who_was_first(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    world.as_somebody(case, "bianca")
    for fragment in ("", "yes"):
        answer = act(anna, world, case, "claim", version="1", fragment=fragment)
        assert answer.status_code == 409
        page = Selector(answer.text)
        said = "".join(page.css("[role=alert]::text").getall())
        assert "bianca claimed this first" in said
        assert page.css("article.case::attr(data-version)").get() == "2"
    assert world.store.cases.get(case).claimed_by == "bianca"


def test_a_stale_note_says_what_happened(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    act(anna, world, case, "note", text="one")
    answer = act(anna, world, case, "note", text="two", version="1")
    assert answer.status_code == 409
    assert "You changed this first (note)" in answer.text


def test_a_dismissal_needs_a_reason(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    answer = act(anna, world, case, "dismiss", reason="   ")
    assert answer.status_code == 409
    assert "reason" in answer.text
    assert world.store.cases.get(case).state is CaseState.new


def test_somebody_elses_case_stays_theirs(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    world.as_somebody(case, "bianca")
    for step in ("resolve", "release", "dismiss"):
        answer = act(anna, world, case, step, reason="Spam")
        assert answer.status_code == 409
        assert "bianca holds the case" in answer.text
    assert world.store.cases.get(case).claimed_by == "bianca"


def test_unknown_steps_and_broken_forms(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    assert act(anna, world, case, "explode").status_code == 404
    assert act(anna, world, case, "assign").status_code == 404
    assert anna.post("/triage/none/claim", data={"version": "1"}).status_code == 404
    for data in ({}, {"version": "x"}, {"version": "1", "text": "x" * 5000}):
        answer = anna.post(f"/triage/{case}/claim", data=data)
        assert answer.status_code == 422
        assert answer.headers["content-type"].startswith("text/html")
    assert world.store.cases.get(case).version == 1


def test_back_leads_only_into_the_queue(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    back = "level=low&next=//evil.example&case=other#x"
    answer = act(anna, world, case, "note", text="n", back=back)
    assert answer.headers["location"] == f"/triage?level=low&case={case}"


def test_of_twenty_clicks_at_once_one_wins(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    with ThreadPoolExecutor(10) as clicks:
        answers = list(
            clicks.map(lambda _: act(anna, world, case, "claim", version="1"), range(20))
        )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [303] + [409] * 19
    assert len(world.store.cases.get(case).history) == 2
