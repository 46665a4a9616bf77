# SPDX-License-Identifier: Apache-2.0
"""Commands, their output and their exit codes: 0 done, 1 a check failed, 2 wrong usage."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

READING_KEYS = {
    "id",
    "language",
    "sentiment",
    "risks",
    "intent",
    "needs_reply",
    "urgency",
    "personal_data",
    "model",
    "degraded",
}


@pytest.fixture
def ready(run: Run) -> Run:
    """A folder with settings."""
    assert run("init", "--brand", "Banca Aurora").returncode == 0
    return run


def lines(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_init_writes_settings_that_can_be_read(ready: Run, tmp_path: Path) -> None:
    assert "Banca Aurora" in (tmp_path / "ascolto.yaml").read_text("utf-8")
    done = ready("doctor", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    results = {row["check"]: row["result"] for row in json.loads(done.stdout)}
    assert results["settings"] == results["store"] == results["packages"] == "ok"


def test_init_quotes_what_it_is_given(run: Run) -> None:
    assert run("init", "--brand", 'A: "b" #c', "--feed", "https://example.org/a?b=c#d").stderr == ""
    rows = {row["check"]: row["result"] for row in json.loads(run("doctor", "--json").stdout)}
    assert rows["settings"] == "ok"


def test_init_replaces_nothing_unasked(ready: Run) -> None:
    assert ready("init").returncode == 2
    assert ready("init", "--force").returncode == 0


def test_missing_settings_say_what_to_do(run: Run) -> None:
    done = run("serve")
    assert done.returncode == 2
    assert "ascolto init" in done.stderr


def test_wrong_settings_name_file_line_and_remedy(ready: Run, tmp_path: Path) -> None:
    path = tmp_path / "ascolto.yaml"
    path.write_text(path.read_text("utf-8").replace("aliases:", "alias:"), "utf-8")
    done = ready("doctor")
    assert done.returncode == 2
    assert "ascolto.yaml:8: brands[0].alias: unknown key; did you mean `aliases`?" in done.stderr


def test_an_unknown_role_is_refused(ready: Run) -> None:
    done = ready("serve", "--only", "api,sing")
    assert done.returncode == 2
    assert "sing" in done.stderr


def test_read_keeps_order_and_ids(run: Run) -> None:
    posts = [
        {"id": 7, "text": "Banca Aurora: l'app non funziona, vergogna!"},
        {"id": "x", "text": "Спасибо, всё отлично работает"},
        {"id": None, "text": "I lost my card, call me on +39 347 123 4567"},
        {"id": "e", "text": ""},
    ]
    done = run("read", stdin="\n".join(json.dumps(post) for post in posts))
    assert done.returncode == 0, done.stderr
    readings = lines(done.stdout)
    assert [reading["id"] for reading in readings] == [7, "x", None, "e"]
    assert all(set(reading) == READING_KEYS for reading in readings)
    (phone,) = readings[2]["personal_data"]  # type: ignore[misc]
    assert posts[2]["text"][phone["start"] : phone["end"]] == "+39 347 123 4567"  # type: ignore[index]


def test_read_names_wrong_lines_and_goes_on(run: Run) -> None:
    done = run(
        "read",
        stdin='{"id": 1, "text": "ciao a tutti"}\nnope\n{"id": 2}\n{"id": 3, "text": "ok"}\n',
    )
    assert done.returncode == 1
    assert [reading["id"] for reading in lines(done.stdout)] == [1, 3]
    assert "line 2" in done.stderr
    assert "line 3" in done.stderr


def test_read_survives_hostile_texts(run: Run) -> None:
    texts = [
        "x" * 1_000_000,
        "\x00\u202e",
        "\ud800",
        "😡" * 50_000,
        "{{7*7}} <script>",
        "1" * 200_000,
    ]
    done = run(
        "read", stdin="\n".join(json.dumps({"id": n, "text": t}) for n, t in enumerate(texts))
    )
    assert done.returncode == 0, done.stderr
    assert len(lines(done.stdout)) == len(texts)


def test_read_answers_before_the_input_ends(tmp_path: Path) -> None:
    import sys

    command = [str(Path(sys.executable).parent / "ascolto"), "read"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "Buongiorno"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(20) == 0


def test_judge_says_what_would_follow(run: Run) -> None:
    post = {
        "id": "1",
        "text": "Mi hanno rubato 500 euro dal conto, un bonifico che non ho fatto io! Aiuto!",
        "brand": "Banca Aurora",
        "source": "forum",
        "author_followers": 12000,
        "private": False,
    }
    done = run("judge", stdin=json.dumps(post))
    assert done.returncode == 0, done.stderr
    (answer,) = lines(done.stdout)
    assert set(answer) == READING_KEYS | {"priority", "channel", "draft"}
    priority, channel, draft = answer["priority"], answer["channel"], answer["draft"]
    assert isinstance(priority, dict)
    assert isinstance(channel, dict)
    assert isinstance(draft, dict)
    assert set(priority) == {"value", "level", "reasons"}
    assert sum(reason["points"] for reason in priority["reasons"]) == priority["value"]
    assert priority["level"] == "urgent"
    assert set(channel) == {"label", "medium", "options", "blocks", "would_change"}
    assert set(draft) == {"public", "private", "language", "sources", "checks", "none_because"}


def test_users_and_keys(ready: Run) -> None:
    (user,) = json.loads(ready("user", "add", "ada", "--role", "lead", "--json").stdout)
    assert "/login?token=" in user["log_in"]
    (key,) = json.loads(ready("key", "add", "crm", "--scope", "ingest", "--json").stdout)
    assert key["scopes"] == "ingest"
    listed = ready("key", "list", "--json").stdout
    assert key["id"] in listed
    assert key["secret"] not in listed
    assert ready("key", "revoke", key["id"]).returncode == 0
    assert json.loads(ready("key", "list", "--json").stdout)[0]["revoked_at"]
    assert ready("key", "revoke", "nobody").returncode == 1


def test_import_reports_lines_and_raises_no_alerts_for_old_posts(
    ready: Run, tmp_path: Path
) -> None:
    posts = '{"id": 1, "text": "Carta rubata, aiuto!"}\nnope\n'
    (tmp_path / "posts.ndjson").write_text(posts, "utf-8")
    done = ready("import", "posts.ndjson", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["created"] == 1
    assert "posts.ndjson: line 2" in done.stderr
    from ascolto.store.records import CaseFilter, MentionFilter
    from ascolto.store.sqlite import SqliteStore

    store = SqliteStore(tmp_path / "ascolto.db")
    try:
        (view,), _ = store.mentions.page(MentionFilter(), limit=9)
        assert view.reading is not None
        assert store.alerts.count(CaseFilter()).value == 0
        assert any("history" in d.reason for d in store.alerts.why(view.mention.id).decisions)
    finally:
        store.close()


def test_import_live_raises_alerts(ready: Run, tmp_path: Path) -> None:
    post = json.dumps({"id": 1, "text": "Mi hanno rubato la carta, bloccatela subito!"})
    assert ready("import", "-", "--live", stdin=post).returncode == 0
    from ascolto.store.records import CaseFilter
    from ascolto.store.sqlite import SqliteStore

    store = SqliteStore(tmp_path / "ascolto.db")
    try:
        assert store.alerts.count(CaseFilter()).value == 1
    finally:
        store.close()


def test_collect_names_what_failed(ready: Run, tmp_path: Path) -> None:
    ready("init", "--force", "--feed", "http://127.0.0.1:9/feed.xml")
    done = ready("collect", "--once", "--json")
    assert done.returncode == 1
    (row,) = json.loads(done.stdout)
    assert row["outcome"] == "failed"
    assert ready("collect", "nobody", "--once").returncode == 1
    assert ready("collect").returncode == 2
