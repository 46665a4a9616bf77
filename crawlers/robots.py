# SPDX-License-Identifier: Apache-2.0
"""What sites allow robots to read (RFC 9309)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from ascolto.errors import FetchFailed, TooLarge
from crawlers.budget import host_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

AGENT = "Ascolto"
"""The name that a robots.txt may address."""
KEPT = 3600.0
"""Seconds for which rules are used again; the RFC allows a day."""
KEPT_UNREACHABLE = 60.0
_LONGEST_FILE = 512 * 1024
_MOST_SITES = 10_000


class Disallowed(FetchFailed):
    """The site's robots.txt does not allow it, or cannot be read at present."""


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float
    file: Protego | None  # None: the file cannot be reached, so nothing is allowed


class RobotsMiddleware:
    """Fetches each site's robots.txt before anything else of it, and obeys."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, _Rules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass. Raises Disallowed, and AddressBlocked as the site itself would."""
        if request.meta.get("robots"):
            return
        rules = await self._of(request.url)
        host = host_of(request.url)
        if rules.file is None:
            raise Disallowed(f"{host}: its robots.txt cannot be read, so nothing is fetched")
        if not rules.file.can_fetch(request.url, AGENT):
            raise Disallowed(f"{host}: its robots.txt does not allow this address")

    async def _of(self, url: str) -> _Rules:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            rules = self._rules.get(site)
            if rules is None or rules.until < time.monotonic():
                rules = self._rules[site] = await self._fetched(site)
                self._forget()
            return rules

    async def _fetched(self, site: str) -> _Rules:
        now = time.monotonic()
        unreachable = _Rules(now + KEPT_UNREACHABLE, None)
        request = Request(f"{site}/robots.txt", meta={"robots": True}, dont_filter=True)
        try:
            answer = await self._crawler.engine.download_async(request)
        except (IgnoreRequest, ValueError):  # redirects to nowhere: "unavailable", that is, allowed
            return _Rules(now + KEPT, Protego.parse(""))
        except FetchFailed as error:
            if error.retry_after is not None:
                raise
            return unreachable
        except TooLarge:
            return unreachable
        if answer.status == 429 or answer.status >= 500:
            return unreachable
        text = answer.body[:_LONGEST_FILE].decode("utf-8", "replace")
        return _Rules(now + KEPT, Protego.parse(text if answer.status < 300 else ""))

    def _forget(self) -> None:
        if len(self._rules) > _MOST_SITES:
            self._rules.clear()
            self._locks.clear()
