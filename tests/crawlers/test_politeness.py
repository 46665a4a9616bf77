# SPDX-License-Identifier: Apache-2.0
"""Retry-After and the budget of a host, without a network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.budget import Budget, host_of
from crawlers.retry import retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 120 ", 120),
        ("86400", 86_400),
        ("999999999999999999999", 86_400),
        ("Tue, 24 Nov 2026 12:00:30 GMT", 30),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 3600),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Tue, 24 Nov 2026 12:00:30", 30),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_retry_after(written, seconds):
    assert retry_after(written, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "written", [None, "", "soon", "-5", "1.5", "٣", "Tue, 99 Nov 2026 99:99:99 GMT", "1e9", "\0"]
)
def test_what_is_no_retry_after(written):
    assert retry_after(written, NOW) is None


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("per_minute", [1, 2, 5, 30, 60, 600])
def test_no_minute_sees_more_than_the_budget(per_minute):
    clock = Clock()
    budget = Budget(per_minute, clock)
    sent = []
    for _ in range(4 * per_minute + 4):
        sent.append(clock.now + budget.take("h"))
        clock.now = sent[-1]
    for start in sent:
        assert sum(start <= moment < start + 60 - 1e-6 for moment in sent) <= per_minute


def test_requests_booked_at_once_are_spread():
    budget = Budget(30, Clock())
    waits = [budget.take("h") for _ in range(10)]
    assert waits[:5] == [0.0] * 5
    assert waits[5:] == pytest.approx([2.4, 4.8, 7.2, 9.6, 12.0])


def test_hosts_have_budgets_of_their_own():
    budget = Budget(6, Clock())
    assert [budget.take(host) for host in ("a", "b", "c")] == [0.0, 0.0, 0.0]
    assert budget.take("a") > 0


def test_a_hold_passes_and_the_longer_one_stays():
    clock = Clock()
    budget = Budget(60, clock)
    budget.hold("h", timedelta(seconds=30))
    budget.hold("h", timedelta(seconds=5))
    assert budget.held("h") == timedelta(seconds=30)
    assert budget.held("other") == timedelta(0)
    clock.now += 31
    assert budget.held("h") == timedelta(0)


def test_hosts_are_forgotten():
    clock = Clock()
    budget = Budget(60, clock)
    for number in range(1000):
        budget.take(f"h{number}")
        budget.hold(f"h{number}", timedelta(seconds=1))
    clock.now += 3600
    budget.take("h")
    assert len(budget._hosts) == 1
    assert budget._held == {}


def test_the_host_of_a_url():
    assert host_of("HTTP://Site.Example:8080/x?y") == "site.example:8080"
