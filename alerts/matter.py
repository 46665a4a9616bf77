# SPDX-License-Identifier: Apache-2.0
"""What is known of a post when its channel is chosen: facts, no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ascolto.model import Intent, Mention, Reading, Risk, RiskReading, Sentiment, Urgency
from ascolto.platforms.abilities import Abilities

# "Only the author's own phone or e-mail is urgency 2": these two are the least of personal data.
_CONTACT_DATA = frozenset({"phone", "email"})

_PROBLEMS = frozenset(
    {
        Intent.report_fraud,
        Intent.card_problem,
        Intent.payment_problem,
        Intent.refund_dispute,
        Intent.fees_rates,
        Intent.delivery_order,
        Intent.account_access,
        Intent.close_account,
        Intent.service_down,
        Intent.product_question,
    }
)


@dataclass(frozen=True, slots=True)
class Matter:
    """The facts of one post. ``risks`` are those that count, ``doubts`` those that nearly do."""

    risks: Mapping[Risk, float]
    doubts: Mapping[Risk, float]
    intent: Intent
    intent_probability: float
    urgency: Urgency
    needs_reply: bool
    sentiment: Sentiment | None
    private: bool
    data: frozenset[str]
    abilities: Abilities
    competitor: str | None = None

    @property
    def negative(self) -> bool:
        """Read as negative toward the brand."""
        return self.sentiment is Sentiment.negative

    @property
    def waits(self) -> bool:
        """Somebody waits, or the matter is too pressing to be left on a doubt about that."""
        return self.needs_reply or self.urgency >= Urgency.blocked

    @property
    def has_problem(self) -> bool:
        """There is a case of the author's own, whatever the tone."""
        risks = {Risk.complaint, Risk.outage, Risk.fraud_security, Risk.churn} & self.risks.keys()
        return bool(risks) or self.intent in _PROBLEMS

    @property
    def warns_of_scam(self) -> bool:
        """Warns of, or asks about, a scam that has not cost the author anything.

        Told from the reading alone: fraud without anger at the brand and
        without a complaint. The scammer's number in it is no customer's data.
        """
        if self.intent is not Intent.report_fraud or Risk.fraud_security not in self.risks:
            return False
        grievance = {Risk.complaint, Risk.churn, Risk.privacy_exposure} & self.risks.keys()
        return not (self.negative or self.private or grievance) and self.data <= _CONTACT_DATA

    @property
    def shows_data(self) -> bool:
        """The post shows somebody's personal data."""
        if self.warns_of_scam:
            return False
        return bool(self.data) or Risk.privacy_exposure in self.risks

    def without_data(self) -> Matter:
        """The same without the personal data."""
        risks = dict(self.risks)
        risks.pop(Risk.privacy_exposure, None)
        return replace(self, data=frozenset(), risks=risks)

    def with_risk(self, risk: Risk) -> Matter:
        """The same with one more risk for certain."""
        return replace(self, risks={**self.risks, risk: 1.0})


LIKELY = 0.5
DOUBTFUL = 0.2


def counted_risks(reading: Reading, threshold: float) -> tuple[RiskReading, ...]:
    """Risks that are more likely than not, or enough for the rule, whichever is less.

    A high threshold quietens alerts; it must not blind the choice of the
    channel to a lawyer or to a person in danger.
    """
    least = min(threshold, LIKELY)
    return tuple(risk for risk in reading.risks if risk.probability >= least)


def matter_of(
    mention: Mention,
    reading: Reading,
    abilities: Abilities,
    *,
    threshold: float,
    competitor: str | None,
) -> Matter:
    """The facts of a read mention."""
    counted = {risk.label: risk.probability for risk in counted_risks(reading, threshold)}
    doubts = {
        risk.label: risk.probability
        for risk in reading.risks
        if risk.label not in counted and risk.probability >= DOUBTFUL
    }
    return Matter(
        risks=counted,
        doubts=doubts,
        intent=reading.intent.label,
        intent_probability=reading.intent.probability,
        urgency=reading.urgency.value,
        needs_reply=reading.needs_reply.value,
        sentiment=reading.sentiment.label,
        private=mention.private or abilities.public == "no",
        data=frozenset(found.kind for found in reading.personal_data),
        abilities=abilities,
        competitor=competitor,
    )
