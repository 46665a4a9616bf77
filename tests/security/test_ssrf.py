# SPDX-License-Identifier: Apache-2.0
"""No case of ssrf.toml is ever connected to, whichever way it comes in."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from ascolto.errors import AddressBlocked, NetError
from ascolto.net import Door
from ascolto.settings import Network
from ascolto.settings import Source as SourceSettings
from crawlers.engine import Crawler
from crawlers.registry import build_source

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "ssrf.toml").read_text("utf-8"))["case"]
URLS = [case["url"] for case in CASES]
PUBLIC = "93.184.216.34"
ADDRESSES = sorted({each for case in CASES for each in case.get("resolves", ())} - {PUBLIC})


class Canary:
    """Hears of every connection to a blocked address, and forbids every one not expected."""

    def __init__(self) -> None:
        self.expected: set[int] = set()
        self.heard: list[object] = []
        self.on = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event != "socket.connect" or not self.on:
            return
        address = arguments[1]
        if isinstance(address, tuple) and address[1] not in self.expected:
            if address[0] != PUBLIC:
                self.heard.append(address)
            raise PermissionError("no test connects to anything but its own servers")


CANARY = Canary()


@pytest.fixture(autouse=True)
def canary() -> Iterator[Canary]:
    CANARY.heard.clear()
    CANARY.expected.clear()
    CANARY.on = True
    yield CANARY
    CANARY.on = False
    assert CANARY.heard == []


def resolve(host: str, port: int) -> Sequence[str]:
    """DNS as the cases describe it; numbers as the system reads them."""
    try:
        found = socket.getaddrinfo(host.rstrip("."), port, flags=socket.AI_NUMERICHOST)
        return [str(each[4][0]) for each in found]
    except OSError:
        pass
    name = host.rstrip(".")
    if name.endswith("localhost"):
        return ["127.0.0.1"]
    for each in CASES:
        if each.get("resolves") and f"//{name}" in each["url"].lower():
            return each["resolves"]
    if name == "public.example.test":
        return [PUBLIC]
    raise OSError(f"no such name: {host}")


def test_the_corpus_is_large_enough():
    assert len(set(URLS)) >= 80
    assert len(ADDRESSES) >= 50


@pytest.mark.parametrize("url", URLS)
def test_check(url):
    with pytest.raises(AddressBlocked):
        Door(Network(), resolve).check(url)


@pytest.mark.parametrize("url", URLS)
def test_connect(url):
    with Door(Network(), resolve).client() as client:
        with pytest.raises((NetError, httpx.InvalidURL, httpx.UnsupportedProtocol)):
            client.post(url, content=b"x")
        with pytest.raises((NetError, httpx.InvalidURL, httpx.UnsupportedProtocol)):
            client.get(url)


def test_connect_async():
    async def run() -> None:
        transport = Door(Network(), resolve).async_transport()
        for url in URLS:
            with pytest.raises((NetError, httpx.InvalidURL)):
                await transport.handle_async_request(httpx.Request("GET", url))
        await transport.aclose()

    asyncio.run(run())


@pytest.fixture(scope="module")
def fakes() -> ModuleType:
    name = "ascolto_fakes_mini_source"
    if name not in sys.modules:
        path = HERE.parent / "fakes" / "mini_source.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def collecting(canary: Canary) -> Iterator[Callable]:
    """Runs feeds through one crawler for all cases; gives back what each run ended with."""
    crawlers: list[Crawler] = []

    def run(urls: Sequence[str], network: Network, resolve: Callable = resolve) -> list[object]:
        crawler = Crawler(network, "1", resolve=resolve, pause=timedelta(milliseconds=1))
        crawlers.append(crawler)
        ends = []
        for url in urls:
            source = build_source(SourceSettings(name="s", kind="feed", url=url))
            future = crawler.run(source, None, lambda _: None, lambda: datetime.now(UTC))
            ends.append(future.exception(30))
        return ends

    yield run
    for crawler in crawlers:
        crawler.close(10)


def test_redirect(fakes, canary, collecting):
    def header(url: str) -> str:
        return url.encode("utf-8").decode("latin-1").replace("\r\n", "%0d%0a").replace("\0", "%00")

    with fakes.MiniSource() as site:
        canary.expected.add(int(site.host.rpartition(":")[2]))
        for number, url in enumerate(URLS):
            status = (301, 302, 303, 307, 308)[number % 5]
            site.always(f"/{number}", fakes.Reply(status, headers={"Location": header(url)}))
        site.always("/", fakes.Reply(404))  # where "http:///" leads from here
        network = Network(allow=(site.host,), requests_per_minute_per_host=100_000)
        ends = collecting([f"{site.url}/{number}" for number in range(len(URLS))], network)
        assert all(isinstance(end, NetError) for end in ends), ends
        assert len(site.asked) >= len(URLS)


@pytest.mark.parametrize("address", ADDRESSES)
def test_rebinding(address):
    """The first answer of DNS is public; the second is the case."""
    answers = {"first": [PUBLIC]}

    def rebinds(host: str, port: int) -> Sequence[str]:
        return answers.pop("first", [address])

    door = Door(Network(), rebinds)
    door.check("http://rebind.example.test/")
    with door.client() as client, pytest.raises(NetError):
        client.get("http://rebind.example.test/")


def test_rebinding_while_collecting(collecting):
    seen: dict[str, int] = {}

    def rebinds(host: str, port: int) -> Sequence[str]:
        number = int(host.partition(".")[0][1:])
        seen[host] = seen.get(host, 0) + 1
        return [ADDRESSES[number]]

    urls = [f"http://h{number}.example.test/feed" for number in range(len(ADDRESSES))]
    ends = collecting(urls, Network(), rebinds)
    assert all(isinstance(end, NetError) for end in ends), ends
    assert len(seen) == len(ADDRESSES)
