# SPDX-License-Identifier: Apache-2.0
"""The sample world: one day of posts, written by hand, told at a chosen speed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

FEEDS = ("bank-talk", "city-news", "reviews")
PUSHED = "pushed"
OPENING_HOUR = 1.0
"""The hour of the sample day at which a demo begins: something is there at once."""


@dataclass(frozen=True, slots=True)
class Post:
    """One post of the sample world; ``hour`` (0 to 24) is when it appears."""

    id: str
    hour: float
    language: str
    author: str
    handle: str
    followers: int | None
    title: str | None
    text: str
    private: bool = False
    thread: str | None = None


class World:
    """What has been published so far.

    ``speed`` is hours of the sample day per minute of ours. The day begins at
    `OPENING_HOUR`: posts of earlier hours are there from the start.
    """

    def __init__(self, now: Callable[[], datetime], speed: float) -> None:
        self._now = now
        self._hour = timedelta(minutes=1) / speed
        self._start = now()
        self._posts = {outlet: _load(outlet) for outlet in (*FEEDS, PUSHED)}

    def published(self, outlet: str) -> list[tuple[datetime, Post]]:
        """The posts of an outlet so far with their times of publication, oldest first."""
        now = self._now()
        told = ((self._moment(post), post) for post in self._posts[outlet])
        return [(moment, post) for moment, post in told if moment <= now]

    def over(self) -> bool:
        """Whether the whole day has been told."""
        return all(len(self.published(name)) == len(posts) for name, posts in self._posts.items())

    def _moment(self, post: Post) -> datetime:
        return self._start + self._hour * (post.hour - OPENING_HOUR)


def _load(outlet: str) -> list[Post]:
    text = files("ascolto.demo").joinpath("posts", f"{outlet}.jsonl").read_text("utf-8")
    posts = [Post(**json.loads(line)) for line in text.splitlines()]
    return sorted(posts, key=lambda post: post.hour)
