# SPDX-License-Identifier: Apache-2.0
"""The queue: the promises of `Cases`."""

from datetime import timedelta

import pytest

from ascolto.errors import BadInput, NotFound, Stale
from ascolto.model import CaseState, Event, Level, Priority
from ascolto.store.records import CaseFilter


def walk(store, where, limit):
    found, cursor = [], None
    while True:
        page, cursor = store.cases.page(where, limit=limit, after=cursor)
        found += list(page)
        if cursor is None:
            return found


def open_case(store, samples, number, **fields):
    post = samples.mention(number)
    alert = samples.alert(post)
    case = samples.case(alert, **fields)
    samples.collect(store, post)
    samples.read_all(store)
    samples.judge_all(store, samples.judgement(post, opened=case))
    return case


def priority(value):
    return Priority(value=value, level=Level.high)


def test_an_unknown_case_is_not_found(store):
    with pytest.raises(NotFound):
        store.cases.get("0" * 32)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_the_queue_is_highest_priority_first_then_oldest(store, samples, limit):
    ranks = [(10, 1), (90, 3), (50, 2), (90, 1), (50, 2), (0, 0), (100, 9)]
    for number, (value, minute) in enumerate(ranks):
        opened = samples.NOON + minute * samples.MINUTE
        open_case(store, samples, number, priority=priority(value), opened_at=opened)
    found = walk(store, CaseFilter(), limit)
    order = [
        (case.priority.value, (case.opened_at - samples.NOON) // samples.MINUTE) for case in found
    ]
    assert order == sorted(ranks, key=lambda rank: (-rank[0], rank[1]))
    assert len({case.id for case in found}) == len(ranks)
    assert store.cases.count(CaseFilter()).value == len(ranks)


def test_the_queue_goes_on_after_a_restart(store, samples):
    cases = [open_case(store, samples, number) for number in range(5)]
    page, cursor = store.cases.page(CaseFilter(), limit=2)
    store.reopen()
    open_case(store, samples, 0 - 5)
    rest, _ = store.cases.page(CaseFilter(), limit=9, after=cursor)
    assert [case.id for case in (*page, *rest)] == [case.id for case in cases]


def test_change_replaces_a_case_of_the_expected_version(store, samples):
    case = open_case(store, samples, 1)
    event = Event(at=samples.NOON, actor="anna", action="claim")
    claimed = case.model_copy(
        update={"version": 2, "state": CaseState.claimed, "claimed_by": "anna", "history": (event,)}
    )
    store.cases.change(claimed, expected=1)
    store.reopen()
    assert store.cases.get(case.id) == claimed
    assert walk(store, CaseFilter(claimed_by="anna"), 5) == [claimed]
    assert walk(store, CaseFilter(states=(CaseState.new,)), 5) == []


def test_a_stale_change_tells_the_version_that_stands(store, samples):
    case = open_case(store, samples, 1)
    store.cases.change(case.model_copy(update={"version": 2, "reason": "first"}), expected=1)
    with pytest.raises(Stale) as caught:
        store.cases.change(case.model_copy(update={"version": 2, "reason": "late"}), expected=1)
    assert caught.value.current == 2
    assert store.cases.get(case.id).reason == "first"


def test_a_change_from_the_future_is_stale(store, samples):
    case = open_case(store, samples, 1)
    with pytest.raises(Stale):
        store.cases.change(case.model_copy(update={"version": 8}), expected=7)


def test_a_change_of_an_unknown_case_is_not_found(store, samples):
    case = samples.case(samples.alert(samples.mention(1)), version=2)
    with pytest.raises(NotFound):
        store.cases.change(case, expected=1)


@pytest.mark.parametrize("version", [1, 3])
def test_the_new_version_follows_the_expected_one(store, samples, version):
    case = open_case(store, samples, 1)
    with pytest.raises(BadInput):
        store.cases.change(case.model_copy(update={"version": version}), expected=1)
    assert store.cases.get(case.id) == case


def test_the_newest_open_case_of_a_thread(store, samples):
    def opened(number, **fields):
        at = samples.NOON + number * samples.MINUTE
        return open_case(store, samples, number, thread="t", opened_at=at, **fields)

    older, newer = opened(1), opened(2)
    customer = opened(3, customer_id="c1")
    opened(4, state=CaseState.resolved)
    opened(5, state=CaseState.dismissed)
    open_case(store, samples, 6, thread="other")
    find = store.cases.open_in_thread
    assert find("forum", "t", None) == newer
    assert find("forum", "t", "c1") == customer
    assert find("forum", "t", "c2") is None
    assert find("news", "t", None) is None
    assert find("forum", "none", None) is None
    over = newer.model_copy(update={"version": 2, "state": CaseState.resolved})
    store.cases.change(over, expected=1)
    assert find("forum", "t", None) == older


@pytest.mark.parametrize("state", ["new", "claimed", "answered", "waiting"])
def test_every_state_but_the_last_two_is_open(store, samples, state):
    case = open_case(store, samples, 1, thread="t", state=state)
    assert store.cases.open_in_thread("forum", "t", None) == case


def test_cases_survive_far_times(store, samples):
    far = samples.NOON.replace(year=9999)
    case = open_case(store, samples, 1, opened_at=samples.NOON.replace(year=1), due_at=far)
    store.reopen()
    assert store.cases.get(case.id) == case
    assert case.due_at - case.opened_at > timedelta(days=3_000_000)
