# SPDX-License-Identifier: Apache-2.0
"""The table that says where an answer belongs: read from the top, the first match decides.

The order is the order of harm: a person in danger, then what only a person
with authority may answer, then what must not be seen by others, then what
needs an account, then what holds for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alerts.matter import Matter
from ascolto.model import Channel, Intent, Risk, Sentiment, Urgency

_PRACTICAL = frozenset(
    {
        Intent.payment_problem,
        Intent.refund_dispute,
        Intent.fees_rates,
        Intent.service_down,
        Intent.product_question,
        Intent.account_access,
        Intent.card_problem,
        Intent.delivery_order,
    }
)
_NEEDS_ACCOUNT = frozenset(
    {
        Intent.report_fraud,
        Intent.card_problem,
        Intent.payment_problem,
        Intent.refund_dispute,
        Intent.delivery_order,
        Intent.account_access,
        Intent.close_account,
        Intent.service_down,
    }
)
_FOR_EVERYBODY = frozenset(
    {Intent.product_question, Intent.fees_rates, Intent.suggestion, Intent.praise}
)
_MAY_BE_ABOUT_OUTAGE = frozenset({Intent.service_down, Intent.product_question, Intent.other})


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """One row: when it holds, where the answer belongs, and why.

    ``rests_on`` are the risks that it rests on; ``on_intent`` says that it rests
    on the intent. Both tell how sure the row is.
    """

    label: Channel
    because: str
    when: Callable[[Matter], bool]
    rests_on: tuple[Risk, ...] = ()
    on_intent: bool = False

    def certainty(self, matter: Matter) -> float:
        """How sure the facts are that the row rests on, 0 to 1."""
        seen = [matter.risks[risk] for risk in self.rests_on if risk in matter.risks]
        if seen:
            return max(seen)
        return matter.intent_probability if self.on_intent else 1.0


def _life_in_danger(matter: Matter) -> bool:
    """Self-harm or violence rather than hardship.

    Hardship at its gravest is a practical request told without anger; in doubt
    a person decides, for a draft to somebody in despair does more harm.
    """
    if Risk.safety not in matter.risks:
        return False
    if Risk.hate_abuse in matter.risks:
        return True
    practical = matter.intent in _PRACTICAL and matter.sentiment is Sentiment.neutral
    return matter.urgency is Urgency.danger and not practical


def _threat(matter: Matter) -> bool:
    """Abuse with a danger that nothing else explains: the danger is the author."""
    explained = {Risk.fraud_security, Risk.privacy_exposure} & matter.risks.keys() or matter.data
    own_loss = matter.intent in (Intent.report_fraud, Intent.card_problem)
    in_danger = Risk.hate_abuse in matter.risks and matter.urgency is Urgency.danger
    return in_danger and not explained and not own_loss


def _only_abuse(matter: Matter) -> bool:
    return Risk.hate_abuse in matter.risks and not matter.has_problem


RULES: tuple[ChannelRule, ...] = (
    ChannelRule(
        Channel.no_reply,
        "it is about a competitor: counted, never answered",
        lambda m: m.competitor is not None,
    ),
    ChannelRule(
        Channel.human_only,
        "a life may be in danger: a person decides",
        _life_in_danger,
        (Risk.safety,),
    ),
    ChannelRule(
        Channel.human_only,
        "somebody is threatened: a person decides",
        _threat,
        (Risk.hate_abuse,),
    ),
    ChannelRule(
        Channel.no_reply,
        "a scam in the brand's name wants a takedown and a public warning, not an answer",
        lambda m: m.intent is Intent.spam and Risk.fraud_security in m.risks,
        on_intent=True,
    ),
    ChannelRule(
        Channel.no_reply,
        "spam is not answered",
        lambda m: m.intent is Intent.spam,
        on_intent=True,
    ),
    ChannelRule(
        Channel.human_only,
        "a lawyer or a regulator is named: a person with authority answers",
        lambda m: Risk.legal_regulator in m.risks,
        (Risk.legal_regulator,),
    ),
    ChannelRule(
        Channel.human_only,
        "the press or a call that spreads: a person with authority answers",
        lambda m: Risk.press_reputation in m.risks or m.intent is Intent.press_inquiry,
        (Risk.press_reputation,),
        on_intent=True,
    ),
    ChannelRule(
        Channel.human_only,
        "abuse of people and nothing else: a person decides whether and how",
        lambda m: _only_abuse(m) and (m.negative or m.needs_reply),
        (Risk.hate_abuse,),
    ),
    ChannelRule(
        Channel.no_reply,
        "a quarrel among users is left alone",
        _only_abuse,
        (Risk.hate_abuse,),
    ),
    ChannelRule(
        Channel.private_only,
        "somebody is in hardship: this is not for everybody's eyes",
        lambda m: Risk.safety in m.risks,
        (Risk.safety,),
    ),
    ChannelRule(
        Channel.no_reply,
        "nobody waits for an answer",
        lambda m: not m.waits,
    ),
    ChannelRule(
        Channel.private_only,
        "the author wrote in private",
        lambda m: m.private,
    ),
    ChannelRule(
        Channel.public_reply,
        "it is about a scam that others should know of: confirm, and say where to report",
        lambda m: m.warns_of_scam,
        (Risk.fraud_security,),
    ),
    ChannelRule(
        Channel.private_only,
        "the post shows personal data, and a public answer would draw eyes to it",
        lambda m: m.shows_data,
    ),
    ChannelRule(
        Channel.public_then_private,
        "money or data of the author is at stake, and the rest needs their account",
        lambda m: Risk.fraud_security in m.risks,
        (Risk.fraud_security,),
    ),
    ChannelRule(
        Channel.public_reply,
        "an outage concerns everybody",
        lambda m: Risk.outage in m.risks and m.intent in _MAY_BE_ABOUT_OUTAGE,
        (Risk.outage,),
    ),
    ChannelRule(
        Channel.public_then_private,
        "it deserves a visible first answer, and the rest needs their account or documents",
        lambda m: m.intent in _NEEDS_ACCOUNT,
        on_intent=True,
    ),
    ChannelRule(
        Channel.public_then_private,
        "the author is leaving: seen in public, talked over in private",
        lambda m: Risk.churn in m.risks,
        (Risk.churn,),
    ),
    ChannelRule(
        Channel.public_reply,
        "the answer holds for everybody",
        lambda m: m.intent in _FOR_EVERYBODY,
        on_intent=True,
    ),
    ChannelRule(
        Channel.public_then_private,
        "a complaint deserves a visible first answer, and its case is private",
        lambda m: Risk.complaint in m.risks,
        (Risk.complaint,),
    ),
    ChannelRule(
        Channel.public_reply,
        "somebody waits, and nothing speaks against an answer for all to see",
        lambda m: True,
    ),
)
