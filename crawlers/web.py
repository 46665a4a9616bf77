# SPDX-License-Identifier: Apache-2.0
"""The network as sources see it, kept by one Scrapy crawler that never runs out of work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.settings import Settings

from ascolto.errors import FetchFailed
from ascolto.net import Door, check_url
from crawlers.budget import Budget, host_of
from crawlers.source import Answer

_OFF = {
    "DOWNLOADER_MIDDLEWARES": (
        "offsite.OffsiteMiddleware",
        "robotstxt.RobotsTxtMiddleware",
        "httpauth.HttpAuthMiddleware",
        "downloadtimeout.DownloadTimeoutMiddleware",
        "retry.RetryMiddleware",
        "redirect.MetaRefreshMiddleware",
        "httpcompression.HttpCompressionMiddleware",
        "cookies.CookiesMiddleware",
        "httpproxy.HttpProxyMiddleware",
        "stats.DownloaderStats",
        "httpcache.HttpCacheMiddleware",
    ),
    "EXTENSIONS": (
        "corestats.CoreStats",
        "logcount.LogCount",
        "telnet.TelnetConsole",
        "memusage.MemoryUsage",
        "memdebug.MemoryDebugger",
        "closespider.CloseSpider",
        "feedexport.FeedExporter",
        "logstats.LogStats",
        "spiderstate.SpiderState",
        "remote_control.RemoteControl",
    ),
}
"""Parts of Scrapy that are not used: what `ascolto.net` does itself, and what opens
ports, writes files or logs."""

_PACKAGES = {
    "DOWNLOADER_MIDDLEWARES": "scrapy.downloadermiddlewares",
    "EXTENSIONS": "scrapy.extensions",
}


def scrapy_settings(user_agent: str, pause: timedelta) -> Settings:
    """What is switched on: our door, budget, retries and robots, Scrapy's redirects and pace.

    Between two requests to a host lies a quarter of ``pause``, until its answers
    tell AutoThrottle how much it bears.
    """
    off = {key: {f"{_PACKAGES[key]}.{name}": None for name in names} for key, names in _OFF.items()}
    handler = "crawlers.download.DoorHandler"
    return Settings(
        {
            "AUTOTHROTTLE_ENABLED": True,
            "AUTOTHROTTLE_START_DELAY": pause.total_seconds() / 4,
            "AUTOTHROTTLE_MAX_DELAY": 60.0,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DEFAULT_REQUEST_HEADERS": {},
            "DOWNLOAD_HANDLERS": {
                **dict.fromkeys(("data", "file", "ftp", "s3")),
                "http": handler,
                "https": handler,
            },
            "DOWNLOADER_MIDDLEWARES": {
                **off["DOWNLOADER_MIDDLEWARES"],
                "crawlers.robots.RobotsMiddleware": 100,
                "crawlers.retry.RetryMiddleware": 550,
                "crawlers.budget.BudgetMiddleware": 800,
            },
            "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
            "EXTENSIONS": off["EXTENSIONS"],
            "REDIRECT_MAX_TIMES": 3,
            "REFERER_ENABLED": False,
            "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
            "USER_AGENT": user_agent,
            "WARN_ON_GENERATOR_RETURN_VALUE": False,
        }
    )


class WebSpider(Spider):
    """Asks for nothing by itself and stays open; carries what our parts of Scrapy need."""

    name = "ascolto"

    def __init__(self, door: Door, budget: Budget, pause: timedelta, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.door = door
        self.budget = budget
        self.pause = pause

    async def start(self) -> AsyncIterator[Request]:
        """No request of its own."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request


class ScrapyWeb:
    """`crawlers.source.Web` by Scrapy; lives on the reactor's loop."""

    def __init__(self, door: Door, user_agent: str, pause: timedelta) -> None:
        self._crawler = Crawler(WebSpider, scrapy_settings(user_agent, pause))
        self._network = door.network
        self._arguments = (door, Budget(door.network.requests_per_minute_per_host), pause)
        self._crawling: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the crawler and wait until it takes requests."""
        opened = asyncio.Event()
        listen = self._crawler.signals.connect

        def stay_open() -> None:
            raise DontCloseSpider

        listen(opened.set, signal=signals.engine_started, weak=False)
        listen(stay_open, signal=signals.spider_idle, weak=False)
        self._crawling = asyncio.create_task(self._crawler.crawl_async(*self._arguments))
        waiting = asyncio.create_task(opened.wait())
        await asyncio.wait({self._crawling, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not opened.is_set():
            waiting.cancel()
            await self._crawling
            raise RuntimeError("Scrapy stopped before it started")

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """See `crawlers.source.Web.get`."""
        check_url(url, self._network)
        request = Request(url, headers=dict(headers or {}), dont_filter=True)
        try:
            answer = await self._crawler.engine.download_async(request)
        except IgnoreRequest:
            raise FetchFailed(f"{host_of(url)} redirects more than 3 times") from None
        except ValueError:
            raise FetchFailed(f"{host_of(url)} redirects to what is no URL") from None
        return Answer(
            status=answer.status,
            url=answer.url,
            headers={
                name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
                for name, values in answer.headers.items()
            },
            body=answer.body,
        )

    async def close(self) -> None:
        """Stop the crawler and wait until it has let go of everything."""
        if self._crawling is not None:
            await self._crawler.stop_async()
            await self._crawling
