# SPDX-License-Identifier: Apache-2.0
"""Posts in: each item is accounted for, whatever it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.pushed import NotJson, read_json

Check = Callable[..., dict[str, Any]]
LINES = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def pusher(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("ingest")


def _statuses(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [item["index"] for item in items] == list(range(len(items)))
    return [item["status"] for item in items]


def test_a_list_an_object_and_lines_mean_the_same(pusher: httpx.Client, world: Any) -> None:
    posts = [{"id": str(number), "text": f"post {number}"} for number in range(3)]
    assert _statuses(pusher.post("/v1/mentions", json=posts)) == ["created"] * 3
    assert _statuses(pusher.post("/v1/mentions", json={"items": posts})) == ["duplicate"] * 3
    lines = "\n\n".join(json.dumps(post) for post in posts)
    assert _statuses(pusher.post("/v1/mentions", content=lines, headers=LINES)) == ["duplicate"] * 3
    (account,) = world.store.accounting()
    assert (account.source, account.created, account.duplicate) == ("push", 3, 6)


def test_the_id_is_the_one_under_which_it_is_found(
    pusher: httpx.Client, admin: httpx.Client
) -> None:
    answer = pusher.post("/v1/mentions", json=[{"id": "1", "text": "Hello Banca Aurora"}])
    (item,) = answer.json()["items"]
    found = admin.get(f"/v1/mentions/{item['id']}").json()
    assert found["id"] == item["id"]
    assert found["native_id"] == "1"
    assert found["kind"] == "push"
    assert found["reading"] is None
    assert found["brands"][0]["brand"] == "Banca Aurora"


def test_a_changed_text_is_an_update(pusher: httpx.Client) -> None:
    pusher.post("/v1/mentions", json=[{"id": "1", "text": "before"}])
    again = pusher.post("/v1/mentions", json=[{"id": "1", "text": "after"}])
    assert _statuses(again) == ["updated"]
    assert again.json()["counts"] == {"created": 0, "updated": 1, "duplicate": 0, "rejected": 0}


def test_a_thousand_items_and_not_one_more(
    pusher: httpx.Client, assert_problem: Check, world: Any
) -> None:
    posts = [{"id": str(number), "text": "x"} for number in range(1001)]
    assert_problem(pusher.post("/v1/mentions", json=posts), 413, "too_many_items")
    assert world.store.accounting() == ()
    assert _statuses(pusher.post("/v1/mentions", json=posts[:1000])) == ["created"] * 1000


def test_each_bad_line_is_rejected_by_itself(pusher: httpx.Client, world: Any) -> None:
    bad = [
        b"{",
        b"\xff\xfe",
        b'{"text": NaN}',
        b'{"text": "a", "likes": ' + b"9" * 5000 + b"}",
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"text": ""}',
        b'{"text": 5}',
        b'{"text": "a", "likes": 1e400}',
        b'{"text": "a", "published_at": "yesterday"}',
        b'{"text": "a", "url": "javascript:alert(1)"}',
        b'{"text": "a", "source": "../etc"}',
        json.dumps({"text": "w" * 1_000_000}).encode(),
    ]
    good = [
        rb'{"id": "s", "text": "lone \ud800 surrogate and \u0000 NUL"}',
        '﻿{"id": "b", "text": "with a byte order mark"}'.encode(),
        b'{"id": "u", "text": "known", "odd": 1}\r',
    ]
    body = b"\n".join(line for pair in zip(bad, good * 6, strict=False) for line in pair)
    answer = pusher.post("/v1/mentions", content=body, headers=LINES)
    statuses = _statuses(answer)
    assert statuses[0::2] == ["rejected"] * len(bad)
    assert statuses[1:6:2] == ["created"] * 3
    assert set(statuses[7::2]) == {"duplicate"}
    reasons = [item["reason"] for item in answer.json()["items"][0::2]]
    assert all(reasons)
    assert not any("javascript" in reason or "www" in reason for reason in reasons)
    (account,) = world.store.accounting()
    assert account.fetched == 2 * len(bad)
    assert account.balanced


def test_what_is_stored_can_be_shown(pusher: httpx.Client, admin: httpx.Client) -> None:
    line = rb'{"id": "s", "text": "lone \ud800 and \u0000 NUL", "\ud801": 1}'
    (item,) = pusher.post("/v1/mentions", content=line, headers=LINES).json()["items"]
    assert item["status"] == "created"
    assert item["warnings"]
    shown = admin.get(f"/v1/mentions/{item['id']}").json()
    assert shown["text"] == "lone � and � NUL"


def test_a_body_that_is_no_list(pusher: httpx.Client, assert_problem: Check) -> None:
    send = lambda body, headers=JSON: pusher.post(  # noqa: E731
        "/v1/mentions", content=body, headers=headers
    )
    for body in (b"", b"{", b"[NaN]", b"[" * 10_000, b"\xff", b"[" + b"9" * 5000 + b"]"):
        assert_problem(send(body), 400, "not_json")
    for body in (b"{}", b"1", b"null", b'{"text": "a single post"}', b'{"items": {}}'):
        assert_problem(send(body), 422, "invalid_body")
    answer = send(b"[]", {"Content-Type": "application/x-www-form-urlencoded"})
    assert_problem(answer, 415, "unsupported_media_type")


def test_nothing_is_nothing(pusher: httpx.Client) -> None:
    assert _statuses(pusher.post("/v1/mentions", json=[])) == []
    assert _statuses(pusher.post("/v1/mentions", content=b"\n\n", headers=LINES)) == []


def test_sources_are_named_by_the_request_or_by_the_post(
    pusher: httpx.Client, admin: httpx.Client, assert_problem: Check
) -> None:
    posts = [{"text": "a"}, {"text": "b", "source": "partner"}, {"nothing": True}]
    answer = pusher.post("/v1/mentions?source=desk", json=posts)
    assert _statuses(answer) == ["created", "created", "rejected"]
    sources = {item["id"]: item for item in admin.get("/v1/sources").json()["items"]}
    assert sources["desk"]["accounting"]["created"] == 1
    assert sources["desk"]["accounting"]["rejected"] == 1
    assert sources["partner"]["accounting"]["created"] == 1
    assert sources["partner"]["condition"] == "receiving"
    refused = pusher.post("/v1/mentions?source=../x", json=posts)
    assert_problem(refused, 400, "bad_parameter")


def test_a_full_store_says_so_and_goes_on_by_itself(
    pusher: httpx.Client, world: Any, assert_problem: Check
) -> None:
    def limit(pages: int) -> None:
        with world.store.database.write("limit") as connection:
            connection.execute(f"PRAGMA max_page_count={pages}")

    with world.store.database.read() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    limit(pages + 2)
    posts = [{"id": str(number), "text": "x" * 5000} for number in range(100)]
    answer = pusher.post("/v1/mentions", json=posts)
    assert_problem(answer, 503, "store_full")
    assert int(answer.headers["retry-after"]) > 0
    assert world.store.accounting() == ()
    limit(1_000_000)
    assert _statuses(pusher.post("/v1/mentions", json=posts)) == ["created"] * 100


def test_numbers_and_constants_that_are_no_json() -> None:
    assert read_json(b'{"a": 1}') == {"a": 1}
    for text in (b"NaN", b"-Infinity", b"1" * 5000, b"[1", b"\xff"):
        with pytest.raises(NotJson):
            read_json(text)
