# SPDX-License-Identifier: Apache-2.0
"""From a reading to what follows: decisions, and for what fires an alert, a case, deliveries.

Everything is computed from what is handed in; nothing is stored here. Ids are
computed too, so judging again after a crash finds what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.brands import answering_brand, competitor_of
from alerts.casebook import CaseBook, CaseOfAlert, OpenCase
from alerts.channel import choose_channel
from alerts.clock import due_at, is_late
from alerts.drafts.checks import FindPersonalData
from alerts.drafts.writer import DraftWriter
from alerts.matter import Matter, counted_risks, matter_of
from alerts.media import media_by_source
from alerts.priority import priority_of
from alerts.rules import build_rules
from alerts.units import default_unit, unit_for
from ascolto.model import (
    Alert,
    ChannelChoice,
    Delivery,
    Draft,
    Level,
    Mention,
    NeedsReply,
    Priority,
    Reading,
    Record,
    RuleDecision,
    UrgencyReading,
    alert_identity,
    delivery_identity,
)
from ascolto.platforms.abilities import abilities_of
from ascolto.settings import Settings
from ascolto.store.records import Judgement, ToJudge

# One alert for one post, whichever of its rules fired.
_ALERT_RULE, _ALERT_VERSION = "mention", "1"

_LEVELS = list(Level)


class Appraisal(Record):
    """What would follow from a reading; its fields are the contract of `ascolto judge`."""

    needs_reply: NeedsReply
    urgency: UrgencyReading
    priority: Priority
    channel: ChannelChoice
    draft: Draft


class Judge:
    """Decides what follows from readings, as the settings say."""

    def __init__(self, settings: Settings, find_personal_data: FindPersonalData) -> None:
        self._settings = settings
        self._rules = build_rules(settings)
        self._drafts = DraftWriter(find_personal_data)
        self._media = media_by_source(settings)

    def appraise(self, mention: Mention, reading: Reading) -> Appraisal:
        """What would follow for one mention; stores nothing."""
        return self._appraise(mention, reading, self._matter(mention, reading))

    def judge(
        self, items: Sequence[ToJudge], open_case: OpenCase, now: datetime, *, case_of: CaseOfAlert
    ) -> tuple[Judgement, ...]:
        """One judgement for each item, in their order.

        ``open_case`` finds the open case of a source, thread and customer;
        ``case_of`` the case of an alert that is stored already, open or closed.
        """
        book = CaseBook(open_case, case_of, default_unit(self._settings), now)
        return tuple(self._judge(item, book, now) for item in items)

    def _judge(self, item: ToJudge, book: CaseBook, now: datetime) -> Judgement:
        mention, reading = item.mention, item.reading
        decisions = self._decisions(mention, reading)
        if not any(decision.fired for decision in decisions):
            return Judgement(mention_id=mention.id, decisions=decisions, judged_at=now)
        matter = self._matter(mention, reading)
        alert = self._alert(item, matter, decisions, now)
        case_id, change = book.place(mention, alert, matter.private)
        return Judgement(
            mention_id=mention.id,
            decisions=decisions,
            judged_at=now,
            alert=alert.model_copy(update={"case_id": case_id}),
            case=change,
            deliveries=self._deliveries(alert, now),
        )

    def _decisions(self, mention: Mention, reading: Reading) -> tuple[RuleDecision, ...]:
        """What every rule says; whatever holds the alert back is said too, by name."""
        decisions = tuple(rule.decide(mention, reading) for rule in self._rules)
        competitor = competitor_of(self._settings, mention)
        if competitor is not None:
            return _held_back(decisions, "competitor", f"only about {competitor}: never queued")
        if mention.deleted_at is not None:
            return _held_back(decisions, "deleted", "deleted at its source: not alerted")
        if mention.backfill:
            return _held_back(decisions, "history", "taken in as history: not alerted")
        return decisions

    def _alert(
        self, item: ToJudge, matter: Matter, decisions: tuple[RuleDecision, ...], now: datetime
    ) -> Alert:
        mention, reading = item.mention, item.reading
        appraisal = self._appraise(mention, reading, matter)
        return Alert(
            id=alert_identity(_ALERT_RULE, _ALERT_VERSION, mention.id),
            mention_id=mention.id,
            brand=answering_brand(self._settings, mention).name,
            source=mention.source,
            language=_language(mention, reading),
            rules=decisions,
            priority=appraisal.priority,
            channel=appraisal.channel,
            draft=appraisal.draft,
            unit=unit_for(self._settings, matter, appraisal.channel.label),
            due_at=due_at(mention, appraisal.priority.level, self._settings.clock, now),
            created_at=now,
            updated_at=now,
            late=is_late(mention),
        )

    def _appraise(self, mention: Mention, reading: Reading, matter: Matter) -> Appraisal:
        choice = choose_channel(matter)
        brand = answering_brand(self._settings, mention)
        risks = counted_risks(reading, self._settings.rules.risk_probability)
        return Appraisal(
            needs_reply=reading.needs_reply,
            urgency=reading.urgency,
            priority=priority_of(mention, reading, private=matter.private, risks=risks),
            channel=choice,
            draft=self._drafts.write(mention, _language(mention, reading), brand, matter, choice),
        )

    def _matter(self, mention: Mention, reading: Reading) -> Matter:
        return matter_of(
            mention,
            reading,
            abilities_of(mention, self._media.get(mention.source)),
            threshold=self._settings.rules.risk_probability,
            competitor=competitor_of(self._settings, mention),
        )

    def _deliveries(self, alert: Alert, now: datetime) -> tuple[Delivery, ...]:
        level = _LEVELS.index(alert.priority.level)
        return tuple(
            Delivery(
                id=delivery_identity(alert.id, receiver.name),
                alert_id=alert.id,
                receiver=receiver.name,
                due_at=now,
            )
            for receiver in self._settings.receivers
            if level >= _LEVELS.index(receiver.min_level)
            and (not receiver.units or alert.unit in receiver.units)
        )


def _held_back(
    decisions: tuple[RuleDecision, ...], name: str, reason: str
) -> tuple[RuleDecision, ...]:
    """The decisions when nothing may fire: what would have fired is still told."""
    quiet = tuple(
        decision.model_copy(update={"fired": False, "reason": f"{reason}; else: {decision.reason}"})
        if decision.fired
        else decision
        for decision in decisions
    )
    return (*quiet, RuleDecision(rule=name, version="1", fired=False, reason=reason))


def _language(mention: Mention, reading: Reading) -> str:
    """As read; what intake found only where the reader could not tell."""
    code = reading.language.code
    return mention.language.code if code == "und" else code
