# SPDX-License-Identifier: Apache-2.0
"""Posts out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from ascolto.model import Sentiment

Check = Callable[..., dict[str, Any]]


@pytest.fixture
def reader(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("read")


def test_pages_hold_everything_once_while_posts_arrive(world: Any, reader: httpx.Client) -> None:
    expected = {world.mention(f"post {number}").id for number in range(25)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 10, **({"cursor": cursor} if cursor else {})}
        page = reader.get("/v1/mentions", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        world.mention("something newer")
        if cursor is None:
            break
    assert sorted(seen) == sorted(expected)


def test_items_are_whole_and_say_what_they_are_not_yet(world: Any, reader: httpx.Client) -> None:
    read, unread = world.mention("first"), world.mention("second")
    world.read(read)
    page = reader.get("/v1/mentions").json()
    assert page["total"] == {"value": 2, "relation": "eq"}
    newest, older = page["items"]
    assert newest["id"] == unread.id
    assert newest["reading"] is None
    assert older["reading"]["sentiment"]["label"] == "negative"
    assert older["text"] == "first"
    assert older["author"]["handle"] == "marta"
    assert {"published_at", "collected_at", "updated_at"} <= set(older)


def test_filters(world: Any, reader: httpx.Client) -> None:
    negative = world.mention("negative", source="reviews")
    positive = world.mention("positive", private=True)
    world.read(negative)
    world.read(positive, Sentiment.positive)
    unread = world.mention("unread", language={"code": "it", "confidence": 1.0})
    old = unread.published_at - timedelta(days=1)
    world.mention("old", native_id="old", published_at=old)
    after = (unread.published_at - timedelta(hours=1)).isoformat()

    def found(**params: Any) -> set[str]:
        items = reader.get("/v1/mentions", params=params).json()["items"]
        count = reader.get("/v1/mentions/count", params=params).json()
        assert count == {"value": len(items), "relation": "eq"}
        return {item["text"] for item in items}

    assert found(source="reviews") == {"negative"}
    assert found(private=True) == {"positive"}
    assert found(sentiment="positive") == {"positive"}
    assert found(sentiment="unscored") == set()
    assert found(risk="complaint") == {"negative", "positive"}
    assert found(language="it") == {"unread"}
    assert found(brand="Banca Aurora") == {"negative", "positive", "unread", "old"}
    assert found(brand="nobody") == set()
    assert found(published_to=after) == {"old"}
    assert found(published_from=after) == {"negative", "positive", "unread"}
    assert found(published_from=old.isoformat(), published_to=after) == {"old"}
    assert found(collected_to=old.isoformat()) == set()


def test_sorting_by_each_time(world: Any, reader: httpx.Client) -> None:
    first = world.mention("first")
    second = world.mention("second", published_at=first.published_at - timedelta(hours=5))

    def order(sort: str) -> list[str]:
        items = reader.get("/v1/mentions", params={"sort": sort}).json()["items"]
        return [item["text"] for item in items]

    assert second.collected_at >= first.collected_at
    assert order("collected_at") == ["second", "first"]
    assert order("published_at") == ["first", "second"]
    world.read(first)
    assert order("updated_at") == ["first", "second"]


def test_chosen_fields(world: Any, reader: httpx.Client, assert_problem: Check) -> None:
    mention = world.mention("hello")
    page = reader.get("/v1/mentions", params={"fields": "text, reading"}).json()
    assert page["items"] == [{"id": mention.id, "text": "hello", "reading": None}]
    body = assert_problem(reader.get("/v1/mentions?fields=texts"), 400, "bad_parameter")
    assert "'texts'" in body["detail"]
