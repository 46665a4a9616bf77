# SPDX-License-Identifier: Apache-2.0
"""What people and receivers make of it: cases, stories, deliveries, replies, customers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ascolto.identity import digest
from ascolto.model.alert import Priority
from ascolto.model.labels import CaseState, Channel, DeliveryState, Medium
from ascolto.model.record import Count, Moment, Record


class Event(Record):
    """Something that happened to a case: who, when, what. Append-only."""

    at: Moment
    actor: str
    action: str
    detail: str = ""


class Case(Record):
    """One customer's matter: its posts, its owner, its history."""

    id: str
    state: CaseState = CaseState.new
    version: Annotated[int, Field(ge=1)] = 1
    source: str
    brand: str | None = None
    thread: str | None = None
    customer_id: str | None = None
    mention_ids: tuple[str, ...] = ()
    alert_ids: tuple[str, ...] = ()
    priority: Priority
    channel: Channel
    private: bool = False
    unit: str
    claimed_by: str | None = None
    claimed_until: Moment | None = None
    reason: str | None = None
    due_at: Moment | None = None
    opened_at: Moment
    updated_at: Moment
    history: tuple[Event, ...] = ()


class Story(Record):
    """Many mentions of one happening, with a count."""

    id: str
    title: str
    mention_ids: tuple[str, ...] = ()
    count: Count = 0
    first_at: Moment
    last_at: Moment


class Delivery(Record):
    """One alert for one receiver: the row of the outbox.

    ``failed`` is final by the receiver's word (410 Gone); ``dead`` is final
    because every attempt of the schedule was used.
    """

    id: str
    alert_id: str
    receiver: str
    state: DeliveryState = DeliveryState.due
    attempts: Count = 0
    due_at: Moment
    sent_at: Moment | None = None
    reason: str | None = None


class Reply(Record):
    """A person's answer on its way to the customer."""

    id: str
    case_id: str
    author: str
    medium: Medium
    public: bool
    text: str
    created_at: Moment
    sent_at: Moment | None = None
    native_id: str | None = None


class Identity(Record):
    """One address of a customer, and how sure the link is."""

    medium: Medium
    address: str
    strength: Literal["guessed", "confirmed", "crm"] = "guessed"


class Customer(Record):
    """One person over all media."""

    id: str
    name: str | None = None
    language: str | None = None
    identities: tuple[Identity, ...] = ()
    preferred: Medium | None = None
    created_at: Moment


def delivery_identity(alert_id: str, receiver: str) -> str:
    """The id of an outbox row; sent to the receiver as its idempotency key."""
    return digest("delivery", alert_id, receiver)


def case_identity(alert_id: str) -> str:
    """The id of the case that an alert opens."""
    return digest("case", alert_id)
