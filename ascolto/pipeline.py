# SPDX-License-Identifier: Apache-2.0
"""The ticks: each takes what is due, does it, and commits once.

Ticks hold no truth. What is due stands in the store, so a tick that is missed,
doubled, or killed half-way is made good by the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from alerts.judge import Judge
from alerts.outbox import Courier
from alerts.receiver import Receiver
from ascolto.errors import AscoltoError, NotFound, Stale, StoreError
from ascolto.model import Case, Language, Mention, Reading
from ascolto.store.protocol import Store
from ascolto.store.records import DeadLetter, Judgement, ToJudge, ToRead
from sentiment.analyzer import Analyzer

_log = logging.getLogger(__name__)

_BATCH = 200
_DELIVERIES = 50
_STALE_TRIES = 5
_TRIES = 3

Item = TypeVar("Item", ToRead, ToJudge)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Done(Generic[Item, Result]):
    """The first items of a batch, with their results or the one error that stops them."""

    items: Sequence[Item]
    results: list[Result]
    error: Exception | None = None


class ModelFailed(AscoltoError):
    """The model itself fails, whatever it is given: the mentions stay unread."""


class Stage(Protocol):
    """One tick of one stage."""

    def __call__(self) -> int:
        """Do what is due, at most one batch; how many items were done."""


class ReadStage:
    """Mentions without a reading → readings.

    A mention on which the model fails three times alone, while it can read
    another, becomes a dead letter; the rest goes on. When the model can read
    nothing at all, ModelFailed is raised and everything stays unread.
    """

    def __init__(self, store: Store, analyzer: Analyzer, now: Callable[[], datetime]) -> None:
        self._store = store
        self._analyzer = analyzer
        self._now = now

    def __call__(self) -> int:
        waiting = self._store.work.unread(_BATCH)
        if not waiting:
            return 0
        done = _first_that_work(waiting, self._read)
        if done.error is not None:
            self._probe()
        dead = _dead_letters("read", done, self._now())
        self._store.work.annotate(done.results, upto=done.items[-1].seq, dead=dead)
        return len(done.items)

    def _read(self, items: Sequence[ToRead]) -> list[Reading]:
        return self._readings([item.mention for item in items])

    def _readings(self, mentions: Sequence[Mention]) -> list[Reading]:
        readings = self._analyzer.read(mentions)
        if [reading.id for reading in readings] != [mention.id for mention in mentions]:
            raise ValueError("the model's readings do not match the mentions")
        return readings

    def _probe(self) -> None:
        now = self._now()
        post = Mention(
            source="probe",
            kind="probe",
            text="Good morning, when do you open?",
            language=Language(code="en", confidence=1.0),
            published_at=now,
            collected_at=now,
        )
        try:
            self._readings([post])
        except Exception as error:
            raise ModelFailed(f"the model cannot read: {type(error).__name__}") from error


class JudgeStage:
    """Readings above the watermark → decisions, alerts, cases, outbox rows."""

    def __init__(self, store: Store, judge: Judge, now: Callable[[], datetime]) -> None:
        self._store = store
        self._judge = judge
        self._now = now

    def __call__(self) -> int:
        for attempt in range(_STALE_TRIES):
            waiting = self._store.work.unjudged(_BATCH)
            if not waiting:
                return 0
            done = _first_that_work(waiting, self._judgements)
            dead = _dead_letters("judge", done, self._now())
            try:
                self._store.work.judge(done.results, upto=done.items[-1].seq, dead=dead)
            except Stale:
                # A person changed a case while its next post was judged: look again.
                _log.info("case changed meanwhile", extra={"attempt": attempt + 1})
                continue
            return len(done.items)
        return 0

    def _judgements(self, items: Sequence[ToJudge]) -> list[Judgement]:
        open_case = self._store.cases.open_in_thread
        return list(self._judge.judge(items, open_case, self._now(), case_of=self._case_of))

    def _case_of(self, alert_id: str) -> Case | None:
        """The case of a stored alert, open or closed."""
        try:
            alert = self._store.alerts.get(alert_id)
            return self._store.cases.get(alert.case_id) if alert.case_id else None
        except NotFound:
            return None


class DeliverStage:
    """Due outbox rows → receivers."""

    def __init__(
        self, store: Store, receivers: Mapping[str, Receiver], now: Callable[[], datetime]
    ) -> None:
        self._courier = Courier(store.outbox, receivers, now)

    def __call__(self) -> int:
        return self._courier.deliver_due(_DELIVERIES)

    def close(self) -> None:
        """Start no further delivery, and wait for those under way."""
        self._courier.close()


def _dead_letters(stage: str, done: _Done[Item, Result], now: datetime) -> tuple[DeadLetter, ...]:
    if done.error is None:
        return ()
    kind = type(done.error).__name__
    return tuple(
        DeadLetter(
            stage=stage,
            subject=item.mention.id,
            reason=f"failed alone {_TRIES} times: {kind}",
            at=now,
        )
        for item in done.items
    )


def drain(stage: Stage, *, stop: Callable[[], bool] = lambda: False) -> int:
    """Run a stage until nothing is due or ``stop`` says so; how many items were done."""
    done = 0
    while not stop():
        count = stage()
        if count == 0:
            break
        done += count
    return done


def _first_that_work(
    items: Sequence[Item], work: Callable[[Sequence[Item]], list[Result]]
) -> _Done[Item, Result]:
    """Halve a failing batch until its beginning works; the rest is for the next tick.

    An item that fails alone, three times, comes back with its error. Faults of
    the store are no fault of an item and go up.
    """
    failures = 0
    while True:
        try:
            return _Done(items, work(items))
        except StoreError:
            raise
        except Exception as error:
            if len(items) > 1:
                items = items[: len(items) // 2]
                continue
            failures += 1
            if failures == _TRIES:
                _log.error("item given up", extra={"error_kind": type(error).__name__})
                return _Done(items, [], error)
