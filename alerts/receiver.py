# SPDX-License-Identifier: Apache-2.0
"""The seam behind which everybody stands who is told of alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Protocol

from ascolto.store.records import Outgoing


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: sent, try again (not before ``wait``), or never again."""

    outcome: Literal["sent", "retry", "refused"]
    reason: str = ""
    wait: timedelta | None = None


class Receiver(Protocol):
    """One configured receiver. Its class has ``kind`` and takes `ReceiverSettings`."""

    kind: ClassVar[str]

    def deliver(self, outgoing: Outgoing, now: datetime) -> Attempt:
        """Tell the receiver of one alert, with the delivery's id as idempotency key.

        Returns, never raises, for whatever the network or the receiver does.
        The reason names no secret and no text of the post.
        """
