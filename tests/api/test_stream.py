# SPDX-License-Identifier: Apache-2.0
"""The live stream: nothing lost, nothing twice, nothing said of a post but its id."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

import api.stream
from api.auth import token_digest

Check = Callable[..., dict[str, Any]]
Connect = Callable[..., httpx.Client]
Event = dict[str, Any]


class Reader:
    """Reads events off an open answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()
        self.comments = 0
        self.retry: int | None = None

    def __iter__(self) -> Iterator[Event]:
        event: Event = {}
        for line in self._lines:
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                event[name] = value
            elif "data" in event:
                yield {**json.loads(event["data"]), "seq": event["id"], "event": event["event"]}
                event = {}
            else:
                self.retry = int(event.get("retry", 0)) or self.retry
                event = {}

    def take(self, count: int) -> list[Event]:
        """The next events."""
        events = []
        if count:
            for event in self:
                events.append(event)
                if len(events) == count:
                    break
        return events


@contextmanager
def _open(client: httpx.Client, **params: str) -> Iterator[Reader]:
    with client.stream("GET", "/v1/stream", params=params) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Reader(answer)


@pytest.fixture
def reader(connect: Connect) -> httpx.Client:
    return connect("read")


def test_events_tell_what_is_new_and_not_what_it_says(world: Any, reader: httpx.Client) -> None:
    with _open(reader, after="0") as stream:
        case = world.case("canary")
        events = stream.take(4)
    assert {event["kind"] for event in events} == {"mention", "reading", "alert", "case"}
    assert all(event["event"] == event["kind"] for event in events)
    by_kind = {event["kind"]: event["id"] for event in events}
    assert by_kind["mention"] == by_kind["reading"] == case.mention_ids[0]
    assert by_kind["case"] == case.id
    assert "canary" not in str(events)
    assert stream.retry == 2000


def test_without_an_id_it_begins_now(world: Any, reader: httpx.Client) -> None:
    world.mention("before")
    with _open(reader) as stream:
        after = world.mention("after")
        (event,) = stream.take(1)
    assert event["id"] == after.id


def test_a_reader_that_comes_back_misses_nothing_and_sees_nothing_twice(
    world: Any, reader: httpx.Client
) -> None:
    expected = [world.mention(f"post {number}").id for number in range(10)]
    seen: list[Event] = []
    with _open(reader, after="0") as stream:
        seen += stream.take(4)
    expected += [world.mention(f"while away {number}").id for number in range(10)]
    headers = {"Last-Event-ID": seen[-1]["seq"]}
    with reader.stream("GET", "/v1/stream?after=0", headers=headers) as answer:
        events = Reader(answer)
        seen += events.take(10)
        expected += [world.mention(f"live {number}").id for number in range(5)]
        seen += events.take(11)
    assert [event["id"] for event in seen] == expected


def test_many_readers_see_the_same(world: Any, connect: Connect) -> None:
    readers, posts = 20, 30
    ready = threading.Barrier(readers + 1)
    clients = [connect("read") for _ in range(readers)]

    def read(client: httpx.Client) -> list[str]:
        with _open(client, after="0") as stream:
            ready.wait(timeout=30)
            return [event["id"] for event in stream.take(posts)]

    with ThreadPoolExecutor(readers) as pool:
        results = [pool.submit(read, client) for client in clients]
        ready.wait(timeout=30)
        expected = [world.mention(f"post {number}").id for number in range(posts)]
        assert all(result.result(timeout=30) == expected for result in results)


def test_an_id_of_another_store(world: Any, reader: httpx.Client) -> None:
    world.mention("one")
    with _open(reader, after="999999") as stream:
        mention = world.mention("two")
        reset, event = stream.take(2)
    assert reset["kind"] == "reset"
    assert reset["seq"] == str(world.store.events.last() - 1)
    assert event["id"] == mention.id


def test_what_is_no_id(reader: httpx.Client, assert_problem: Check) -> None:
    for bad in ("x", "-1", "1.5", "9" * 19, "١"):
        assert_problem(reader.get("/v1/stream", params={"after": bad}), 400, "bad_parameter")


def test_silence_is_filled_and_ends_with_the_key(
    world: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.stream, "COMMENT_SECONDS", 0.05)
    secret = world.key("read")
    with _open(connect(secret=secret)) as stream:
        timer = threading.Timer(0.3, world.revoke, (token_digest(secret),))
        timer.start()
        assert list(stream) == []
        timer.join()
    assert stream.comments >= 2


def test_a_busy_stream_ends_with_the_key_too(
    world: Any, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.stream, "COMMENT_SECONDS", 0.3)
    secret = world.key("read")
    with _open(connect(secret=secret)) as stream:
        events = iter(stream)
        for number in range(200):
            world.mention(f"post {number}")
            if number == 3:
                world.revoke(token_digest(secret))
            if next(events, None) is None:
                break
    assert 3 <= number < 199


def test_the_end_of_the_service_ends_every_stream(
    running: Any, reader: httpx.Client, assert_problem: Check
) -> None:
    with _open(reader) as stream:
        begun = time.monotonic()
        running.app.state.stream.close()
        assert list(stream) == []
    assert time.monotonic() - begun < 2
    assert_problem(reader.get("/v1/stream"), 503, "shutting_down")
    assert_problem(reader.get("/health/ready"), 503, "shutting_down")


def test_the_store_is_read_only_while_somebody_listens(running: Any, reader: httpx.Client) -> None:
    def wait_until_reading(is_so: bool) -> None:
        deadline = time.monotonic() + 10
        while running.app.state.stream.reading is not is_so:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    wait_until_reading(False)
    with _open(reader):
        wait_until_reading(True)
    wait_until_reading(False)


def test_what_comes_between_connecting_and_listening_is_told(
    world: Any, reader: httpx.Client
) -> None:
    begun = time.monotonic()
    for number in range(30):
        with _open(reader) as stream:
            mention = world.mention(f"post {number}")
            assert stream.take(1)[0]["id"] == mention.id
    assert time.monotonic() - begun < 10
