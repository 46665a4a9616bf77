# SPDX-License-Identifier: Apache-2.0
"""What follows from a reading: priority, channel, draft, alert."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from ascolto.identity import digest
from ascolto.model.labels import Channel, Level, Medium
from ascolto.model.record import Moment, Record


class PriorityReason(Record):
    """One part of a priority; the points of all parts add up to the value (clipped to 0-100)."""

    part: str
    points: int
    text: str


class Priority(Record):
    """0 to 100, in one word, and why."""

    value: Annotated[int, Field(ge=0, le=100)]
    level: Level
    reasons: tuple[PriorityReason, ...] = ()


class ChannelOption(Record):
    """One way to answer, with its score and reasons."""

    label: Channel
    medium: Medium | None = None
    score: float
    reasons: tuple[str, ...] = ()


class ChannelBlock(Record):
    """A way that is closed, and why."""

    label: Channel
    medium: Medium | None = None
    reason: str


class ChannelChoice(Record):
    """Where to answer; ``medium`` is None when nothing can be reached now."""

    label: Channel
    medium: Medium | None = None
    options: tuple[ChannelOption, ...] = ()
    blocks: tuple[ChannelBlock, ...] = ()
    would_change: tuple[str, ...] = ()


class SourcedSentence(Record):
    """A sentence of a draft and the approved answer that it comes from."""

    sentence: str
    source: str = Field(alias="from", serialization_alias="from")

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)


class DraftCheck(Record):
    """One test that a draft has to pass."""

    name: str
    passed: bool
    detail: str = ""


class Draft(Record):
    """A suggested answer, or the reason why there is none."""

    public: str | None = None
    private: str | None = None
    language: str = "und"
    sources: tuple[SourcedSentence, ...] = ()
    checks: tuple[DraftCheck, ...] = ()
    none_because: str | None = None

    @model_validator(mode="after")
    def _either_text_or_reason(self) -> Draft:
        has_text = self.public is not None or self.private is not None
        if has_text == (self.none_because is not None):
            raise ValueError("a draft has a text or a reason for none, exactly one of the two")
        return self


class RuleDecision(Record):
    """What one rule said about one mention, also when it did not fire."""

    rule: str
    version: str
    fired: bool
    reason: str


class Alert(Record):
    """Somebody should look at this, and here is why.

    For a post there is one alert, whichever of its rules fired; for a window
    one per rule and window. `alert_identity` computes the id.
    """

    id: str
    mention_id: str | None = None
    case_id: str | None = None
    story_id: str | None = None
    brand: str | None = None
    source: str
    language: str = "und"
    rules: tuple[RuleDecision, ...]
    priority: Priority
    channel: ChannelChoice
    draft: Draft
    unit: str
    due_at: Moment | None = None
    created_at: Moment
    updated_at: Moment
    late: bool = False
    version: Annotated[int, Field(ge=1)] = 1


def alert_identity(rule: str, version: str, group: str, window: str = "") -> str:
    """The id of the alert that a rule raises for a group in a window."""
    return digest("alert", rule, version, group, window)
