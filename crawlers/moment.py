# SPDX-License-Identifier: Apache-2.0
"""Reads the ways in which people and programs write a point in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
"""The first day of 1970 is how programs write "unknown"."""
SKEW = timedelta(days=1)
"""How far ahead of us another clock may be."""
_SHORTEST_EPOCH = 9
"""Digits from which on a number counts as seconds; 20261124 is a day."""


def read_moment(written: object) -> datetime | None:
    """A moment in UTC from ISO 8601, an RFC 822 date or epoch seconds; None if unreadable.

    Without a zone it is taken as UTC.
    """
    if isinstance(written, bool):
        return None
    try:
        if isinstance(written, int | float):
            return datetime.fromtimestamp(written, UTC)
        if isinstance(written, str):
            return _from_text(written.strip())
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        pass
    return None


def _from_text(text: str) -> datetime:
    if text.isascii() and len(text) >= _SHORTEST_EPOCH and text.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def is_plausible(moment: datetime, now: datetime) -> bool:
    """Whether something may have been published then."""
    return EARLIEST <= moment <= now + SKEW
