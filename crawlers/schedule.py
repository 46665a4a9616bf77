# SPDX-License-Identifier: Apache-2.0
"""Which sources are due, and when they are due again; holds no state of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from ascolto.settings import Source
from ascolto.store.records import SourceState

JITTER = 0.1
"""Part of the interval by which sources drift apart, so that they do not all wake at once."""
MOST_INTERVALS = 16
LONGEST_PAUSE = timedelta(days=1)
"""A failing source waits at most `MOST_INTERVALS` intervals or this, whichever is less."""


def due(
    settings: Sequence[Source], states: Mapping[str, SourceState], now: datetime
) -> list[Source]:
    """The sources to collect now, longest overdue first; one that never ran is due at once."""
    waiting = []
    for source in settings:
        state = states.get(source.name)
        if state is None or (not state.paused and _since(state, now) >= timedelta(0)):
            waiting.append(source)
    overdue = {
        source.name: _since(states[source.name], now) if source.name in states else timedelta.max
        for source in waiting
    }
    return sorted(waiting, key=lambda source: overdue[source.name], reverse=True)


def _since(state: SourceState, now: datetime) -> timedelta:
    return timedelta.max if state.next_due is None else now - state.next_due


def next_due(
    every: timedelta,
    failures: int,
    now: datetime,
    jitter: Random,
    retry_after: timedelta | None = None,
) -> datetime:
    """When to collect again after ``failures`` failed runs in a row.

    Each failure doubles the wait. It is never shorter than what the source
    asked for by ``retry_after``.
    """
    longest = max(every, min(every * MOST_INTERVALS, LONGEST_PAUSE))
    doublings = min(max(0, failures), MOST_INTERVALS.bit_length() - 1)
    factor: int = 2**doublings
    wait = min(every * factor, longest) * (1 + jitter.uniform(-JITTER, JITTER))
    return now + max(wait, retry_after or timedelta(0))
