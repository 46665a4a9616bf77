# SPDX-License-Identifier: Apache-2.0
"""Files of posts: every line accounted for, nothing twice, resumed where it stopped."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ascolto.importing import Importer
from ascolto.intake import Intake
from ascolto.settings import Brand, Settings
from ascolto.store.records import MentionFilter
from ascolto.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Stopped(Exception):
    """The import was interrupted."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "a.db", lambda: NOW)
    yield opened
    assert all(account.balanced for account in opened.accounting())
    opened.close()


@pytest.fixture
def faults() -> list[str]:
    return []


@pytest.fixture
def importer(store: SqliteStore, faults: list[str]) -> Importer:
    intake = Intake(Settings(brands=(Brand(name="Banca Aurora"),)), store)
    return Importer(intake, store.sources, "archive", False, lambda: NOW, faults.append)


def ndjson(path: Path, ids: range) -> Path:
    with path.open("a", encoding="utf-8") as stream:
        for number in ids:
            post = {"id": number, "text": f"Banca Aurora, posto {number}", "date": "2025-01-02"}
            stream.write(json.dumps(post) + "\n")
    return path


def ids(store: SqliteStore) -> set[str | None]:
    found: set[str | None] = set()
    cursor = None
    while True:
        views, cursor = store.mentions.page(MentionFilter(), limit=200, after=cursor)
        found.update(view.mention.native_id for view in views)
        if cursor is None:
            return found


def test_an_interrupted_import_goes_on(
    importer: Importer, store: SqliteStore, tmp_path: Path
) -> None:
    path = ndjson(tmp_path / "posts.ndjson", range(1200))

    def interrupt(end: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        importer.file(path, "ndjson", from_start=False, done=interrupt)
    assert len(ids(store)) == 500
    tally = importer.file(path, "ndjson", from_start=False, done=lambda end: None)
    assert tally.outcomes["created"] == 700
    assert tally.outcomes["duplicate"] == 0
    assert tally.skipped_bytes > 0
    assert ids(store) == {str(number) for number in range(1200)}


def test_a_file_that_grew_is_taken_in_from_its_old_end(
    importer: Importer, store: SqliteStore, tmp_path: Path
) -> None:
    path = ndjson(tmp_path / "posts.ndjson", range(3))
    importer.file(path, "ndjson", from_start=False, done=lambda end: None)
    ndjson(path, range(3, 5))
    tally = importer.file(path, "ndjson", from_start=False, done=lambda end: None)
    assert dict(tally.outcomes) == {"created": 2, "rejected": 0}
    assert len(ids(store)) == 5


def test_another_file_of_the_same_name_is_taken_in_whole(
    importer: Importer, store: SqliteStore, tmp_path: Path
) -> None:
    path = ndjson(tmp_path / "posts.ndjson", range(5))
    importer.file(path, "ndjson", from_start=False, done=lambda end: None)
    path.unlink()
    ndjson(path, range(100, 107))
    tally = importer.file(path, "ndjson", from_start=False, done=lambda end: None)
    assert tally.outcomes["created"] == 7


def test_from_start_doubles_nothing(importer: Importer, store: SqliteStore, tmp_path: Path) -> None:
    path = ndjson(tmp_path / "posts.ndjson", range(5))
    for _ in range(2):
        tally = importer.file(path, "ndjson", from_start=True, done=lambda end: None)
    assert tally.outcomes["duplicate"] == 5
    assert len(ids(store)) == 5


def test_wrong_lines_are_named_and_the_others_stored(
    importer: Importer, store: SqliteStore, faults: list[str]
) -> None:
    lines = ['{"id": 1, "text": "uno"}', "not json", "[1]", '{"id": 2}', '{"id": 3, "text": "tre"}']
    tally = importer.stream(io.BytesIO("\n".join(lines).encode()), "ndjson", done=lambda end: None)
    assert tally.outcomes["created"] == 2
    assert [fault.split(":")[0] for fault in faults] == ["line 2", "line 3", "line 4"]


def test_csv_with_semicolons(importer: Importer, store: SqliteStore) -> None:
    text = "id;text;author;published_at\n7;Banca Aurora, ciao;Ada;2025-03-01 10:00\n"
    importer.stream(io.BytesIO(text.encode()), "csv", done=lambda end: None)
    (view,), _ = store.mentions.page(MentionFilter(), limit=9)
    assert view.mention.author.name == "Ada"
    assert view.mention.published_at == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert view.mention.backfill
