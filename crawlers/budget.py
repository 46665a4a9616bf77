# SPDX-License-Identifier: Apache-2.0
"""How many requests a host is sent, and for how long it is left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ascolto.errors import FetchFailed

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

LONGEST_WAIT = timedelta(seconds=10)
"""A wait up to this is sat out; a longer one ends the run and the schedule waits instead."""


class Budget:
    """A token bucket per host: at most ``per_minute`` requests in any minute.

    ``clock`` counts seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = max(1, per_minute // 6)
        self._pace = 60.0 / max(1, per_minute - self._burst)
        self._clock = clock
        self._hosts: dict[str, tuple[float, float]] = {}  # tokens, when they were counted
        self._held: dict[str, float] = {}

    def take(self, host: str) -> float:
        """Book one request and say in how many seconds it may be sent."""
        now = self._clock()
        tokens, counted = self._hosts.get(host, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + (now - counted) / self._pace) - 1.0
        self._hosts[host] = (tokens, now)
        self._forget(now)
        return max(0.0, -tokens * self._pace)

    def hold(self, host: str, wait: timedelta) -> None:
        """Leave a host alone for a while; a longer hold that stands already stays."""
        until = self._clock() + wait.total_seconds()
        self._held[host] = max(until, self._held.get(host, 0.0))

    def held(self, host: str) -> timedelta:
        """How long a host is still to be left alone."""
        left = self._held.get(host, 0.0) - self._clock()
        return timedelta(seconds=max(0.0, left))

    def _forget(self, now: float) -> None:
        """Drop hosts whose bucket is full again, so that years of crawling need no memory."""
        full = self._burst * self._pace
        for host in [host for host, (_, at) in self._hosts.items() if now - at > full]:
            del self._hosts[host]
        for host in [host for host, until in self._held.items() if until <= now]:
            del self._held[host]


class BudgetMiddleware:
    """Sends each request only when its host's budget allows; last before the downloader."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        return cls(crawler.spider.budget)  # type: ignore[union-attr]

    async def process_request(self, request: Request) -> None:
        """Wait for the host's turn. Raises FetchFailed when that is too long away."""
        host = host_of(request.url)
        request.meta["download_slot"] = host  # Scrapy would take all ports of a name for one
        held = self._budget.held(host)
        if held > LONGEST_WAIT:
            raise FetchFailed(f"{host} asked to be left alone", retry_after=held)
        await asyncio.sleep(max(self._budget.take(host), held.total_seconds()))


def host_of(url: str) -> str:
    """The host of a URL that was fetched or is about to be, with its port if one is written."""
    return urlsplit(url).netloc.lower()
