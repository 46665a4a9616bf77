# SPDX-License-Identifier: Apache-2.0
"""The SQLite file: what is refused, what is switched on, what happens when it is full."""

import base64
import json
import sqlite3
import threading
from contextlib import closing

import pytest

from ascolto.errors import BadInput, StoreBusy, StoreDamaged, StoreError, StoreFull
from ascolto.store.records import Batch, CaseFilter, MentionFilter
from ascolto.store.sqlite import SqliteStore
from ascolto.store.sqlite.schema import MIGRATIONS, statements


def raw(place):
    return closing(sqlite3.connect(place))


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store, place):
    store.close()
    with raw(place) as connection:
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    before = place.read_bytes()
    with pytest.raises(StoreDamaged, match="newer"):
        SqliteStore(place)
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [b"this is no database, " * 100, b"\x00" * 8192, b"SQLite format 3\x00" + b"\xff" * 8192],
    ids=["text", "zeros", "header-only"],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(place, content):
    place.write_bytes(content)
    with pytest.raises(StoreDamaged, match=place.name):
        SqliteStore(place)
    assert place.read_bytes() == content


@pytest.mark.parametrize("version", [0, len(MIGRATIONS)])
def test_a_database_of_another_program_is_refused_and_left_alone(place, version):
    with raw(place) as connection:
        connection.execute("CREATE TABLE mention (theirs TEXT)")
        connection.execute(f"PRAGMA user_version={version}")
    before = place.read_bytes()
    with pytest.raises(StoreDamaged, match="another program"):
        SqliteStore(place)
    assert place.read_bytes() == before


def test_an_empty_file_becomes_a_store(place):
    place.touch()
    store = SqliteStore(place)
    assert store.check() == ()
    store.close()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StoreError):
        SqliteStore(tmp_path)


def test_a_missing_folder_is_made(tmp_path):
    store = SqliteStore(tmp_path / "a" / "b" / "store.db")
    store.close()
    assert (tmp_path / "a" / "b" / "store.db").exists()


def test_damage_is_found_with_a_remedy(store, place, samples):
    samples.collect(store, *(samples.mention(number) for number in range(300)))
    store.close()
    content = bytearray(place.read_bytes())
    for page in range(4, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xa5" * 64
    place.write_bytes(content)
    problems = ()
    try:
        with closing(SqliteStore(place)) as damaged:
            problems = damaged.check()
    except StoreDamaged as error:
        problems = (str(error),)
    assert problems
    assert all("restore a backup" in problem for problem in problems)


def test_a_migration_splits_into_its_statements(place):
    with raw(place) as connection:
        for migration in MIGRATIONS:
            for statement in statements(migration):
                assert sqlite3.complete_statement(statement + ";")
                connection.execute(statement)


def test_opening_again_migrates_nothing(store, place):
    store.close()
    before = place.read_bytes()
    SqliteStore(place).close()
    assert place.read_bytes() == before


def test_the_log_and_full_sync_are_really_on(store, place):
    store.mentions.count(MentionFilter())
    writer = store.database._writer
    assert writer.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert writer.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert writer.execute("PRAGMA secure_delete").fetchone()[0] == 1
    with raw(place) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_reader_cannot_write(store):
    with pytest.raises(StoreError), store.database.read() as connection:
        connection.execute("DELETE FROM mention")


def test_a_deleted_text_is_gone_from_the_file(store, place, samples):
    post = samples.mention(1, text="unmistakable " * 400)
    samples.collect(store, post)
    store.mentions.delete(post.id, at=samples.NOON, reason="gone")
    store.close()
    assert b"unmistakable" not in place.read_bytes()


def test_a_full_disk_stores_nothing_of_the_commit_and_goes_on_afterwards(store, samples):
    samples.collect(store, samples.mention(0), cursor="before")
    writer = store.database._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    assert writer.execute(f"PRAGMA max_page_count={pages + 2}").fetchone()[0] == pages + 2
    large = tuple(samples.mention(number, text="x" * 4000) for number in range(1, 30))
    before = store.sources.state("forum")
    with pytest.raises(StoreFull, match="no space"):
        store.sources.ingest("forum", Batch(mentions=large, cursor="after"))
    assert store.sources.state("forum") == before
    assert store.mentions.count(MentionFilter()).value == 1
    assert len(store.work.unread(50)) == 1
    assert store.check() == ()
    writer.execute("PRAGMA max_page_count=1073741823")
    assert store.sources.ingest("forum", Batch(mentions=large)).count("created") == 29
    assert store.check() == ()


def test_a_full_disk_while_judging_keeps_the_work(store, samples):
    posts = [samples.mention(number) for number in range(40)]
    samples.collect(store, *posts)
    samples.read_all(store)
    writer = store.database._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count={pages}")
    judgements = [samples.judgement(post) for post in posts]
    with pytest.raises(StoreFull):
        samples.judge_all(store, *judgements)
    assert store.work.backlog("judge") == 40
    assert store.cases.count(CaseFilter()).value == 0
    writer.execute("PRAGMA max_page_count=1073741823")
    samples.judge_all(store, *judgements)
    assert store.outbox.waiting() == 40


def test_a_lock_held_too_long_is_busy(store, place, samples):
    store.database._writer.execute("PRAGMA busy_timeout=50")
    with raw(place) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            samples.collect(store, samples.mention(1))
        assert store.mentions.count(MentionFilter()).value == 0
        other.execute("ROLLBACK")
    samples.collect(store, samples.mention(1))


def test_readers_see_whole_commits_while_another_writes(store, samples):
    done, wrong, seen = threading.Event(), [], []

    def read():
        while not done.is_set():
            with store.database.read() as connection:
                stored = connection.execute("SELECT COUNT(*) FROM mention").fetchone()[0]
                counted = connection.execute("SELECT total(created) FROM source").fetchone()[0]
            seen.append(stored)
            if stored != counted or stored % 7:
                wrong.append((stored, counted))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(0, 280, 7):
            samples.collect(store, *(samples.mention(number + extra) for extra in range(7)))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert seen
    assert store.mentions.count(MentionFilter()).value == 280


def test_a_backup_while_others_write_is_whole(store, samples, tmp_path):
    done = threading.Event()

    def write():
        number = 0
        while not done.is_set():
            samples.collect(store, *(samples.mention(number + extra) for extra in range(7)))
            number += 7

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"backup-{number}.db" for number in range(4)]
        for copy in copies:
            store.backup(copy)
    finally:
        done.set()
        writer.join()
    for copy in copies:
        opened = SqliteStore(copy)
        assert opened.check() == ()
        stored = opened.mentions.count(MentionFilter()).value
        assert stored % 7 == 0
        assert sum(state.created for state in opened.accounting()) == stored
        opened.close()


def test_a_backup_into_a_missing_folder_says_so(store, tmp_path):
    with pytest.raises(StoreError):
        store.backup(tmp_path / "none" / "backup.db")


@pytest.mark.parametrize(
    "values",
    [
        ["alerts", 1, "\ud800"],
        ["alerts", 1 << 63, "a"],
        ["alerts", True, "a"],
        ["alerts", 1.5, "a"],
    ],
    ids=str,
)
def test_a_forged_cursor_is_bad_input(store, values):
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    with pytest.raises(BadInput):
        store.alerts.page(limit=5, after=cursor, where=CaseFilter())
