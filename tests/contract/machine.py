# SPDX-License-Identifier: Apache-2.0
"""Random histories of a store, step by step compared with the oracle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ascolto.errors import Gone, Stale
from ascolto.model import DeliveryState
from ascolto.store.records import Batch, CaseFilter, MentionFilter

NUMBERS = st.integers(0, 11)
LEASE = timedelta(minutes=5)


def build(new_store: Callable[[], Any], samples: ModuleType, oracle: type) -> type:
    """The machine over stores of one kind."""

    class History(StoreHistory):
        open_store = staticmethod(new_store)
        make = samples
        new_oracle = oracle

    return History


class StoreHistory(RuleBasedStateMachine):
    """Ingest, edit, read, judge, deliver, delete, crash: in any order."""

    open_store: Callable[[], Any]
    make: Any
    new_oracle: Any

    @initialize(alerts=st.integers(0, 6), leased=st.integers(0, 6))
    def begin(self, alerts: int, leased: int) -> None:
        self.store = self.open_store()
        self.oracle = self.new_oracle()
        self.seen = 0
        self.leased: list[Any] = []
        self.store.clock.advance(timedelta(minutes=20))
        if alerts:  # most histories begin where there is something to deliver
            self.ingest(list(range(alerts)), 0, 0, None)
            self.annotate(alerts)
            self.judge(alerts, [True] * 8)
            self.lease(leased)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.everything_agrees()
            self.store.close_all()

    @rule(
        numbers=st.lists(NUMBERS, max_size=6),
        edition=st.integers(0, 2),
        filtered=st.integers(0, 3),
        cursor=st.none() | st.text(min_size=1, max_size=5),
    )
    def ingest(self, numbers: list[int], edition: int, filtered: int, cursor: str | None) -> None:
        text = f"edition {edition}"
        posts = [self.make.mention(number, text=text) for number in numbers]
        batch = Batch(mentions=tuple(posts), filtered=filtered, cursor=cursor)
        stored = self.store.sources.ingest("forum", batch)
        assert list(stored.outcomes) == self.oracle.ingest(posts, filtered, cursor)

    @precondition(lambda self: self.oracle.posts)
    @rule()
    def replay(self) -> None:
        posts = [post.mention for post in self.oracle.posts.values()]
        stored = self.store.sources.ingest("forum", Batch(mentions=tuple(posts)))
        self.oracle.ingest(posts, 0, None)
        assert set(stored.outcomes) == {"duplicate"}

    @precondition(lambda self: self.oracle.unread())
    @rule(count=st.integers(1, 8))
    def annotate(self, count: int) -> None:
        waiting = self.store.work.unread(count)
        expected = self.oracle.unread()[:count]
        assert [item.mention for item in waiting] == [post.mention for post in expected]
        readings = [self.make.reading(item.mention) for item in waiting]
        self.store.work.annotate(readings, upto=waiting[-1].seq)
        self.store.work.annotate([], upto=0)
        self.oracle.annotate(readings)

    @precondition(lambda self: self.oracle.unjudged())
    @rule(count=st.integers(1, 8), fires=st.lists(st.booleans(), min_size=8, max_size=8))
    def judge(self, count: int, fires: list[bool]) -> None:
        waiting = self.store.work.unjudged(count)
        expected = self.oracle.unjudged()[:count]
        assert [item.mention.id for item in waiting] == [post.mention.id for post in expected]
        assert [item.reading for item in waiting] == [post.reading for post in expected]
        posts = [item.mention for item in waiting]
        judgements = [
            self._firing(post) if fires[place] else self.make.quiet(post)
            for place, post in enumerate(posts)
        ]
        self.store.work.judge(judgements, upto=waiting[-1].seq)
        self.oracle.judge(judgements)

    def _firing(self, post: Any, skipped: int = 0) -> Any:
        alert = self.make.alert(post, updated_at=self.store.clock.now)
        known = self.oracle.cases.get(alert.case_id)
        version = (known.version if known else 0) + skipped
        opened = self.make.case(alert, version=version + 1)
        return self.make.judgement(
            post, alert, receivers=("hook", "mail"), opened=opened, expected=version
        )

    @precondition(lambda self: self._alerted())
    @rule()
    def judge_with_a_stale_case(self) -> None:
        post = self._alerted()[0].mention
        judgements = [self._firing(post), self._firing(post, skipped=7)]
        with pytest.raises(Stale):
            self.store.work.judge(judgements, upto=self.store.events.last())

    @precondition(lambda self: self._alerted())
    @rule()
    def judge_again(self) -> None:
        judgements = [self._firing(post.mention) for post in self._alerted()[:2]]
        self.store.work.judge(judgements, upto=0)
        self.oracle.refresh(judgements)

    def _alerted(self) -> list[Any]:
        return [
            post
            for post in self.oracle.alive()
            if self.make.alert(post.mention).id in self.oracle.alerts
        ]

    @rule(count=st.integers(1, 5))
    def lease(self, count: int) -> None:
        now = self.store.clock.now
        due = self.oracle.due(now)
        taken = self.store.outbox.lease(now=now, until=now + LEASE, limit=count)
        since = [due[row.delivery.id] for row in taken]
        assert since == sorted(due.values())[:count]
        for row in taken:
            assert row.delivery == self.oracle.lease(row.delivery.id, now + LEASE)
        self.leased += [row.delivery for row in taken]

    @precondition(lambda self: self.leased)
    @rule(data=st.data(), state=st.sampled_from(["sent", "sent", "due", "failed", "dead"]))
    def settle(self, data: st.DataObject, state: str) -> None:
        delivery = self.leased.pop(data.draw(st.integers(0, len(self.leased) - 1)))
        outcome = {"state": DeliveryState(state), "due_at": self.store.clock.now + LEASE / 2}
        settled = delivery.model_copy(update=outcome)
        self.store.outbox.settle(settled)
        self.oracle.settle(settled)
        if settled.state is DeliveryState.sent:
            self.leased.append(delivery)  # a late second outcome must not undo it

    @rule(minutes=st.integers(1, 7))
    def expire(self, minutes: int) -> None:
        self.store.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: self.oracle.alive())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        post = data.draw(st.sampled_from(self.oracle.alive()))
        self.store.mentions.delete(post.mention.id, at=self.store.clock.now, reason="gone")
        self.oracle.delete(post.mention.id)

    @rule(crash=st.booleans())
    def reopen(self, crash: bool) -> None:
        if crash:
            self.store.abandon()
        else:
            self.store.reopen()

    @rule()
    def follow_the_log(self) -> None:
        events = self.store.events.after(self.seen, 10_000)
        numbers = [event.seq for event in events]
        assert numbers == sorted(set(numbers))
        said = {(event.kind, event.subject) for event in events}
        standing = {change for change in self.oracle.changes if self._stands(*change)}
        assert standing <= said
        self.oracle.changes.clear()
        self.seen = self.store.events.last()

    def _stands(self, kind: str, subject: str) -> bool:
        return kind != "reading" or self.oracle.posts[subject].reading is not None

    @rule(limit=st.integers(1, 5))
    def page(self, limit: int) -> None:
        found, cursor = [], None
        while True:
            views, cursor = self.store.mentions.page(MentionFilter(), limit=limit, after=cursor)
            found += [view.mention for view in views]
            if cursor is None:
                break
        expected = [post.mention for post in self.oracle.alive()]
        assert found == sorted(expected, key=lambda post: post.collected_at, reverse=True)

    @invariant()
    def backlogs_agree(self) -> None:
        if not hasattr(self, "store"):
            return
        assert self.store.work.backlog("read") == len(self.oracle.unread())
        assert self.store.work.backlog("judge") == len(self.oracle.unjudged())
        waiting = [row for row in self.oracle.rows.values() if row.takeable is not None]
        assert self.store.outbox.waiting() == len(waiting)

    @rule()
    def everything_agrees(self) -> None:
        self._posts_agree()
        state = self.store.sources.state("forum")
        assert state.cursor == self.oracle.cursor
        assert state.accounting.balanced
        for name, count in self.oracle.counts.items():
            assert getattr(state.accounting, name) == count, name
        for identity, judged in self.oracle.judged.items():
            assert self.store.alerts.why(identity) == judged
        for identity, case in self.oracle.cases.items():
            assert self.store.cases.get(identity) == case
        assert self.store.cases.count(CaseFilter()).value == len(self.oracle.cases)
        assert self.store.alerts.count(CaseFilter()).value == len(self.oracle.alerts)
        self._alerts_agree()
        assert self.store.check() == ()

    def _posts_agree(self) -> None:
        assert self.store.mentions.count(MentionFilter()).value == len(self.oracle.alive())
        for identity, post in self.oracle.posts.items():
            if post.deleted:
                with pytest.raises(Gone):
                    self.store.mentions.get(identity)
                continue
            view = self.store.mentions.get(identity)
            assert (view.mention, view.reading) == (post.mention, post.reading)

    def _alerts_agree(self) -> None:
        for identity, alert in self.oracle.alerts.items():
            stored = self.store.alerts.get(identity)
            if self.oracle.posts[alert.mention_id].deleted:
                assert stored.draft.none_because
            else:
                assert stored == alert
            for row in self.store.outbox.deliveries(identity):
                assert row == self.oracle.rows[row.id].delivery
