# SPDX-License-Identifier: Apache-2.0
"""Scrapy's download handler: every byte comes through `ascolto.net`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

import httpx
from scrapy.http import Headers, Response

from ascolto.errors import FetchFailed
from ascolto.net import Door

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class DoorHandler:
    """Fetches http and https; redirects are followed above it and pass here again."""

    lazy: ClassVar[bool] = True

    def __init__(self, door: Door) -> None:
        self._transport = door.async_transport()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DoorHandler:
        return cls(crawler.spider.door)  # type: ignore[union-attr]

    async def download_request(self, request: Request) -> Response:
        """The whole answer, unpacked. Raises NetError."""
        started = time.monotonic()
        answer = await self._transport.handle_async_request(_outgoing(request))
        request.meta["download_latency"] = time.monotonic() - started  # AutoThrottle reads it
        headers = Headers()
        for name, value in answer.headers.raw:
            headers.appendlist(name, value)
        return Response(request.url, answer.status_code, headers, answer.content, request=request)

    async def close(self) -> None:
        """Close idle connections."""
        await self._transport.aclose()


def _outgoing(request: Request) -> httpx.Request:
    headers = [(name, value) for name, values in request.headers.items() for value in values]
    try:
        return httpx.Request(request.method, request.url, headers=headers, content=request.body)
    except (httpx.InvalidURL, ValueError):
        raise FetchFailed("the address, perhaps after a redirect, is no URL") from None
