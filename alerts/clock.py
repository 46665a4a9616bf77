# SPDX-License-Identifier: Apache-2.0
"""When an answer is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ascolto.model import Level, Mention
from ascolto.settings import Clock

LATE = timedelta(hours=6)
"""From how long between publication and collection on a post counts as late."""


def is_late(mention: Mention) -> bool:
    """Whether it was collected so long after its publication that nobody could have been fast."""
    return mention.collected_at - mention.published_at > LATE


def due_at(mention: Mention, level: Level, clock: Clock, now: datetime) -> datetime:
    """The moment until which the first answer is promised.

    The author's clock starts at publication. For a late post, or one dated
    into the future, it starts when the post was collected: nobody could have
    answered before, and a promise that was broken on arrival would sort the
    queue by age instead of need. It does not start when the post is judged,
    so that a backlog of our own shows as what it is, and judging again gives
    the same time. For an edited post it starts with the edit, for that is what
    wants an answer now; an open case keeps the time it had.
    """
    published, collected = mention.published_at, mention.collected_at
    start = collected if is_late(mention) or published > collected else published
    if mention.edited_at is not None:
        start = max(start, min(mention.edited_at, now))
    promised: timedelta = getattr(clock, level.value)
    try:
        return start + promised
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
