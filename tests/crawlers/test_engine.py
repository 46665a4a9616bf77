# SPDX-License-Identifier: Apache-2.0
"""The crawler: threads, order, failures, and letting go."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from ascolto.errors import AddressBlocked, FetchFailed
from ascolto.settings import Network
from ascolto.store.records import Batch
from crawlers.engine import Crawler
from crawlers.source import Web


@pytest.fixture
def crawler_for() -> Iterator[Callable[..., Crawler]]:
    made: list[Crawler] = []

    def make(*hosts: str, **network: object) -> Crawler:
        options = {"requests_per_minute_per_host": 6000, "allow": hosts, **network}
        made.append(Crawler(Network(**options), "1", pause=timedelta(milliseconds=10)))
        return made[-1]

    yield make
    for crawler in made:
        crawler.close(15)


class Scripted:
    """A source of plain Python."""

    kind = "scripted"

    def __init__(self, steps: Callable[[Web], AsyncIterator[Batch]]) -> None:
        self._steps = steps
        self.cursor: str | None = None

    def collect(self, cursor: str | None, web: Web, now: datetime) -> AsyncIterator[Batch]:
        self.cursor = cursor
        return self._steps(web)


def numbers(count: int) -> Callable[[Web], AsyncIterator[Batch]]:
    async def steps(web: Web) -> AsyncIterator[Batch]:
        for number in range(count):
            yield Batch(cursor=str(number))

    return steps


def fetching(*urls: str) -> Callable[[Web], AsyncIterator[Batch]]:
    async def steps(web: Web) -> AsyncIterator[Batch]:
        for url in urls:
            answer = await web.get(url)
            yield Batch(cursor=f"{answer.status} {len(answer.body)}")

    return steps


def test_batches_come_in_order_and_the_cursor_goes_in(crawler_for, now):
    source = Scripted(numbers(5))
    cursors: list[str | None] = []
    run = crawler_for().run(source, "start", lambda b: cursors.append(b.cursor), lambda: now)
    assert run.result(30) is None
    assert cursors == ["0", "1", "2", "3", "4"]
    assert source.cursor == "start"


def test_the_next_batch_waits_for_the_commit(crawler_for, now):
    log: list[str] = []

    async def steps(web: Web) -> AsyncIterator[Batch]:
        for number in range(3):
            log.append(f"asked {number}")
            yield Batch(cursor=str(number))

    def commit(batch: Batch) -> None:
        time.sleep(0.05)
        log.append(f"stored {batch.cursor}")

    crawler_for().run(Scripted(steps), None, commit, lambda: now).result(30)
    assert log == ["asked 0", "stored 0", "asked 1", "stored 1", "asked 2", "stored 2"]


def test_commits_never_run_on_the_reactors_thread(crawler_for, now):
    names: set[str] = set()

    def commit(batch: Batch) -> None:
        names.add(threading.current_thread().name)

    crawler_for().run(Scripted(numbers(2)), None, commit, lambda: now).result(30)
    assert "ascolto-crawlers" not in names
    assert "MainThread" not in names


def test_a_failing_commit_ends_the_run(crawler_for, now):
    ended: list[bool] = []

    async def steps(web: Web) -> AsyncIterator[Batch]:
        try:
            yield Batch(cursor="1")
            yield Batch(cursor="2")
        finally:
            ended.append(True)

    def commit(batch: Batch) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        crawler_for().run(Scripted(steps), None, commit, lambda: now).result(30)
    assert ended == [True]


def test_a_failing_source_keeps_what_it_yielded(crawler_for, now):
    async def steps(web: Web) -> AsyncIterator[Batch]:
        yield Batch(cursor="1")
        raise FetchFailed("gone")

    stored: list[Batch] = []
    with pytest.raises(FetchFailed, match="gone"):
        crawler_for().run(Scripted(steps), None, stored.append, lambda: now).result(30)
    assert [batch.cursor for batch in stored] == ["1"]


def test_one_slow_host_does_not_hold_up_the_others(crawler_for, mini_source, fakes, now):
    slow, quick = mini_source(), mini_source()
    slow.answer("/", fakes.Reply(200, b"slow", delay=1.5))
    quick.answer("/", fakes.Reply(200, b"quick"))
    crawler = crawler_for(slow.host, quick.host)
    stored: list[str | None] = []

    def commit(batch: Batch) -> None:
        stored.append(batch.cursor)

    first = crawler.run(Scripted(fetching(f"{slow.url}/")), None, commit, lambda: now)
    while not slow.asked:
        time.sleep(0.01)
    started = time.monotonic()
    crawler.run(Scripted(fetching(f"{quick.url}/")), None, commit, lambda: now).result(30)
    assert time.monotonic() - started < 1
    assert stored == ["200 5"]
    first.result(30)
    assert stored == ["200 5", "200 4"]


def test_a_host_is_asked_one_thing_at_a_time(crawler_for, mini_source, fakes, now):
    site = mini_source()
    for number in range(4):
        site.answer(f"/{number}", fakes.Reply(200, b"x", delay=0.1))
    crawler = crawler_for(site.host)
    runs = [
        crawler.run(Scripted(fetching(f"{site.url}/{n}")), None, lambda _: None, lambda: now)
        for n in range(4)
    ]
    for run in runs:
        run.result(30)
    times = [asked.at for asked in site.asked]
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))
    assert site.robots_asked == 1


def test_the_budget_of_a_host_holds(crawler_for, mini_source, fakes, now):
    site = mini_source()
    paths = [f"/{number}" for number in range(23)]
    for path in paths:
        site.answer(path, fakes.Reply(200, b"x"))
    crawler = crawler_for(site.host, requests_per_minute_per_host=120)
    urls = [site.url + path for path in paths]
    crawler.run(Scripted(fetching(*urls)), None, lambda _: None, lambda: now).result(60)
    # 20 at once, of which one is robots.txt; then one each 0.6 s.
    assert site.asked[-1].at - site.asked[18].at >= 3 * 0.6


def test_a_retry_after_of_one_request_holds_back_the_next(crawler_for, mini_source, fakes, now):
    site = mini_source()
    site.answer("/a", fakes.Reply(429, headers={"Retry-After": "900"}))
    crawler = crawler_for(site.host)
    with pytest.raises(FetchFailed) as first:
        crawler.run(Scripted(fetching(f"{site.url}/a")), None, lambda _: None, lambda: now).result(
            30
        )
    with pytest.raises(FetchFailed) as second:
        crawler.run(Scripted(fetching(f"{site.url}/b")), None, lambda _: None, lambda: now).result(
            30
        )
    assert first.value.retry_after == timedelta(seconds=900)
    assert timedelta(seconds=890) < second.value.retry_after <= timedelta(seconds=900)
    assert site.paths() == ["/a"]


@pytest.mark.parametrize("url", ["", "no url", "feed", "http://", "mailto:a@b.c", "file:///x"])
def test_what_is_no_web_address_fails(crawler_for, now, url):
    with pytest.raises(AddressBlocked):
        crawler_for().run(Scripted(fetching(url)), None, lambda _: None, lambda: now).result(30)


def test_cancelling_ends_a_run(crawler_for, now):
    begun, ended = threading.Event(), threading.Event()

    async def steps(web: Web) -> AsyncIterator[Batch]:
        begun.set()
        try:
            await asyncio.sleep(60)
            yield Batch()
        finally:
            ended.set()

    run = crawler_for().run(Scripted(steps), None, lambda _: None, lambda: now)
    assert begun.wait(10)
    assert run.cancel()
    assert ended.wait(10)


def test_closing_waits_for_a_commit_and_ends_everything_else(crawler_for, mini_source, fakes, now):
    site = mini_source()
    site.answer("/", fakes.Reply(200, b"x", delay=30))
    crawler = crawler_for(site.host)
    begun = threading.Event()
    stored: list[str | None] = []

    def commit(batch: Batch) -> None:
        begun.set()
        time.sleep(0.3)
        stored.append(batch.cursor)

    fetch = crawler.run(Scripted(fetching(f"{site.url}/")), None, lambda _: None, lambda: now)
    write = crawler.run(Scripted(numbers(3)), None, commit, lambda: now)
    assert begun.wait(10)
    while not site.asked:
        time.sleep(0.01)
    started = time.monotonic()
    crawler.close(5)
    assert time.monotonic() - started < 4
    assert stored == ["0"]
    assert fetch.done()
    assert write.done()


def test_closing_twice_or_unused_is_fine_and_a_closed_one_refuses(crawler_for, now):
    crawler = crawler_for()
    crawler.close(5)
    crawler.close(5)
    with pytest.raises(RuntimeError, match="closed"):
        crawler.run(Scripted(numbers(1)), None, lambda _: None, lambda: now)


def test_crawlers_one_after_the_other_leave_nothing_behind(crawler_for, mini_source, fakes, now):
    site = mini_source()
    site.always("/", fakes.Reply(200, b"x"))

    def once() -> None:
        crawler = crawler_for(site.host)
        source = Scripted(fetching(f"{site.url}/"))
        crawler.run(source, None, lambda _: None, lambda: now).result(30)
        crawler.close(10)

    def counts() -> tuple[int, int]:
        ours = [t for t in threading.enumerate() if "Thread-" not in t.name]
        return len(ours), len(os.listdir("/proc/self/fd"))

    once()
    once()
    threads, files = counts()
    for _ in range(4):
        once()
    time.sleep(0.1)
    after = counts()
    assert after[0] <= threads + 2
    assert after[1] <= files + 2


def test_nothing_of_an_answer_is_logged(crawler_for, mini_source, fakes, now, caplog):
    site = mini_source()
    site.answer("/?key=s3cret", fakes.Reply(200, b"canary", {"Set-Cookie": "canary=1"}))
    crawler = crawler_for(site.host)
    with caplog.at_level(logging.DEBUG):
        source = Scripted(fetching(f"{site.url}/?key=s3cret"))
        crawler.run(source, None, lambda _: None, lambda: now).result(30)
    assert "canary" not in caplog.text
    assert "s3cret" not in caplog.text


SCRIPT = """
import signal, sys, threading
from datetime import UTC, datetime
before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
from crawlers.engine import Crawler
from crawlers.registry import build_source
assert not [m for m in sys.modules if m.split(".")[0] in ("scrapy", "twisted")]
from ascolto.settings import Network
from ascolto.store.records import Batch

class One:
    kind = "one"
    async def collect(self, cursor, web, now):
        yield Batch(cursor="c")

crawler = Crawler(Network(), "1")
crawler.run(One(), None, print, lambda: datetime.now(UTC)).result(30)
assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
if "close" in sys.argv:
    crawler.close(10)
print("done")
"""


@pytest.mark.parametrize("argument", ["close", "leave"])
def test_a_process_ends_by_itself_without_noise(tmp_path: Path, argument):
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", SCRIPT, argument],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("done\n")
    assert "Traceback" not in ended.stderr
    assert "Warning" not in ended.stderr
