# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.clock import due_at, is_late
from ascolto.model import Level
from ascolto.settings import Clock

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "collected", "edited", "start", "late"),
    [
        (NOON, NOON, None, NOON, False),
        (NOON - 6 * HOUR, NOON, None, NOON - 6 * HOUR, False),
        (NOON - 7 * HOUR, NOON, None, NOON, True),
        (NOON + 24 * HOUR, NOON, None, NOON, False),
        (NOON - 5 * HOUR, NOON - 4 * HOUR, NOON - HOUR, NOON - HOUR, False),
        (NOON - 5 * HOUR, NOON - 4 * HOUR, NOON + 99 * HOUR, NOON, False),
        (datetime(1, 1, 1, tzinfo=UTC), NOON, None, NOON, True),
        (datetime(9999, 12, 31, tzinfo=UTC), NOON, None, NOON, False),
    ],
)
def test_the_clock_starts(made, published, collected, edited, start, late):
    mention = made.post(published_at=published, collected_at=collected, edited_at=edited)
    assert is_late(mention) is late
    for level, promised in zip(Level, (24, 4, 1, 0.25), strict=True):
        assert due_at(mention, level, Clock(), NOON) == start + promised * HOUR


def test_the_end_of_time_is_no_error(made):
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    mention = made.post(published_at=end, collected_at=end)
    assert due_at(mention, Level.low, Clock(), end) == datetime.max.replace(tzinfo=UTC)
