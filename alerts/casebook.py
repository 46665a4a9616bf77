# SPDX-License-Identifier: Apache-2.0
"""Finds or opens the case of each alert, while a batch is judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from alerts.channel import CAUTION
from ascolto.identity import digest
from ascolto.model import Alert, Case, CaseState, Event, Mention, case_identity
from ascolto.store.records import CaseChange

OpenCase = Callable[[str, str, str | None], Case | None]
"""The newest open case of a source, a thread and a customer."""

CaseOfAlert = Callable[[str], Case | None]
"""The case that a stored alert belongs to, open or closed; None when it was never stored."""

ACTOR = "ascolto"


class CaseBook:
    """The cases as they stand after the posts of a batch judged so far.

    A later post of the batch sees what the earlier ones did, so that the
    versions of one case follow each other.
    """

    def __init__(
        self, open_case: OpenCase, case_of: CaseOfAlert, default_unit: str, now: datetime
    ) -> None:
        self._open_case = open_case
        self._case_of = case_of
        self._default_unit = default_unit
        self._now = now
        self._changed: dict[str, Case] = {}
        self._threads: dict[tuple[str, str, str | None], str] = {}

    def place(self, mention: Mention, alert: Alert, private: bool) -> tuple[str, CaseChange | None]:
        """The id of the alert's case, and the change to store; None when it stands already.

        Judging the same reading again changes nothing. An edited post updates
        its case, and opens it again when it was edited after it was closed.
        """
        case = self._find(mention, alert, private)
        if case is None:
            return self._keep(self._opened(mention, alert, private), 0, private, mention)
        updated = self._with(case, mention, alert, private)
        if updated is case:
            return case.id, None
        return self._keep(updated, case.version, private, mention)

    def _keep(
        self, case: Case, expected: int, private: bool, mention: Mention
    ) -> tuple[str, CaseChange]:
        self._changed[case.id] = case
        self._threads[_key(mention, private)] = case.id
        return case.id, CaseChange(case=case, expected=expected)

    def _find(self, mention: Mention, alert: Alert, private: bool) -> Case | None:
        key = _key(mention, private)
        stored = self._case_of(alert.id)
        if stored is not None:
            return self._changed.get(stored.id, stored)
        if key in self._threads:
            return self._changed[self._threads[key]]
        found = self._open_case(*key)
        return self._changed.get(found.id, found) if found else None

    def _opened(self, mention: Mention, alert: Alert, private: bool) -> Case:
        source, thread, customer = _key(mention, private)
        return Case(
            id=case_identity(alert.id),
            source=source,
            brand=alert.brand,
            thread=thread,
            customer_id=customer,
            mention_ids=(mention.id,),
            alert_ids=(alert.id,),
            priority=alert.priority,
            channel=alert.channel.label,
            private=private,
            unit=alert.unit,
            due_at=alert.due_at,
            opened_at=self._now,
            updated_at=self._now,
            history=(self._event("opened", _because(alert)),),
        )

    def _with(self, case: Case, mention: Mention, alert: Alert, private: bool) -> Case:
        if mention.id not in case.mention_ids:
            return self._joined(case, mention, alert, private)
        return self._judged_again(case, mention, alert)

    def _joined(self, case: Case, mention: Mention, alert: Alert, private: bool) -> Case:
        """A further post of the same author: the gravest and the most careful of both stand."""
        graver = alert.priority if alert.priority.value > case.priority.value else case.priority
        changes: dict[str, Any] = {
            "mention_ids": (*case.mention_ids, mention.id),
            "alert_ids": (*case.alert_ids, alert.id),
            "priority": graver,
            "channel": min(case.channel, alert.channel.label, key=CAUTION.index),
            "private": case.private or private,
            "due_at": min((due for due in (case.due_at, alert.due_at) if due), default=None),
        }
        if case.unit == self._default_unit and case.claimed_by is None:
            changes["unit"] = alert.unit
        if case.state in (CaseState.answered, CaseState.waiting):
            changes["state"] = CaseState.claimed if case.claimed_by else CaseState.new
        return self._step(case, "joined", _because(alert), changes)

    def _judged_again(self, case: Case, mention: Mention, alert: Alert) -> Case:
        changes: dict[str, Any] = {}
        if len(case.mention_ids) == 1 or alert.priority.value > case.priority.value:
            changes["priority"] = alert.priority
        if len(case.mention_ids) == 1:
            changes["channel"] = alert.channel.label
        else:
            changes["channel"] = min(case.channel, alert.channel.label, key=CAUTION.index)
        if case.state in (CaseState.resolved, CaseState.dismissed):
            if mention.edited_at is None or mention.edited_at <= case.updated_at:
                return case
            changes |= {"state": CaseState.new, "reason": None, "due_at": alert.due_at}
            return self._step(case, "reopened", "the post was edited", changes)
        if all(getattr(case, name) == value for name, value in changes.items()):
            return case
        return self._step(case, "updated", _because(alert), changes)

    def _step(self, case: Case, action: str, detail: str, changes: dict[str, Any]) -> Case:
        changed = {
            **changes,
            "version": case.version + 1,
            "updated_at": self._now,
            "history": (*case.history, self._event(action, detail)),
        }
        return case.model_copy(update=changed)

    def _event(self, action: str, detail: str) -> Event:
        return Event(at=self._now, actor=ACTOR, action=action, detail=detail)


def _because(alert: Alert) -> str:
    fired = ", ".join(decision.rule for decision in alert.rules if decision.fired)
    return f"{fired}: priority {alert.priority.value} ({alert.priority.level})"


def _key(mention: Mention, private: bool) -> tuple[str, str, str | None]:
    """Source, thread and customer of a mention's case.

    A post without a thread begins one of its own, under the id by which
    answers name it. Public posts without an author are never put together:
    they may be of different people.
    """
    who = (mention.author.handle or mention.author.name or "").strip().lstrip("@").casefold()
    if not who and not private:
        return mention.source, mention.id, None
    customer = digest("customer", mention.kind, mention.source, who) if who else None
    return mention.source, mention.thread or mention.native_id or mention.id, customer
