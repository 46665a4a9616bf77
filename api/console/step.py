# SPDX-License-Identifier: Apache-2.0
"""One step with a case, taken only if nobody else took one first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from alerts import cases
from api.services import Services
from ascolto.errors import NotFound, Stale
from ascolto.model import Case

STEPS: Final = ("claim", "release", "resolve", "dismiss", "reopen", "note")
"""What the console offers."""


def take_step(
    services: Services, case_id: str, step: str, *, version: int, agent: str, words: str
) -> None:
    """Take a step and store it; ``words`` are the reason or the note.

    Raises Stale when the case is not of this version any more, Refused when the
    state does not allow the step, NotFound for an unknown case or step.
    """
    if step not in STEPS:
        raise NotFound(f"no step {step!r}; known: {', '.join(STEPS)}")
    case = services.store.cases.get(case_id)
    if case.version != version:
        raise Stale(f"case {case_id} changed", case.version)
    changed = _after(case, step, agent, words, services.now())
    services.store.cases.change(changed, expected=version)


def _after(case: Case, step: str, agent: str, words: str, now: datetime) -> Case:
    match step:
        case "claim":
            return cases.claim(case, agent, now)
        case "release":
            return cases.release(case, agent, now)
        case "resolve":
            return cases.resolve(case, agent, now, words)
        case "dismiss":
            return cases.dismiss(case, agent, now, words)
        case "reopen":
            return cases.reopen(case, agent, now, words)
        case _:
            return cases.note(case, agent, now, words)


def who_was_first(case: Case, agent: str, now: datetime) -> str:
    """Why a step came too late, from where the case stands now."""
    holder = cases.holder(case, now)
    if holder is not None and holder != agent:
        return f"{holder} claimed this first. You see how it stands now."
    if not case.history:
        return "This changed since you opened it. You see how it stands now."
    last = case.history[-1]
    who = "You" if last.actor == agent else last.actor
    return f"{who} changed this first ({last.action}). You see how it stands now."
