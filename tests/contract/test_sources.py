# SPDX-License-Identifier: Apache-2.0
"""Collecting: the promises of `Sources`."""

from datetime import timedelta

import pytest

from ascolto.errors import Gone
from ascolto.store.records import Accounting, Batch, MentionFilter, Reject, Run, SourceState


def test_a_batch_is_stored_whole(store, samples):
    posts = (samples.mention(1), samples.mention(2))
    rejects = (Reject(where="item 3", reason="no date", payload="{}"),)
    batch = Batch(mentions=posts, rejects=rejects, filtered=4, cursor="page-2")
    ingested = store.sources.ingest("forum", batch)
    store.reopen()
    assert ingested.outcomes == ("created", "created")
    assert [store.mentions.get(post.id).mention for post in posts] == list(posts)
    state = store.sources.state("forum")
    assert state.cursor == "page-2"
    assert state.accounting == Accounting(
        source="forum", fetched=7, created=2, filtered=4, rejected=1
    )


def test_a_known_mention_is_a_duplicate_and_changes_nothing(store, samples):
    samples.collect(store, samples.mention(1))
    before = store.mentions.get(samples.mention(1).id)
    store.clock.advance()
    again = samples.mention(1, collected_at=store.clock.now)
    ingested = store.sources.ingest("forum", Batch(mentions=(again,)))
    assert ingested.outcomes == ("duplicate",)
    assert store.mentions.get(again.id) == before
    assert store.work.backlog("read") == 1


def test_the_same_mention_twice_in_one_batch(store, samples):
    post, edited = samples.mention(1), samples.mention(1, text="The card works again")
    ingested = store.sources.ingest("forum", Batch(mentions=(post, post, edited, edited)))
    assert ingested.outcomes == ("created", "duplicate", "updated", "duplicate")
    assert store.mentions.get(post.id).mention.text == "The card works again"
    assert len(store.work.unread(10)) == 1


def test_outcomes_stand_in_the_order_of_the_batch(store, samples):
    samples.collect(store, samples.mention(1), samples.mention(2))
    batch = Batch(
        mentions=(samples.mention(3), samples.mention(1), samples.mention(2, title="New title"))
    )
    assert store.sources.ingest("forum", batch).outcomes == ("created", "duplicate", "updated")


@pytest.mark.parametrize(
    "change", [{"text": "Solved."}, {"title": "Solved"}], ids=["text", "title"]
)
def test_a_changed_text_replaces_and_keeps_the_first_collection(store, samples, change):
    first = samples.mention(1)
    samples.collect(store, first)
    later = first.collected_at + timedelta(hours=5)
    edited = samples.mention(1, collected_at=later, **change)
    assert store.sources.ingest("forum", Batch(mentions=(edited,))).outcomes == ("updated",)
    stored = store.mentions.get(first.id).mention
    assert stored.body == edited.body
    assert stored.collected_at == first.collected_at


def test_an_edit_back_to_the_first_text_is_an_edit(store, samples):
    for text, outcome in [("a", "created"), ("b", "updated"), ("a", "updated")]:
        batch = Batch(mentions=(samples.mention(1, text=text),))
        assert store.sources.ingest("forum", batch).outcomes == (outcome,)
    assert store.mentions.get(samples.mention(1).id).mention.text == "a"


def test_an_edited_mention_is_read_and_judged_again(store, samples):
    post = samples.mention(1)
    samples.collect(store, post)
    samples.read_all(store)
    samples.judge_all(store, samples.quiet(post))
    assert (store.work.backlog("read"), store.work.backlog("judge")) == (0, 0)
    edited = samples.mention(1, text="And now my account is closed")
    samples.collect(store, edited)
    assert [item.mention.text for item in store.work.unread(10)] == [edited.text]
    samples.read_all(store)
    assert [item.mention.text for item in store.work.unjudged(10)] == [edited.text]


def test_everything_else_of_an_edited_mention_is_found_by_its_new_value(store, samples):
    samples.collect(store, samples.mention(1))
    other = samples.mention(2).brands[0].model_copy(update={"brand": "Altra Banca"})
    language = samples.mention(1).language.model_copy(update={"code": "it"})
    edited = samples.mention(
        1, text="La carta funziona", private=True, language=language, brands=(other,)
    )
    samples.collect(store, edited)
    new = {"private": True, "language": "it", "brand": "Altra Banca"}
    old = {"private": False, "language": "en", "brand": "Banca Esempio"}
    for field, value in new.items():
        assert store.mentions.count(MentionFilter(**{field: value})).value == 1, field
        assert store.mentions.count(MentionFilter(**{field: old[field]})).value == 0, field


@pytest.mark.parametrize("text", ["as it was", "changed"])
def test_a_deleted_mention_is_never_stored_again(store, samples, text):
    post = samples.mention(1, text="as it was")
    samples.collect(store, post)
    store.mentions.delete(post.id, at=samples.NOON, reason="deleted by its author")
    store.reopen()
    batch = Batch(mentions=(samples.mention(1, text=text),))
    assert store.sources.ingest("forum", batch).outcomes == ("duplicate",)
    with pytest.raises(Gone):
        store.mentions.get(post.id)
    assert store.work.unread(10) == ()


def test_no_cursor_leaves_the_stored_one(store, samples):
    store.sources.ingest("forum", Batch(cursor="page-2"))
    store.sources.ingest("forum", Batch(mentions=(samples.mention(1),)))
    assert store.sources.state("forum").cursor == "page-2"


def test_the_same_reject_counts_each_time(store):
    batch = Batch(rejects=(Reject(where="item 1", reason="no date"),))
    for _ in range(3):
        store.sources.ingest("forum", batch)
    account = store.sources.state("forum").accounting
    assert (account.fetched, account.rejected, account.balanced) == (3, 3, True)


def test_a_large_batch_is_one_commit(store, samples):
    posts = tuple(samples.mention(number) for number in range(1_200))
    store.sources.ingest("forum", Batch(mentions=posts[:600]))
    ingested = store.sources.ingest("forum", Batch(mentions=posts))
    assert (ingested.count("duplicate"), ingested.count("created")) == (600, 600)


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "\u202etxet", "👩‍👩‍👧‍👦 è già", "x" * 1_000_000, "'; DROP TABLE mention; --", ""],
    ids=["nul", "right-to-left", "emoji", "one-megabyte", "sql", "empty"],
)
def test_a_text_comes_back_as_it_went_in(store, samples, text):
    post = samples.mention(1, title=text[:2000] or None, text=text)
    samples.collect(store, post)
    store.reopen()
    assert store.mentions.get(post.id).mention == post


def test_the_state_of_a_source_that_never_ran_is_empty(store):
    empty = SourceState(source="forum", accounting=Accounting(source="forum"))
    assert store.sources.state("forum") == empty
    assert store.sources.states() == ()


def test_a_run_is_stored_with_its_next_time(store, samples):
    ended = samples.NOON + timedelta(seconds=3)
    due = samples.NOON + timedelta(minutes=15)
    store.sources.record_run(Run(source="forum", started=samples.NOON, ended=ended, next_due=due))
    store.reopen()
    state = store.sources.state("forum")
    assert (state.last_started, state.last_success, state.next_due) == (samples.NOON, ended, due)
    assert (state.failures, state.last_error, state.last_error_kind) == (0, None, None)


def test_failed_runs_are_counted_until_one_goes_well(store, samples):
    good = Run(
        source="forum",
        started=samples.NOON,
        ended=samples.NOON,
        next_due=samples.NOON + samples.MINUTE,
    )
    later = samples.NOON + timedelta(hours=1)
    bad = good.model_copy(
        update={"started": later, "ended": later, "error": "500", "error_kind": "http"}
    )
    for run in (good, bad, bad):
        store.sources.record_run(run)
    state = store.sources.state("forum")
    assert (state.failures, state.last_error, state.last_error_kind) == (2, "500", "http")
    assert (state.last_success, state.last_started) == (samples.NOON, later)
    store.sources.record_run(good)
    state = store.sources.state("forum")
    assert (state.failures, state.last_error, state.last_error_kind) == (0, None, None)


def test_the_last_item_is_when_something_new_came(store, samples):
    samples.collect(store, samples.mention(1))
    came = store.clock.now
    store.clock.advance()
    samples.collect(store, samples.mention(1))
    assert store.sources.state("forum").last_item == came
    store.sources.ingest("quiet", Batch(filtered=3))
    assert store.sources.state("quiet").last_item is None


def test_states_are_sorted_by_name_and_hold_paused_ones(store, samples):
    store.sources.pause("zeta", True)
    samples.collect(store, samples.mention(1, source="mid"))
    store.sources.record_run(
        Run(source="alpha", started=samples.NOON, ended=samples.NOON, next_due=samples.NOON)
    )
    assert [state.source for state in store.sources.states()] == ["alpha", "mid", "zeta"]
    assert [state.paused for state in store.sources.states()] == [False, False, True]


def test_pause_and_resume(store, samples):
    samples.collect(store, samples.mention(1), cursor="here")
    store.sources.pause("forum", True)
    store.reopen()
    assert store.sources.state("forum").paused is True
    store.sources.pause("forum", False)
    state = store.sources.state("forum")
    assert (state.paused, state.cursor, state.accounting.created) == (False, "here", 1)
