# SPDX-License-Identifier: Apache-2.0
"""Alerts: the promises of `Alerts`."""

import pytest

from ascolto.errors import NotFound
from ascolto.model import CaseState, Channel, Level, Priority
from ascolto.store.records import CaseFilter


def walk(store, where, limit):
    found, cursor = [], None
    while True:
        page, cursor = store.alerts.page(limit=limit, after=cursor, where=where)
        found += [alert.id for alert in page]
        if cursor is None:
            return found


def test_an_unknown_alert_is_not_found(store):
    with pytest.raises(NotFound):
        store.alerts.get("0" * 32)


def test_why_of_a_mention_that_was_not_judged_is_not_found(store, samples):
    samples.collect(store, samples.mention(1))
    with pytest.raises(NotFound):
        store.alerts.why(samples.mention(1).id)
    with pytest.raises(NotFound):
        store.alerts.why("0" * 32)


def test_why_tells_every_decision_also_when_nothing_fired(store, samples):
    post = samples.mention(1)
    samples.collect(store, post)
    samples.read_all(store)
    samples.judge_all(store, samples.quiet(post))
    judged = store.alerts.why(post.id)
    assert judged.decisions == (samples.decision(False),)
    assert (judged.mention_id, judged.alert_id, judged.judged_at) == (post.id, None, samples.NOON)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_pages_are_newest_first(store, samples, limit):
    posts = [samples.mention(number) for number in (2, 5, 1, 4, 3)]
    samples.raise_alerts(store, *posts)
    expected = [samples.alert(samples.mention(number)).id for number in (5, 4, 3, 2, 1)]
    assert walk(store, CaseFilter(), limit) == expected
    assert store.alerts.count(CaseFilter()).value == 5


def test_alerts_of_one_moment_are_neither_lost_nor_repeated(store, samples):
    posts = [samples.mention(number, collected_at=samples.NOON) for number in range(9)]
    samples.raise_alerts(store, *posts)
    found = walk(store, CaseFilter(), 2)
    assert sorted(found) == sorted(samples.alert(post).id for post in posts)


def test_a_refreshed_alert_keeps_its_place(store, samples):
    posts = [samples.mention(number) for number in range(4)]
    samples.raise_alerts(store, *posts)
    _, cursor = store.alerts.page(limit=2, where=CaseFilter())
    late = samples.NOON.replace(year=2027)
    refreshed = samples.alert(posts[0], created_at=late)
    case = samples.case(refreshed, version=2)
    store.work.judge([samples.judgement(posts[0], refreshed, opened=case, expected=1)], upto=0)
    page, _ = store.alerts.page(limit=9, after=cursor, where=CaseFilter())
    assert [alert.mention_id for alert in page] == [posts[1].id, posts[0].id]


def test_the_filter_speaks_of_the_case_as_it_stands_now(store, samples):
    first, second = samples.mention(1), samples.mention(2)
    urgent = samples.alert(
        second,
        unit="legal",
        priority=Priority(value=90, level=Level.urgent),
    )
    samples.collect(store, first, second)
    samples.read_all(store)
    samples.judge_all(store, samples.judgement(first), samples.judgement(second, urgent))
    case = store.cases.get(samples.alert(first).case_id)
    claimed = case.model_copy(
        update={"version": 2, "state": CaseState.claimed, "claimed_by": "anna"}
    )
    store.cases.change(claimed, expected=1)
    one, two = samples.alert(first).id, urgent.id
    for where, expected in [
        (CaseFilter(states=(CaseState.claimed,)), [one]),
        (CaseFilter(states=(CaseState.new,)), [two]),
        (CaseFilter(states=(CaseState.new, CaseState.claimed)), [two, one]),
        (CaseFilter(claimed_by="anna"), [one]),
        (CaseFilter(unit="legal"), [two]),
        (CaseFilter(level=Level.urgent), [two]),
        (CaseFilter(channel=Channel.no_reply), []),
        (CaseFilter(brand="Banca Esempio"), [two, one]),
        (CaseFilter(brand="Altra"), []),
    ]:
        assert walk(store, where, 1) == expected, where
        assert store.alerts.count(where).value == len(expected), where
