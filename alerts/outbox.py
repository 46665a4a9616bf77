# SPDX-License-Identifier: Apache-2.0
"""Delivers the rows of the outbox: at least once, always with the same id.

A row is marked sent only after the receiver said so. Each receiver has a lane
of its own, so that one that fails or dawdles never delays another. A row whose
lane was killed comes back when its lease runs out.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from alerts.receiver import Attempt, Receiver
from alerts.schedule import next_try
from ascolto.errors import StoreError
from ascolto.model import Delivery, DeliveryState
from ascolto.store.protocol import Outbox
from ascolto.store.records import Outgoing

_log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""Short, for it is also how long a row waits after its process was killed."""

_LAST_START = timedelta(seconds=15)
"""An attempt starts only while this much of the lease is left: an attempt ends before it."""

_CLOSE_SECONDS = 5.0


def deliver_due(
    outbox: Outbox, receivers: Mapping[str, Receiver], now: Callable[[], datetime], limit: int = 50
) -> int:
    """Deliver what is due, once, and wait for it; how many rows were taken.

    For a service that must not wait for its slowest receiver there is `Courier`.
    """
    courier = Courier(outbox, receivers, now)
    taken = courier.deliver_due(limit)
    courier.wait()
    return taken


class Courier:
    """Delivers for as long as a service runs; one lane, a thread while it works, per receiver."""

    def __init__(
        self, outbox: Outbox, receivers: Mapping[str, Receiver], now: Callable[[], datetime]
    ) -> None:
        self._outbox = outbox
        self._receivers = receivers
        self._now = now
        self._lanes: dict[str, threading.Thread] = {}
        self._closing = threading.Event()

    def deliver_due(self, limit: int = 50) -> int:
        """Hand what is due to the idle lanes, without waiting; how many rows were taken.

        Rows of a lane that is still busy are left where they are.
        """
        if self._closing.is_set():
            return 0
        self._lanes = {name: lane for name, lane in self._lanes.items() if lane.is_alive()}
        now = self._now()
        until = now + LEASE
        taken = self._outbox.lease(now=now, until=until, limit=limit, skip=tuple(self._lanes))
        rows: dict[str, list[Outgoing]] = defaultdict(list)
        for outgoing in taken:
            rows[outgoing.delivery.receiver].append(outgoing)
        for name, waiting in rows.items():
            lane = threading.Thread(
                target=self._work_off, args=(name, waiting, until), name=f"lane-{name}", daemon=True
            )
            self._lanes[name] = lane
            lane.start()
        return len(taken)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until every lane is idle; whether that came true in time."""
        end = None if seconds is None else time.monotonic() + seconds
        for lane in self._lanes.values():
            lane.join(None if end is None else max(0.0, end - time.monotonic()))
        return not any(lane.is_alive() for lane in self._lanes.values())

    def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Start no further attempt, and wait for those under way.

        Whatever a lane could not put back in time comes back with its lease.
        """
        self._closing.set()
        if not self.wait(seconds):
            _log.warning("a receiver is still being told; its row will come again")

    def _work_off(self, name: str, rows: Sequence[Outgoing], until: datetime) -> None:
        for outgoing in rows:
            try:
                self._outbox.settle(self._outcome(name, outgoing, until))
            except StoreError as error:
                # The lease runs out, and the row is delivered again with the same id.
                _log.error(
                    "outcome not stored, the row will come again",
                    extra={"receiver": name, "error_kind": type(error).__name__},
                )

    def _outcome(self, name: str, outgoing: Outgoing, until: datetime) -> Delivery:
        delivery = outgoing.delivery
        receiver = self._receivers.get(name)
        if receiver is None:
            reason = "no receiver of this name is in the settings any more"
            return _changed(delivery, DeliveryState.failed, reason)
        now = self._now()
        if self._closing.is_set() or now + _LAST_START > until:
            untried = delivery.model_copy(update={"attempts": delivery.attempts - 1})
            return _changed(untried, DeliveryState.due, delivery.reason)
        return self._settled(delivery, self._attempt(name, receiver, outgoing, now))

    def _attempt(self, name: str, receiver: Receiver, outgoing: Outgoing, now: datetime) -> Attempt:
        try:
            return receiver.deliver(outgoing, now)
        except Exception as error:
            # A receiver of somebody else's package broke its promise; the row must not be lost.
            _log.exception("receiver raised", extra={"receiver": name})
            return Attempt("retry", f"the receiver's own code failed: {type(error).__name__}")

    def _settled(self, delivery: Delivery, attempt: Attempt) -> Delivery:
        now = self._now()
        if attempt.outcome == "sent":
            sent = delivery.model_copy(update={"sent_at": now})
            return _changed(sent, DeliveryState.sent, None)
        if attempt.outcome == "refused":
            return _changed(delivery, DeliveryState.failed, attempt.reason)
        again = next_try(delivery, now, attempt.wait)
        if again is None:
            return _changed(delivery, DeliveryState.dead, attempt.reason)
        later = delivery.model_copy(update={"due_at": again})
        return _changed(later, DeliveryState.due, attempt.reason)


def _changed(delivery: Delivery, state: DeliveryState, reason: str | None) -> Delivery:
    return delivery.model_copy(update={"state": state, "reason": reason})
