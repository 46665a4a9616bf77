# SPDX-License-Identifier: Apache-2.0
"""Entries that claim the same id neither overwrite each other nor get lost unseen."""

from __future__ import annotations

from datetime import UTC, datetime

from ascolto.model import Mention
from ascolto.store.records import Reject
from crawlers.shared_ids import told_apart

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def entry(native_id: str | None, text: str, url: str | None = None) -> Mention:
    return Mention(
        source="f",
        kind="feed",
        native_id=native_id,
        text=text,
        url=url,
        published_at=NOW,
        collected_at=NOW,
    )


def test_one_id_for_different_pages_makes_different_mentions() -> None:
    items = [
        entry("site", "one", "https://a.example/1"),
        entry("site", "two", "https://a.example/2"),
    ]
    apart = told_apart(items)
    ids = [item.id for item in apart if isinstance(item, Mention)]
    assert len(set(ids)) == 2
    reversed_ids = [item.id for item in told_apart(items[::-1]) if isinstance(item, Mention)]
    assert set(reversed_ids) == set(ids)


def test_two_versions_of_one_page_keep_the_newest_and_account_for_the_other() -> None:
    apart = told_apart(
        [entry("1", "new", "https://a.example/"), entry("1", "old", "https://a.example/")]
    )
    first, second = apart
    assert isinstance(first, Mention)
    assert (first.text, first.native_id) == ("new", "1")
    assert isinstance(second, Reject)


def test_equal_entries_and_entries_without_id_stay_as_they_are() -> None:
    items = [
        entry("1", "same"),
        entry("1", "same"),
        entry(None, "a"),
        entry(None, "b"),
        entry("2", "c"),
    ]
    assert told_apart(items) == items
