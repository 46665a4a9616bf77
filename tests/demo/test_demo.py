# SPDX-License-Identifier: Apache-2.0
"""The demo is the real service around a sample world."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest

from ascolto.demo.feeds import RENDERERS
from ascolto.demo.world import FEEDS, PUSHED, World

DAY_IN_SECONDS = 12


class Demo:
    """A running demo and its API."""

    def __init__(self, place: Path) -> None:
        command = [
            str(Path(sys.executable).parent / "ascolto"),
            *("demo", "--json", "--port", "0", "--data", str(place)),
            *("--speed", str(24 * 60 / DAY_IN_SECONDS)),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.where: dict[str, str] = json.loads(self.process.stdout.readline())
        self._client = httpx.Client(headers={"Authorization": f"Bearer {self.where['key']}"})

    def get(self, route: str, **parameters: Any) -> Any:
        answer = self._client.get(self.where["api"] + route, params=parameters)
        answer.raise_for_status()
        return answer.json()

    def all(self, route: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self.get(route, limit=100, **more)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    def wait(self, seconds: float, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "did not come true in time"
            time.sleep(0.2)

    def stop(self) -> int:
        self._client.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo"))
    yield running
    assert running.stop() == 0


def test_ready_line_has_console_api_and_key(demo: Demo) -> None:
    assert set(demo.where) == {"console", "api", "key"}
    assert httpx.get(demo.where["console"], follow_redirects=True).status_code == 200


def test_the_day_is_told_to_its_end(demo: Demo) -> None:
    demo.wait(
        DAY_IN_SECONDS + 30,
        lambda: (
            {source["name"]: source for source in demo.get("/sources")["items"]}.keys()
            >= set(FEEDS)
            and len(demo.all("/mentions")) > 55
        ),
    )
    mentions = demo.all("/mentions")
    assert {mention["source"] for mention in mentions} == {*FEEDS, "partner"}
    demo.wait(30, lambda: all(mention["reading"] for mention in demo.all("/mentions")))
    assert not any("boreal" in mention["text"] for mention in mentions)


def test_alerts_have_reasons_channel_and_draft(demo: Demo) -> None:
    def drafted() -> list[dict[str, Any]]:
        return [alert for alert in demo.all("/alerts") if not alert["draft"]["none_because"]]

    def languages() -> set[str]:
        return {alert["draft"]["language"] for alert in drafted()}

    def units() -> set[str]:
        return {alert["unit"] for alert in demo.all("/alerts")}

    demo.wait(DAY_IN_SECONDS + 30, lambda: len(drafted()) > 20 and len(languages()) == 3)
    demo.wait(DAY_IN_SECONDS + 30, lambda: units() >= {"legal", "press", "social-care"})
    alerts = demo.all("/alerts")
    for alert in alerts:
        points = sum(reason["points"] for reason in alert["priority"]["reasons"])
        assert points == alert["priority"]["value"]
        assert alert["channel"]["options"] or alert["channel"]["label"] == "no_reply"
        draft = alert["draft"]
        assert (draft["public"] or draft["private"]) or draft["none_because"]
    assert languages() == {"it", "ru", "en"}


def test_every_alert_reaches_the_receiver(demo: Demo) -> None:
    def sent() -> bool:
        cases = demo.all("/cases")
        details = [demo.get(f"/cases/{case['id']}") for case in cases]
        rows = [row for detail in details for row in detail["deliveries"]]
        return bool(rows) and all(row["state"] == "sent" for row in rows)

    demo.wait(30, sent)


def test_the_world_speaks_three_formats() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    clock = [now]
    world = World(lambda: clock[0], speed=60)
    assert any(world.published(outlet) for outlet in FEEDS)
    clock[0] = now + timedelta(hours=1)
    assert world.over()
    for outlet in FEEDS:
        posts = world.published(outlet)
        _, kind, render = RENDERERS[outlet]
        document = render(outlet, "http://sample.invalid", posts)
        if kind.endswith("json"):
            assert len(json.loads(document)["items"]) == len(posts)
        else:
            parsed = feedparser.parse(document)
            assert not parsed.bozo
            assert len(parsed.entries) == len(posts)


def test_the_world_is_large_enough_and_all_its_posts_differ() -> None:
    clock = [datetime(2026, 11, 24, tzinfo=UTC)]
    world = World(lambda: clock[0], speed=60)
    clock[0] += timedelta(days=1)
    posts = [post for name in (*FEEDS, PUSHED) for _, post in world.published(name)]
    assert len(posts) >= 60
    assert {post.language for post in posts} == {"it", "ru", "en"}
    assert len({post.text for post in posts}) == len({post.id for post in posts}) == len(posts)
