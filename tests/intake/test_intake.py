# SPDX-License-Identifier: Apache-2.0
"""What is kept, what is filtered, and what intake adds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ascolto.intake import LONGEST_TEXT, Intake
from ascolto.model import BrandMatch, Language, Mention, SourcePolicy
from ascolto.settings import Brand, Settings, Source
from ascolto.store.records import Batch, MentionFilter, Reject
from ascolto.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SETTINGS = Settings(
    brands=(Brand(name="Creditel", own=False), Brand(name="Banca Aurora")),
    sources=(
        Source(name="ours", kind="feed", brand="Banca Aurora"),
        Source(name="extracts", kind="feed", policy=SourcePolicy(store_text=False)),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "a.db", lambda: NOW)
    yield opened
    assert all(account.balanced for account in opened.accounting())
    opened.close()


def post(native_id: str, text: str, **more: object) -> Mention:
    fields: dict[str, object] = {
        "source": "forum",
        "kind": "feed",
        "native_id": native_id,
        "text": text,
        "published_at": NOW,
        "collected_at": NOW,
    }
    return Mention.model_validate(fields | more)


def stored(store: SqliteStore) -> dict[str | None, Mention]:
    views, _ = store.mentions.page(MentionFilter(), limit=100)
    return {view.mention.native_id: view.mention for view in views}


def test_only_posts_about_a_brand_are_kept(store: SqliteStore) -> None:
    batch = Batch(
        mentions=(post("1", "Banca Aurora chiude"), post("2", "Piove a Roma")), cursor="next"
    )
    outcomes = Intake(SETTINGS, store)("forum", batch, keep_all=False).outcomes
    assert outcomes == ("created",)
    assert set(stored(store)) == {"1"}
    state = store.sources.state("forum")
    assert (state.accounting.fetched, state.accounting.filtered, state.cursor) == (2, 1, "next")


def test_pushed_posts_are_kept_and_belong_to_the_first_own_brand(store: SqliteStore) -> None:
    Intake(SETTINGS, store)("push", Batch(mentions=(post("1", "Aiuto!"),)), keep_all=True)
    assert stored(store)["1"].brands == (BrandMatch(brand="Banca Aurora"),)


def test_a_source_about_a_brand_keeps_everything(store: SqliteStore) -> None:
    Intake(SETTINGS, store)("ours", Batch(mentions=(post("1", "Aiuto!"),)), keep_all=False)
    assert stored(store)["1"].brand == "Banca Aurora"


def test_the_language_is_identified_unless_it_is_known(store: SqliteStore) -> None:
    known = post("2", "Banca Aurora", language=Language(code="de", confidence=1.0))
    unknown = post("1", "Banca Aurora ha chiuso lo sportello di via Verdi senza avvisare nessuno")
    Intake(SETTINGS, store)("forum", Batch(mentions=(unknown, known)), keep_all=False)
    codes = {key: mention.language.code for key, mention in stored(store).items()}
    assert codes == {"1": "it", "2": "de"}


def test_only_an_extract_is_kept_where_the_terms_say_so(store: SqliteStore) -> None:
    text = "Banca Aurora " + "parola " * 200
    Intake(SETTINGS, store)("extracts", Batch(mentions=(post("1", text),)), keep_all=False)
    kept = stored(store)["1"].text
    assert len(kept) < 300
    assert kept.endswith(" …")


def test_an_endless_text_is_rejected_with_its_reason(store: SqliteStore) -> None:
    batch = Batch(
        mentions=(post("1", "Banca Aurora " + "x" * LONGEST_TEXT),),
        rejects=(Reject(where="entry 2", reason="no id"),),
    )
    assert Intake(SETTINGS, store)("forum", batch, keep_all=True).outcomes == ()
    assert store.sources.state("forum").accounting.rejected == 2


def test_nul_and_marks_of_direction_do_not_stop_a_batch(store: SqliteStore) -> None:
    batch = Batch(mentions=(post("1", "Banca Aurora \x00 \u202e ok"),))
    Intake(SETTINGS, store)("forum", batch, keep_all=False)
    assert "\x00" not in stored(store)["1"].text
