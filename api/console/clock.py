# SPDX-License-Identifier: Apache-2.0
"""The clock of a case: how much of the promised time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ascolto.model import Case, CaseState
from ascolto.settings import Clock as Promises

RUNNING = frozenset({CaseState.new, CaseState.claimed})
"""The states in which somebody waits for us."""

_WARN_AT = 0.75
"""The share of the promised time after which the clock turns amber."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When an answer is due, in time and in words."""

    due: datetime
    warn: datetime
    mood: Literal["calm", "soon", "late"]
    text: str


def clock_of(case: Case, promises: Promises, now: datetime) -> Clock | None:
    """The clock of a case; None when nothing was promised or nobody waits any more."""
    if case.due_at is None or case.state not in RUNNING:
        return None
    promised: timedelta = getattr(promises, case.priority.level.value)
    warn = case.due_at - promised * (1 - _WARN_AT)
    if now >= case.due_at:
        return Clock(case.due_at, warn, "late", f"{in_words(now - case.due_at)} late")
    mood: Literal["calm", "soon"] = "soon" if now >= warn else "calm"
    return Clock(case.due_at, warn, mood, f"{in_words(case.due_at - now)} left")


def in_words(span: timedelta) -> str:
    """A span in its largest whole unit, the way `live.js` writes it too."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "under 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"
