# SPDX-License-Identifier: Apache-2.0
"""When sources are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ascolto.settings import Source
from ascolto.store.records import Accounting, SourceState
from crawlers.schedule import due, next_due

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def source(name: str) -> Source:
    return Source(name=name, kind="feed", url="http://site.example/")


def state(name: str, **fields: object) -> SourceState:
    return SourceState(source=name, accounting=Accounting(source=name), **fields)


def test_who_is_due():
    states = {
        "late": state("late", next_due=NOW - timedelta(hours=2)),
        "now": state("now", next_due=NOW),
        "soon": state("soon", next_due=NOW + timedelta(seconds=1)),
        "paused": state("paused", next_due=NOW - timedelta(hours=9), paused=True),
        "stopped": state("stopped", paused=True),
        "resumed": state("resumed"),
        "unknown": state("unknown", next_due=NOW - timedelta(hours=1)),
    }
    names = ["new", "now", "soon", "paused", "stopped", "late", "resumed"]
    asked = due([source(name) for name in names], states, NOW)
    assert [each.name for each in asked] == ["new", "resumed", "late", "now"]


def test_nobody_is_due_of_nobody():
    assert due([], {}, NOW) == []


def test_the_interval_has_jitter_and_keeps_its_mean():
    chance = Random(7)
    waits = [next_due(QUARTER, 0, NOW, chance) - NOW for _ in range(500)]
    assert all(0.9 * QUARTER <= wait <= 1.1 * QUARTER for wait in waits)
    assert len(set(waits)) > 400
    assert abs(sum(waits, timedelta()) / 500 - QUARTER) < 0.02 * QUARTER


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (QUARTER, 1, 2 * QUARTER),
        (QUARTER, 2, 4 * QUARTER),
        (QUARTER, 4, 16 * QUARTER),
        (QUARTER, 5, 16 * QUARTER),
        (QUARTER, 10**9, 16 * QUARTER),
        (timedelta(hours=6), 1, timedelta(hours=12)),
        (timedelta(hours=6), 3, timedelta(days=1)),
        (timedelta(days=2), 9, timedelta(days=2)),
        (timedelta(seconds=1), 3, timedelta(seconds=8)),
        (QUARTER, -1, QUARTER),
    ],
)
def test_failures_wait_longer_up_to_a_day(every, failures, wait):
    chance = Random(7)
    for _ in range(50):
        assert 0.9 * wait <= next_due(every, failures, NOW, chance) - NOW <= 1.1 * wait


def test_never_before_retry_after():
    asked = timedelta(hours=3)
    assert next_due(QUARTER, 1, NOW, Random(7), asked) - NOW == asked
    wait = next_due(QUARTER, 4, NOW, Random(7), timedelta(seconds=1)) - NOW
    assert wait > timedelta(hours=3)
