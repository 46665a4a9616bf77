# SPDX-License-Identifier: Apache-2.0
"""Several processes on one file, and processes that are killed inside a commit."""

import ast
import re
import signal
from pathlib import Path

import pytest

import ascolto.store.sqlite as package
from ascolto.errors import NotFound
from ascolto.store.records import CaseFilter, MentionFilter
from ascolto.store.sqlite import SqliteStore

SOURCES = sorted(Path(package.__file__).parent.glob("*.py"))
STEPS = {
    "ingest": ("ingest", []),
    "annotate": ("annotate", ["ingest"]),
    "judge": ("judge", ["ingest", "annotate"]),
    "lease_delivery": ("lease", ["ingest", "annotate", "judge"]),
    "settle_delivery": ("settle", ["ingest", "annotate", "judge", "lease"]),
    "change_case": ("change", ["ingest", "annotate", "judge"]),
    "delete_mention": ("delete", ["ingest", "annotate", "judge"]),
    "record_run": ("run", ["ingest"]),
    "put_session": ("session", []),
    "put_replayable": ("answer", []),
}


def contents(place):
    """All rows of all tables, without the moments at which a test ran."""
    store = SqliteStore(place)
    try:
        assert store.check() == ()
        with store.database.read() as connection:
            names = [
                row[0]
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return {
                name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name}")]
                for name in names
            }
    finally:
        store.close()


def perform(start, step):
    process = start(step)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("point", STEPS)
def test_a_kill_at_a_commit_leaves_all_of_it_or_nothing(start, place, point):
    step, prepare = STEPS[point]
    for earlier in prepare:
        perform(start, earlier)
    SqliteStore(place).close()
    before = contents(place)
    for moment in ("before_commit", "after_commit"):
        process = start(step, crash_at=f"{point}.{moment}")
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, moment
        if moment == "before_commit":
            assert contents(place) == before
    assert contents(place) != before


def test_a_killed_step_is_done_once_when_it_is_replayed(start, place, samples):
    for step, point in [("ingest", "ingest"), ("annotate", "annotate"), ("judge", "judge")]:
        start(step, crash_at=f"{point}.before_commit").communicate(timeout=60)
        start(step, crash_at=f"{point}.after_commit").communicate(timeout=60)
    start("ingest").communicate(timeout=60)
    store = SqliteStore(place)
    post = samples.mention(1)
    assert store.mentions.count(MentionFilter()).value == 1
    assert store.cases.count(CaseFilter()).value == 1
    assert (store.work.backlog("read"), store.work.backlog("judge")) == (0, 0)
    assert store.outbox.waiting() == 1
    assert store.alerts.why(post.id).alert_id == samples.alert(post).id
    account = store.sources.state("forum").accounting
    assert (account.created, account.duplicate, account.balanced) == (1, 1, True)
    store.close()


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_kill_inside_a_migration(start, place, moment):
    process = start("ingest", crash_at=f"migrate.{moment}")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    perform(start, "ingest")
    assert contents(place)["source"]


def test_the_nth_passage_can_be_chosen(start, place, samples):
    process = start("write", "forum", "9", crash_at="ingest.before_commit:4")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    store = SqliteStore(place)
    assert store.mentions.count(MentionFilter()).value == 3
    assert store.sources.state("forum").cursor == "2"
    with pytest.raises(NotFound):
        store.mentions.get(samples.mention(3).id)
    store.close()


def test_every_commit_goes_through_the_two_crash_points():
    """Only `Database.write` begins and commits, and each of its callers has its own name."""
    names, commits = [], []
    for source in SOURCES:
        text = source.read_text("utf-8")
        commits += [source.name] * len(re.findall(r"\"COMMIT\"|\.commit\(\)", text))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "write":
                assert isinstance(node.args[0], ast.Constant), f"{source.name}: no fixed name"
                names.append(node.args[0].value)
    assert commits == ["database.py"]
    assert len(names) == len(set(names))
    assert set(STEPS) < set(names)
    text = SOURCES[[source.name for source in SOURCES].index("database.py")].read_text("utf-8")
    order = [
        text.index(part)
        for part in ('f"{name}.before_commit"', '"COMMIT"', 'f"{name}.after_commit"')
    ]
    assert order == sorted(order)


def test_processes_that_write_at_once_lose_nothing(start, place):
    """They also open, and so make, the file at once."""
    running = [start("write", f"s{number}", "25") for number in range(3)]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    store = SqliteStore(place)
    assert store.mentions.count(MentionFilter()).value == 75
    assert all(state.cursor == "24" for state in store.sources.states())
    assert all(account.balanced and account.created == 25 for account in store.accounting())
    numbers = [item.seq for item in store.work.unread(100)]
    assert len(set(numbers)) == 75
    assert store.check() == ()
    store.close()


def test_a_killed_writer_does_not_hold_others_up(start, place):
    running = start("write", "first", "100000")
    store = SqliteStore(place)
    while store.sources.state("first").accounting.created < 5:
        assert running.poll() is None
    running.kill()
    running.communicate(timeout=60)
    perform(start, "ingest")
    account = store.sources.state("first").accounting
    assert store.mentions.count(MentionFilter(source="first")).value == account.created >= 5
    assert store.sources.state("first").cursor == str(account.created - 1)
    assert store.check() == ()
    store.close()
