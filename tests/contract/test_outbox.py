# SPDX-License-Identifier: Apache-2.0
"""Deliveries: the promises of `Outbox`."""

from datetime import timedelta

import pytest

from ascolto.model import DeliveryState

LEASE = timedelta(minutes=1)


def lease(store, now, limit=50):
    return store.outbox.lease(now=now, until=now + LEASE, limit=limit)


def settle(store, row, state, **fields):
    store.outbox.settle(row.delivery.model_copy(update={"state": state, **fields}))


def test_a_lease_gives_everything_that_a_receiver_needs(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    (row,) = lease(store, samples.NOON + timedelta(hours=1))
    alert = samples.alert(post)
    assert (row.alert, row.mention, row.reading) == (alert, post, samples.reading(post))
    assert (row.delivery.state, row.delivery.attempts) == (DeliveryState.leased, 1)
    assert row.delivery.id == samples.delivery(alert).id
    assert store.outbox.deliveries(alert.id) == (row.delivery,)


def test_a_row_is_not_taken_before_it_is_due(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    due = samples.delivery(samples.alert(post)).due_at
    assert lease(store, due - timedelta(microseconds=1)) == ()
    assert len(lease(store, due)) == 1


def test_a_leased_row_is_taken_once_until_its_lease_runs_out(store, samples):
    samples.raise_alerts(store, samples.mention(1))
    start = samples.NOON + timedelta(hours=1)
    (first,) = lease(store, start)
    assert lease(store, start) == ()
    assert lease(store, start + LEASE - timedelta(microseconds=1)) == ()
    store.reopen()
    (again,) = lease(store, start + LEASE)
    assert again.delivery.id == first.delivery.id
    assert again.delivery.attempts == 2


def test_the_oldest_are_taken_first_up_to_the_limit(store, samples):
    samples.raise_alerts(store, *(samples.mention(number) for number in (3, 1, 4, 2)))
    now = samples.NOON + timedelta(hours=1)
    assert [row.mention.native_id for row in lease(store, now, limit=3)] == [
        "post-1",
        "post-2",
        "post-3",
    ]
    assert [row.mention.native_id for row in lease(store, now, limit=3)] == ["post-4"]


def test_a_sent_row_stays_sent(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    now = samples.NOON + timedelta(hours=1)
    (row,) = lease(store, now)
    settle(store, row, DeliveryState.sent, sent_at=now)
    for state in (DeliveryState.due, DeliveryState.failed, DeliveryState.dead):
        settle(store, row, state)
    store.reopen()
    (stored,) = store.outbox.deliveries(samples.alert(post).id)
    assert (stored.state, stored.sent_at) == (DeliveryState.sent, now)
    assert lease(store, now + timedelta(days=1)) == ()
    assert store.outbox.waiting() == 0


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_a_row_that_was_given_up_is_not_taken_again(store, samples, state):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    (row,) = lease(store, samples.NOON + timedelta(hours=1))
    settle(store, row, DeliveryState(state), reason="410 Gone")
    assert lease(store, samples.NOON + timedelta(days=9)) == ()
    assert store.outbox.waiting() == 0
    (stored,) = store.outbox.deliveries(samples.alert(post).id)
    assert (stored.state, stored.reason) == (state, "410 Gone")


def test_a_row_to_be_tried_again_waits_for_its_time(store, samples):
    samples.raise_alerts(store, samples.mention(1))
    now = samples.NOON + timedelta(hours=1)
    (row,) = lease(store, now)
    again = now + timedelta(hours=2)
    settle(store, row, DeliveryState.due, due_at=again, reason="500")
    assert store.outbox.waiting() == 1
    assert lease(store, again - timedelta(seconds=1)) == ()
    (row,) = lease(store, again)
    assert row.delivery.attempts == 2


def test_a_receiver_does_not_hold_another_up(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post, receivers=("mail", "hook"))
    now = samples.NOON + timedelta(hours=1)
    rows = {row.delivery.receiver: row for row in lease(store, now)}
    settle(store, rows["hook"], DeliveryState.sent, sent_at=now)
    stored = store.outbox.deliveries(samples.alert(post).id)
    assert [(row.receiver, row.state) for row in stored] == [("hook", "sent"), ("mail", "leased")]
    assert store.outbox.waiting() == 1


def test_waiting_counts_due_and_leased_rows(store, samples):
    samples.raise_alerts(store, *(samples.mention(number) for number in range(3)))
    assert store.outbox.waiting() == 3
    lease(store, samples.NOON + timedelta(hours=1), limit=2)
    assert store.outbox.waiting() == 3


def test_deliveries_of_an_unknown_alert_are_none(store):
    assert store.outbox.deliveries("0" * 32) == ()


def test_two_takers_never_get_the_same_row(store, samples):
    samples.raise_alerts(store, *(samples.mention(number) for number in range(10)))
    other = store.second()
    now = samples.NOON + timedelta(hours=1)
    taken = []
    while rows := (*lease(store, now, 1), *lease(other, now, 2)):
        taken += [row.delivery.id for row in rows]
    assert len(taken) == len(set(taken)) == 10


def test_rows_of_busy_receivers_are_left_where_they_are(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post, receivers=("hook", "mail", "chat"))
    now = samples.NOON + timedelta(hours=1)
    taken = store.outbox.lease(now=now, until=now + LEASE, limit=1, skip={"chat", "mail"})
    assert [row.delivery.receiver for row in taken] == ["hook"]
    left = {row.receiver: row for row in store.outbox.deliveries(samples.alert(post).id)}
    assert [(left[name].state, left[name].attempts) for name in ("chat", "mail")] == [
        (DeliveryState.due, 0)
    ] * 2
    assert {row.delivery.receiver for row in lease(store, now)} == {"chat", "mail"}
