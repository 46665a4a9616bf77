# SPDX-License-Identifier: Apache-2.0
"""What is asked again, when, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ascolto.errors import FetchFailed
from crawlers.budget import LONGEST_WAIT, Budget, host_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 522, 524})
"""Statuses that may be gone with the next try."""
TRIES = 3
LONGEST_HEEDED = timedelta(days=1)
"""A Retry-After beyond this counts as this: a typing error must not switch a source off."""


def retry_after(written: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for: seconds or an HTTP date; None if unreadable."""
    text = (written or "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:10])
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        seconds = (date - now).total_seconds()
    return min(max(timedelta(0), timedelta(seconds=seconds)), LONGEST_HEEDED)


class RetryMiddleware:
    """Asks again what may go better next time; obeys Retry-After."""

    def __init__(self, budget: Budget, pause: timedelta) -> None:
        self._budget = budget
        self._pause = pause

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryMiddleware:
        spider = crawler.spider
        return cls(spider.budget, spider.pause)  # type: ignore[union-attr]

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the request again. Raises FetchFailed when the wait is long."""
        if response.status not in PASSING:
            return response
        header = response.headers.get("Retry-After")
        asked = retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        again = self._again(request, asked)
        if asked is not None and again is None:
            host = host_of(request.url)
            self._budget.hold(host, asked)
            raise FetchFailed(f"{host} answered {response.status}", retry_after=asked)
        return again or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again after a failure of the network, None for any other exception."""
        if type(exception) is FetchFailed and exception.retry_after is None:
            return self._again(request, None)
        return None

    def _again(self, request: Request, asked: timedelta | None) -> Request | None:
        tried = request.meta.get("tried", 0) + 1
        wait = asked if asked is not None else self._pause * 2 ** (tried - 1)
        if tried >= TRIES or wait > LONGEST_WAIT:
            return None
        self._budget.hold(host_of(request.url), wait)
        again = request.copy()
        again.meta["tried"] = tried
        return again
