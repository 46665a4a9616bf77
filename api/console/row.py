# SPDX-License-Identifier: Apache-2.0
"""One line of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.cases import holder
from api.console.clock import Clock, clock_of
from api.console.filters import QueueFilter
from api.console.passage import excerpt
from api.console.post import Post, load_post
from api.console.words import word
from api.services import Services
from ascolto.model import Case, Reading


@dataclass(frozen=True, slots=True)
class Row:
    """A case in one glance. ``gone`` marks one that has left the filtered queue."""

    case: Case
    reason: str
    excerpt: str
    author: str | None
    language: str
    holder: str | None
    clock: Clock | None
    gone: bool


def load_row(services: Services, case: Case, asked: QueueFilter, now: datetime) -> Row:
    """The line of a case, told by its newest post."""
    post = load_post(services.store, case.mention_ids[-1]) if case.mention_ids else Post()
    shown = post.hidden_because or ""
    if post.mention is not None and post.reading is not None and post.passage is not None:
        shown = excerpt(post.mention, post.reading)
    return Row(
        case=case,
        reason=reason_of(case, post.reading),
        excerpt=shown or "A post without words",
        author=post.short_author,
        language=post.mention.language.code if post.mention else "und",
        holder=holder(case, now),
        clock=clock_of(case, services.settings.clock, now),
        gone=not asked.holds(case),
    )


def reason_of(case: Case, reading: Reading | None) -> str:
    """Why somebody should look, in three words: the surest risk, else the intent."""
    if reading is None:
        parts = case.priority.reasons
        return max(parts, key=lambda part: part.points).text if parts else "To be read"
    if reading.risks:
        return word(max(reading.risks, key=lambda risk: risk.probability).label)
    return word(reading.intent.label)
