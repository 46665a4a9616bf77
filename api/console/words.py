# SPDX-License-Identifier: Apache-2.0
"""The labels of the model in the console's words, all in one place for later translation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from ascolto.model import (
    CaseState,
    Channel,
    DeliveryState,
    Intent,
    Level,
    Medium,
    Risk,
    Sentiment,
    Urgency,
)

_WORDS: Final[Mapping[Enum, str]] = {
    Sentiment.negative: "Negative",
    Sentiment.neutral: "Neutral",
    Sentiment.positive: "Positive",
    Risk.complaint: "Complaint",
    Risk.churn: "Leaving customer",
    Risk.fraud_security: "Fraud or security",
    Risk.outage: "Outage",
    Risk.legal_regulator: "Lawyer or regulator",
    Risk.privacy_exposure: "Personal data shown",
    Risk.press_reputation: "Press or reputation",
    Risk.hate_abuse: "Hate or abuse",
    Risk.safety: "Person in danger",
    Intent.report_fraud: "Reports fraud",
    Intent.card_problem: "Card problem",
    Intent.payment_problem: "Payment problem",
    Intent.refund_dispute: "Wants refund",
    Intent.fees_rates: "Fees and rates",
    Intent.delivery_order: "Delivery or order",
    Intent.account_access: "Account access",
    Intent.close_account: "Closes account",
    Intent.service_down: "Service down",
    Intent.product_question: "Product question",
    Intent.praise: "Praise",
    Intent.suggestion: "Suggestion",
    Intent.press_inquiry: "Press inquiry",
    Intent.spam: "Spam",
    Intent.other: "Other matter",
    Urgency.none: "Nothing to do",
    Urgency.hours: "Can wait hours",
    Urgency.blocked: "Blocked now",
    Urgency.danger: "Money, data or a person in danger",
    Channel.public_reply: "Public reply",
    Channel.public_then_private: "Public, then private",
    Channel.private_only: "Private only",
    Channel.human_only: "A person decides",
    Channel.no_reply: "No reply",
    Medium.comment: "comment",
    Medium.direct_message: "direct message",
    Medium.email: "e-mail",
    Medium.whatsapp: "WhatsApp",
    Medium.telegram: "Telegram",
    Medium.chat: "chat",
    Medium.phone: "phone",
    Medium.video: "video call",
    Medium.by_hand: "by hand",
    Level.low: "Low",
    Level.normal: "Normal",
    Level.high: "High",
    Level.urgent: "Urgent",
    CaseState.new: "New",
    CaseState.claimed: "Claimed",
    CaseState.answered: "Answered",
    CaseState.waiting: "Waiting",
    CaseState.resolved: "Resolved",
    CaseState.dismissed: "Dismissed",
    DeliveryState.due: "waiting to be sent",
    DeliveryState.leased: "being sent",
    DeliveryState.sent: "sent",
    DeliveryState.failed: "refused by the receiver",
    DeliveryState.dead: "given up after every attempt",
}


def word(label: Enum) -> str:
    """A label as people read it. Every label of the model has one."""
    return _WORDS[label]


def percent(probability: float) -> str:
    """A probability as people read it; never 0 % or 100 %, which a model cannot know."""
    return f"{min(99, max(1, round(probability * 100)))} %"
