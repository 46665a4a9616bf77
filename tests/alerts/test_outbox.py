# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import threading
import time
from collections import defaultdict
from datetime import timedelta

import pytest

from alerts.judge import Judge
from alerts.outbox import LEASE, Courier, deliver_due
from alerts.receiver import Attempt
from alerts.schedule import WAITS, next_try
from ascolto.errors import NotFound, StoreFull
from ascolto.model import DeliveryState
from ascolto.settings import Receiver
from ascolto.store.records import Batch, CaseFilter

SENT = Attempt("sent")
BUSY = Attempt("retry", "answered 503")


class Told:
    """A strict receiver: gives the answers it was told, and fails on a call too many."""

    kind = "told"

    def __init__(self, *answers, always=None):
        self.answers, self.always = list(answers), always
        self.calls = []
        self.entered, self.go = threading.Event(), threading.Event()
        self.go.set()

    def deliver(self, outgoing, now):
        self.calls.append((outgoing.delivery.id, outgoing.delivery.attempts, now))
        self.entered.set()
        assert self.go.wait(20)
        answer = self.answers.pop(0) if self.answers else self.always
        assert answer is not None, "a call too many"
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def alerted(made, store, clock):
    """Stores alerts with a row for each named receiver; their ids."""

    def store_alerts(count, *names):
        hooks = tuple(
            Receiver(name=name, url="http://x.example", secret=made.SECRET) for name in names
        )
        judge = Judge(made.settings(receivers=hooks), lambda text: ())
        posts = [made.post(number) for number in range(count)]
        store.sources.ingest("forum", Batch(mentions=posts))
        unread = store.work.unread(1000)
        store.work.annotate([made.reading(one.mention) for one in unread], upto=unread[-1].seq)
        items = store.work.unjudged(1000)
        found = judge.judge(items, lambda *_: None, clock(), case_of=lambda _: None)
        store.work.judge(found, upto=items[-1].seq)
        return [one.alert.id for one in found]

    return store_alerts


def row(store, alert_id, name="hook"):
    return next(one for one in store.outbox.deliveries(alert_id) if one.receiver == name)


def test_sent_only_after_the_receivers_word(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    hook = Told(SENT)
    assert deliver_due(store.outbox, {"hook": hook}, clock) == 1
    found = row(store, alert)
    assert (found.state, found.attempts, found.sent_at) == (DeliveryState.sent, 1, clock())
    assert deliver_due(store.outbox, {"hook": hook}, clock) == 0
    assert store.outbox.waiting() == 0


def test_the_whole_schedule_on_a_fake_clock(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    hook = Told(always=BUSY)
    due = clock()
    for wait in WAITS:
        if wait:
            low, high = due + wait * 0.9, due + wait * 1.1
            assert low <= row(store, alert).due_at <= high
            clock.now = row(store, alert).due_at - timedelta(microseconds=1)
            assert deliver_due(store.outbox, {"hook": hook}, clock) == 0
            clock.now = row(store, alert).due_at
        due = clock()
        assert deliver_due(store.outbox, {"hook": hook}, clock) == 1
    found = row(store, alert)
    assert (found.state, found.attempts, found.reason) == (DeliveryState.dead, 10, "answered 503")
    assert len({identity for identity, _, _ in hook.calls}) == 1
    assert [attempt for _, attempt, _ in hook.calls] == list(range(1, 11))
    clock.advance(days=30)
    assert deliver_due(store.outbox, {"hook": hook}, clock) == 0
    assert timedelta(hours=68) < hook.calls[-1][2] - hook.calls[0][2] < timedelta(hours=84)


def test_jitter_differs_between_rows_and_repeats_for_one(store, clock, alerted):
    alerted(20, "hook")
    deliver_due(store.outbox, {"hook": Told(always=BUSY)}, clock)
    rows = [
        row(store, alert).model_copy(update={"attempts": 3})
        for alert in [one.id for one in store.alerts.page(limit=50, where=CaseFilter())[0]]
    ]
    times = [next_try(one, clock(), None) for one in rows]
    assert times == [next_try(one, clock(), None) for one in rows]
    assert len(set(times)) == 20


@pytest.mark.parametrize(
    ("wish", "least", "most"),
    [
        (None, 4.5, 5.5),
        (timedelta(seconds=1), 4.5, 5.5),
        (timedelta(seconds=120), 120, 120),
        (timedelta(days=900), 86_400, 86_400),
    ],
)
def test_retry_after_is_obeyed(store, clock, alerted, wish, least, most):
    (alert,) = alerted(1, "hook")
    hook = Told(Attempt("retry", "answered 429", wish))
    deliver_due(store.outbox, {"hook": hook}, clock)
    waited = (row(store, alert).due_at - clock()).total_seconds()
    assert least <= waited <= most


def test_refused_is_final_and_says_why(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    deliver_due(store.outbox, {"hook": Told(Attempt("refused", "answered 410"))}, clock)
    found = row(store, alert)
    assert (found.state, found.reason) == (DeliveryState.failed, "answered 410")
    assert store.outbox.waiting() == 0


def test_a_receiver_that_left_the_settings(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    deliver_due(store.outbox, {}, clock)
    found = row(store, alert)
    assert found.state is DeliveryState.failed
    assert "settings" in found.reason


def test_a_receiver_that_raises_loses_nothing(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    hook = Told(RuntimeError("canary-text"), SENT)
    deliver_due(store.outbox, {"hook": hook}, clock)
    found = row(store, alert)
    assert found.state is DeliveryState.due
    assert "RuntimeError" in found.reason
    assert "canary" not in found.reason
    clock.now = found.due_at
    deliver_due(store.outbox, {"hook": hook}, clock)
    assert row(store, alert).state is DeliveryState.sent


def test_what_a_killed_process_had_taken_comes_again_with_the_same_id(store, clock, alerted):
    (alert,) = alerted(1, "hook")
    (taken,) = store.outbox.lease(now=clock(), until=clock() + LEASE, limit=5)
    hook = Told(SENT)
    assert deliver_due(store.outbox, {"hook": hook}, clock) == 0
    clock.now += LEASE
    assert deliver_due(store.outbox, {"hook": hook}, clock) == 1
    assert hook.calls[0][0] == taken.delivery.id
    assert row(store, alert).state is DeliveryState.sent


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_one_that_hangs_never_delays_another(store, clock, alerted):
    alerts = alerted(30, "slow", "quick")
    slow, quick = Told(always=SENT), Told(always=SENT)
    slow.go.clear()
    courier = Courier(store.outbox, {"slow": slow, "quick": quick}, clock)
    try:
        courier.deliver_due(10)
        assert slow.entered.wait(5)
        done = 0
        while done < 30:
            courier.deliver_due(10)
            done = sum(row(store, one, "quick").state is DeliveryState.sent for one in alerts)
            time.sleep(0.005)
        assert len(slow.calls) == 1
        untouched = [row(store, one, "slow").attempts for one in alerts]
        assert max(untouched) <= 1
    finally:
        slow.go.set()
        assert courier.wait(10)


def test_one_that_fails_never_hides_another(store, clock, alerted):
    alerts = alerted(5, "bad", "good")
    receivers = {"bad": Told(always=BUSY), "good": Told(always=SENT)}
    deliver_due(store.outbox, receivers, clock)
    assert all(row(store, one, "good").state is DeliveryState.sent for one in alerts)
    assert all(row(store, one, "bad").state is DeliveryState.due for one in alerts)


def test_rows_whose_lease_runs_out_go_back_uncounted(store, clock, alerted):
    alerts = alerted(3, "hook")
    hook = Told(always=SENT)
    deliver = hook.deliver

    def slowly(outgoing, now):
        clock.advance(seconds=16)
        return deliver(outgoing, now)

    hook.deliver = slowly
    deliver_due(store.outbox, {"hook": hook}, clock)
    states = [row(store, one) for one in alerts]
    assert sum(one.state is DeliveryState.sent for one in states) == 1
    assert sorted(one.attempts for one in states) == [0, 0, 1]
    hook.deliver = deliver
    deliver_due(store.outbox, {"hook": hook}, clock)
    assert all(row(store, one).state is DeliveryState.sent for one in alerts)


def test_closing_finishes_the_attempt_and_puts_the_rest_back(store, clock, alerted):
    alerts = alerted(4, "hook")
    hook = Told(always=SENT)
    hook.go.clear()
    courier = Courier(store.outbox, {"hook": hook}, clock)
    courier.deliver_due()
    assert hook.entered.wait(5)
    closing = threading.Thread(target=courier.close)
    closing.start()
    wait_until(lambda: courier.deliver_due() == 0)
    time.sleep(0.05)
    hook.go.set()
    closing.join(10)
    states = sorted(str(row(store, one).state) for one in alerts)
    assert states == ["due", "due", "due", "sent"]
    assert sum(row(store, one).attempts for one in alerts) == 1


class Broken:
    """An outbox over a real one, whose every second outcome cannot be stored."""

    def __init__(self, inner):
        self.inner, self.tries = inner, 0

    def lease(self, **how):
        return self.inner.lease(**how)

    def settle(self, delivery):
        self.tries += 1
        if self.tries % 2:
            raise StoreFull("no space")
        self.inner.settle(delivery)


def test_an_outcome_that_cannot_be_stored_is_a_second_copy_not_a_loss(store, clock, alerted):
    alerts = alerted(4, "hook")
    hook = Told(always=SENT)
    broken = Broken(store.outbox)
    for _ in range(10):
        deliver_due(broken, {"hook": hook}, clock)
        clock.now += LEASE
    assert all(row(store, one).state is DeliveryState.sent for one in alerts)
    copies = defaultdict(int)
    for identity, *_ in hook.calls:
        copies[identity] += 1
    assert len(copies) == 4
    assert max(copies.values()) > 1


def test_skip_leaves_rows_of_the_busy(store, clock, alerted):
    (alert,) = alerted(1, "a", "b")
    taken = store.outbox.lease(now=clock(), until=clock() + LEASE, limit=9, skip=("a",))
    assert [one.delivery.receiver for one in taken] == ["b"]
    assert row(store, alert, "a").attempts == 0
    assert store.outbox.lease(now=clock(), until=clock() + LEASE, limit=9, skip=("a", "b")) == ()


def test_a_row_that_is_gone_is_no_end(store, clock, alerted):
    alerted(2, "hook")

    class Gone(Broken):
        def settle(self, delivery):
            raise NotFound("gone")

    assert deliver_due(Gone(store.outbox), {"hook": Told(always=SENT)}, clock) == 2
