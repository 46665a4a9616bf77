# SPDX-License-Identifier: Apache-2.0
"""What a person may do with a case, given where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.cases import CLOSED, holder
from ascolto.model import Case

DISMISSALS = ("Spam", "Not about us", "Duplicate", "No answer needed")
"""Usual reasons to dismiss, one click each."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its route, its words, its key."""

    name: str
    text: str
    key: str | None = None
    primary: bool = False


_CLAIM = Action("claim", "Claim", "c", primary=True)
_RELEASE = Action("release", "Release")
_RESOLVE = Action("resolve", "Resolve", "r", primary=True)
_DISMISS = Action("dismiss", "Dismiss", "x")
_REOPEN = Action("reopen", "Reopen", "o", primary=True)


def actions_for(case: Case, agent: str, now: datetime) -> tuple[Action, ...]:
    """The buttons that make sense now; what somebody else holds is theirs."""
    if case.state in CLOSED:
        return (_REOPEN,)
    held_by = holder(case, now)
    if held_by is None:
        return (_CLAIM, _DISMISS)
    return (_RESOLVE, _RELEASE, _DISMISS) if held_by == agent else ()
