# SPDX-License-Identifier: Apache-2.0
"""The change log: the promises of `Events`."""

import pytest

from ascolto.model import CaseState


def changes(store, after):
    return {(event.kind, event.subject) for event in store.events.after(after, 10_000)}


def test_an_empty_store_has_no_events(store):
    assert store.events.last() == 0
    assert store.events.after(0, 10) == ()


def test_every_change_appears_above_the_last_number(store, samples):
    post = samples.mention(1)
    alert = samples.alert(post)
    seen = store.events.last()

    def news():
        nonlocal seen
        found = changes(store, seen)
        assert store.events.last() > seen or not found
        seen = store.events.last()
        return found

    samples.collect(store, post)
    assert news() == {("mention", post.id)}
    samples.read_all(store)
    assert news() == {("reading", post.id)}
    samples.judge_all(store, samples.judgement(post))
    assert news() == {("alert", alert.id), ("case", alert.case_id)}
    case = store.cases.get(alert.case_id)
    store.cases.change(
        case.model_copy(update={"version": 2, "state": CaseState.claimed}), expected=1
    )
    assert news() == {("case", alert.case_id)}
    samples.collect(store, samples.mention(1, text="edited"))
    assert news() == {("mention", post.id)}
    samples.collect(store, samples.mention(1, text="edited"))
    assert news() == set()
    store.mentions.delete(post.id, at=samples.NOON, reason="gone")
    assert ("mention", post.id) in news()


def test_events_come_in_order_and_in_pieces(store, samples):
    samples.raise_alerts(store, *(samples.mention(number) for number in range(8)))
    everything = store.events.after(0, 10_000)
    numbers = [event.seq for event in everything]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] <= store.events.last()
    pieces, seq = [], 0
    while piece := store.events.after(seq, 3):
        assert len(piece) <= 3
        pieces += piece
        seq = piece[-1].seq
    assert tuple(pieces) == everything


def test_numbers_survive_a_restart(store, samples):
    samples.collect(store, samples.mention(1))
    before = store.events.last()
    store.reopen()
    assert store.events.last() == before
    samples.collect(store, samples.mention(2))
    (event,) = store.events.after(before, 10)
    assert event.seq > before


@pytest.mark.parametrize("seq", [2**31, 2**63 - 1, 2**63, 10**30])
def test_nothing_stands_above_a_number_of_the_future(store, samples, seq):
    samples.collect(store, samples.mention(1))
    assert store.events.after(seq, 10) == ()
