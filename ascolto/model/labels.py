# SPDX-License-Identifier: Apache-2.0
"""Labels, spelled exactly as in the API, the mappings and the training files."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Sentiment(StrEnum):
    """Opinion toward the monitored brand, not the mood of the text."""

    negative = "negative"
    neutral = "neutral"
    positive = "positive"


class Risk(StrEnum):
    """What may hurt the brand or a person."""

    complaint = "complaint"
    churn = "churn"
    fraud_security = "fraud_security"
    outage = "outage"
    legal_regulator = "legal_regulator"
    privacy_exposure = "privacy_exposure"
    press_reputation = "press_reputation"
    hate_abuse = "hate_abuse"
    safety = "safety"


class Intent(StrEnum):
    """What the author wants; exactly one."""

    report_fraud = "report_fraud"
    card_problem = "card_problem"
    payment_problem = "payment_problem"
    refund_dispute = "refund_dispute"
    fees_rates = "fees_rates"
    delivery_order = "delivery_order"
    account_access = "account_access"
    close_account = "close_account"
    service_down = "service_down"
    product_question = "product_question"
    praise = "praise"
    suggestion = "suggestion"
    press_inquiry = "press_inquiry"
    spam = "spam"
    other = "other"


class Urgency(IntEnum):
    """0 nothing to do, 1 can wait hours, 2 blocked now, 3 money, data or a person in danger."""

    none = 0
    hours = 1
    blocked = 2
    danger = 3


class Channel(StrEnum):
    """Where the answer belongs; how it travels is a `Medium`."""

    public_reply = "public_reply"
    public_then_private = "public_then_private"
    private_only = "private_only"
    human_only = "human_only"
    no_reply = "no_reply"


class Medium(StrEnum):
    """The way a message travels."""

    comment = "comment"
    direct_message = "direct_message"
    email = "email"
    whatsapp = "whatsapp"
    telegram = "telegram"
    chat = "chat"
    phone = "phone"
    video = "video"
    by_hand = "by_hand"


class Level(StrEnum):
    """Priority in one word, for people."""

    low = "low"
    normal = "normal"
    high = "high"
    urgent = "urgent"


class CaseState(StrEnum):
    """Where a case stands between its first post and its end."""

    new = "new"
    claimed = "claimed"
    answered = "answered"
    waiting = "waiting"
    resolved = "resolved"
    dismissed = "dismissed"


class DeliveryState(StrEnum):
    """States of one outbox row."""

    due = "due"
    leased = "leased"
    sent = "sent"
    failed = "failed"
    dead = "dead"
