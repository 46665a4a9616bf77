# SPDX-License-Identifier: Apache-2.0
"""What people do with a case: pure steps, each one version more and one line of history.

```
new ──claim──▶ claimed ──answer──▶ answered ──wait──▶ waiting
 ▲               │  every open state ──▶ resolved, dismissed
 └──release──────┘        resolved, dismissed ──reopen──▶ new
```

A claim lasts for a time and then counts no more: whoever forgets a case does
not keep it. While it lasts, only its holder works on the case; `assign` (a
lead's right, checked by whoever calls) gives it to somebody else. Every step
raises Refused, with what is possible now, when the state does not allow it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ascolto.errors import Refused
from ascolto.model import Case, CaseState, Event

CLAIM = timedelta(minutes=30)
"""How long a claim lasts."""

OPEN = (CaseState.new, CaseState.claimed, CaseState.answered, CaseState.waiting)
CLOSED = (CaseState.resolved, CaseState.dismissed)

# From which states each step is possible.
STEPS: dict[str, tuple[CaseState, ...]] = {
    "claim": OPEN,
    "release": (CaseState.claimed,),
    "assign": OPEN,
    "transfer": OPEN,
    "answer": OPEN,
    "wait": (CaseState.claimed, CaseState.answered),
    "resolve": OPEN,
    "dismiss": OPEN,
    "reopen": CLOSED,
    "note": (*OPEN, *CLOSED),
}

# What one may do while somebody else holds the case.
_FREE = ("assign", "note")


def holder(case: Case, now: datetime) -> str | None:
    """Who holds the case; None when nobody does or the claim has run out."""
    if case.claimed_by is None or case.claimed_until is None or case.claimed_until <= now:
        return None
    return case.claimed_by


def possible(case: Case, actor: str, now: datetime) -> tuple[str, ...]:
    """The steps that this person may take now."""
    held = holder(case, now) not in (None, actor)
    return tuple(
        step
        for step, states in STEPS.items()
        if case.state in states and (not held or step in _FREE)
    )


def claim(case: Case, actor: str, now: datetime, ttl: timedelta = CLAIM) -> Case:
    """Take a case, or keep it longer."""
    _allow(case, "claim", actor, now)
    return _held(case, actor, actor, now, now + ttl)


def release(case: Case, actor: str, now: datetime) -> Case:
    """Give a case back to the queue."""
    _allow(case, "release", actor, now)
    return _step(case, actor, now, "released", state=CaseState.new, **_NOBODY)


def assign(case: Case, actor: str, now: datetime, to: str, ttl: timedelta = CLAIM) -> Case:
    """Give a case to somebody, also while somebody else holds it."""
    _allow(case, "assign", actor, now)
    return _held(case, actor, _said(to, "whom to assign it to"), now, now + ttl)


def transfer(case: Case, actor: str, now: datetime, unit: str, reason: str) -> Case:
    """Hand a case to another unit; there it is new."""
    _allow(case, "transfer", actor, now)
    if unit == case.unit:
        raise Refused(f"the case is with {unit} already; name another unit")
    detail = f"{case.unit} → {unit}: {_said(reason, 'the reason of the transfer')}"
    return _step(case, actor, now, "transferred", detail, unit=unit, state=CaseState.new, **_NOBODY)


def answer(case: Case, actor: str, now: datetime, detail: str = "by hand") -> Case:
    """Say that the author was answered; the promise to answer is kept with it."""
    _allow(case, "answer", actor, now)
    return _step(case, actor, now, "answered", detail, state=CaseState.answered, due_at=None)


def wait(case: Case, actor: str, now: datetime) -> Case:
    """Say that it is the author's turn."""
    _allow(case, "wait", actor, now)
    return _step(case, actor, now, "waiting", state=CaseState.waiting, due_at=None, **_NOBODY)


def resolve(case: Case, actor: str, now: datetime, reason: str = "") -> Case:
    """Close a case whose matter is settled."""
    _allow(case, "resolve", actor, now)
    return _closed(case, actor, now, CaseState.resolved, reason.strip())


def dismiss(case: Case, actor: str, now: datetime, reason: str) -> Case:
    """Close a case that needs nothing; the reason is required."""
    _allow(case, "dismiss", actor, now)
    return _closed(case, actor, now, CaseState.dismissed, _said(reason, "the reason to dismiss"))


def reopen(case: Case, actor: str, now: datetime, reason: str = "") -> Case:
    """Bring a closed case back into the queue."""
    _allow(case, "reopen", actor, now)
    return _step(case, actor, now, "reopened", reason.strip(), state=CaseState.new, reason=None)


def note(case: Case, actor: str, now: datetime, text: str) -> Case:
    """Write something into the history."""
    _allow(case, "note", actor, now)
    return _step(case, actor, now, "note", _said(text, "the note"))


_NOBODY: dict[str, Any] = {"claimed_by": None, "claimed_until": None}


def _allow(case: Case, step: str, actor: str, now: datetime) -> None:
    now_possible = possible(case, actor, now)
    if step in now_possible:
        return
    held_by = holder(case, now)
    if case.state in STEPS[step] and held_by is not None and case.claimed_until is not None:
        until = case.claimed_until.isoformat(timespec="seconds")
        why = f"{held_by} holds the case until {until}"
    else:
        why = f"{step} is not possible for a case that is {case.state}"
    raise Refused(f"{why}; possible now: {', '.join(now_possible)}")


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"{what} is missing; say it")
    return text.strip()


def _held(case: Case, actor: str, to: str, now: datetime, until: datetime) -> Case:
    action, detail = ("claimed", "") if to == actor else ("assigned", to)
    changes = {"state": CaseState.claimed, "claimed_by": to, "claimed_until": until}
    return _step(case, actor, now, action, detail, **changes)


def _closed(case: Case, actor: str, now: datetime, state: CaseState, reason: str) -> Case:
    why = reason or None
    return _step(case, actor, now, str(state), reason, state=state, reason=why, **_NOBODY)


def _step(
    case: Case, actor: str, now: datetime, action: str, detail: str = "", **changes: Any
) -> Case:
    event = Event(at=now, actor=actor, action=action, detail=detail)
    history = (*case.history, event)
    changed = {**changes, "version": case.version + 1, "updated_at": now, "history": history}
    return case.model_copy(update=changed)
