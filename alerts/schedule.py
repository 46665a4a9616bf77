# SPDX-License-Identifier: Apache-2.0
"""When a delivery that failed is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

from ascolto.identity import digest
from ascolto.model import Delivery

# The schedule that Standard Webhooks recommends: ten attempts in a good three days.
WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
LONGEST_WISH = timedelta(hours=24)
"""A receiver that asks for more patience than the schedule has is not obeyed further."""


def next_try(delivery: Delivery, now: datetime, wish: timedelta | None) -> datetime | None:
    """When to try again after ``delivery.attempts`` attempts; None when all were used.

    Up to 10 % earlier or later than the schedule, so that alerts of one moment
    do not come back in one moment; computed, so that it can be repeated. Never
    before what the receiver asked for.
    """
    if delivery.attempts >= len(WAITS):
        return None
    chance = int(digest("jitter", delivery.id, str(delivery.attempts))[:8], 16) / 0xFFFFFFFF
    wait = WAITS[delivery.attempts] * (1 - JITTER + 2 * JITTER * chance)
    return now + max(wait, min(wish or timedelta(0), LONGEST_WISH))
