# SPDX-License-Identifier: Apache-2.0
"""The stages: the promises of `Work`."""

from datetime import timedelta

import pytest

from ascolto.errors import NotFound, Stale
from ascolto.model import DeliveryState
from ascolto.store.records import CaseFilter, DeadLetter, MentionFilter


def natives(items):
    return [item.mention.native_id for item in items]


def test_unread_comes_in_sequence(store, samples):
    samples.collect(store, samples.mention(3), samples.mention(1))
    samples.collect(store, samples.mention(2))
    waiting = store.work.unread(10)
    assert natives(waiting) == ["post-3", "post-1", "post-2"]
    assert [item.seq for item in waiting] == sorted({item.seq for item in waiting})
    assert natives(store.work.unread(2)) == ["post-3", "post-1"]


def test_annotate_stores_readings_and_moves_the_watermark(store, samples):
    samples.collect(store, *(samples.mention(number) for number in range(4)))
    first, second, *_ = store.work.unread(10)
    readings = [samples.reading(first.mention), samples.reading(second.mention)]
    store.work.annotate(readings, upto=second.seq)
    store.reopen()
    assert natives(store.work.unread(10)) == ["post-2", "post-3"]
    waiting = store.work.unjudged(10)
    assert natives(waiting) == ["post-0", "post-1"]
    assert [item.reading for item in waiting] == readings
    assert [item.seq for item in waiting] == sorted({item.seq for item in waiting})
    assert (store.work.backlog("read"), store.work.backlog("judge")) == (2, 2)


def test_the_watermark_never_goes_back(store, samples):
    samples.collect(store, samples.mention(1), samples.mention(2))
    first, second = store.work.unread(10)
    store.work.annotate([], upto=second.seq)
    store.work.annotate([samples.reading(first.mention)], upto=first.seq)
    assert store.work.unread(10) == ()
    pending = store.work.unjudged(10)
    store.work.judge([samples.quiet(first.mention)], upto=pending[-1].seq)
    store.work.judge([samples.quiet(first.mention)], upto=0)
    assert store.work.unjudged(10) == ()


def test_annotating_again_gives_the_new_reading_once(store, samples):
    samples.collect(store, samples.mention(1))
    (item,) = store.work.unread(10)
    readings = [samples.reading(item.mention, risks=()), samples.reading(item.mention)]
    for reading in readings:
        store.work.annotate([reading], upto=item.seq)
    (waiting,) = store.work.unjudged(10)
    assert waiting.reading == readings[-1]


def test_an_edit_while_it_is_read_is_read_again(store, samples):
    samples.collect(store, samples.mention(1))
    (item,) = store.work.unread(10)
    samples.collect(store, samples.mention(1, text="edited meanwhile"))
    store.work.annotate([samples.reading(item.mention)], upto=item.seq)
    assert [again.mention.text for again in store.work.unread(10)] == ["edited meanwhile"]


def test_posts_that_arrive_while_others_are_read_are_not_skipped(store, samples):
    samples.collect(store, samples.mention(1))
    waiting = store.work.unread(10)
    samples.collect(store, samples.mention(2))
    store.work.annotate([samples.reading(waiting[0].mention)], upto=waiting[0].seq)
    assert natives(store.work.unread(10)) == ["post-2"]


def test_a_reading_of_an_unknown_mention_makes_none(store, samples):
    samples.collect(store, samples.mention(1))
    (item,) = store.work.unread(1)
    store.work.annotate([samples.reading(samples.mention(99))], upto=item.seq)
    assert store.work.unjudged(10) == ()
    with pytest.raises(NotFound):
        store.mentions.get(samples.mention(99).id)


def test_judge_stores_everything_and_moves_the_watermark(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post, receivers=("hook", "mail"))
    store.reopen()
    alert = samples.alert(post)
    assert store.work.unjudged(10) == ()
    assert store.alerts.get(alert.id) == alert
    assert store.cases.get(alert.case_id) == samples.case(alert)
    assert [row.receiver for row in store.outbox.deliveries(alert.id)] == ["hook", "mail"]
    judged = store.alerts.why(post.id)
    assert (judged.alert_id, judged.decisions) == (alert.id, (samples.decision(),))


def test_a_known_alert_is_refreshed(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    samples.collect(store, samples.mention(1, text="much worse now"))
    samples.read_all(store)
    known = store.alerts.get(samples.alert(post).id)
    later = samples.NOON + timedelta(hours=1)
    refreshed = samples.alert(post, created_at=later, updated_at=later, unit="press")
    case = samples.case(refreshed, version=2)
    samples.judge_all(store, samples.judgement(post, refreshed, opened=case, expected=1))
    stored = store.alerts.get(refreshed.id)
    assert (stored.version, stored.created_at) == (known.version + 1, known.created_at)
    assert (stored.updated_at, stored.unit) == (later, "press")
    assert store.alerts.count(CaseFilter()).value == 1


def test_a_known_outbox_row_stays_as_it_is(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    alert = samples.alert(post)
    (row,) = store.outbox.deliveries(alert.id)
    sent = row.model_copy(update={"state": DeliveryState.sent, "sent_at": samples.NOON})
    store.outbox.settle(sent)
    again = samples.judgement(
        post, receivers=("hook", "mail"), opened=samples.case(alert, version=2), expected=1
    )
    store.work.judge([again], upto=0)
    rows = {row.receiver: row.state for row in store.outbox.deliveries(alert.id)}
    assert rows == {"hook": "sent", "mail": "due"}


@pytest.mark.parametrize("expected", [0, 2])
def test_a_stale_case_stores_nothing_of_the_batch(store, samples, expected):
    first, second = samples.mention(1), samples.mention(2)
    samples.raise_alerts(store, first)
    samples.collect(store, second, samples.mention(1, text="edited"))
    samples.read_all(store)
    waiting = store.work.unjudged(10)
    case = samples.case(samples.alert(first), version=expected + 1)
    stale = samples.judgement(first, opened=case, expected=expected)
    dead = DeadLetter(stage="judge", subject="x", reason="broken", at=samples.NOON)
    with pytest.raises(Stale) as caught:
        store.work.judge([samples.judgement(second), stale], upto=waiting[-1].seq, dead=[dead])
    assert caught.value.current == 1
    assert store.work.unjudged(10) == waiting
    assert store.work.dead_letters() == ()
    with pytest.raises(NotFound):
        store.alerts.get(samples.alert(second).id)
    with pytest.raises(NotFound):
        store.alerts.why(second.id)


def test_two_judgements_of_one_batch_may_join_one_case(store, samples):
    first, second = samples.mention(1), samples.mention(2)
    samples.collect(store, first, second)
    samples.read_all(store)
    opened = samples.case(samples.alert(first))
    joined = opened.model_copy(update={"version": 2, "mention_ids": (first.id, second.id)})
    other = samples.alert(second, case_id=opened.id)
    samples.judge_all(
        store,
        samples.judgement(first),
        samples.judgement(second, other, opened=joined, expected=1),
    )
    assert store.cases.get(opened.id) == joined
    assert store.alerts.count(CaseFilter()).value == 2


def test_dead_letters_are_stored_with_the_watermark_newest_first(store, samples):
    samples.collect(store, samples.mention(1), samples.mention(2))
    first, second = store.work.unread(10)
    letters = [
        DeadLetter(
            stage="read",
            subject=item.mention.id,
            reason="failed 3 times",
            at=samples.NOON + number * samples.MINUTE,
        )
        for number, item in enumerate((first, second))
    ]
    store.work.annotate([], upto=second.seq, dead=letters)
    store.reopen()
    assert store.work.backlog("read") == 0
    assert store.work.dead_letters() == (letters[1], letters[0])
    assert store.work.dead_letters(1) == (letters[1],)
    assert store.mentions.count(MentionFilter()).value == 2


def test_dead_letters_of_judging(store, samples):
    samples.collect(store, samples.mention(1))
    samples.read_all(store)
    (item,) = store.work.unjudged(10)
    letter = DeadLetter(stage="judge", subject=item.mention.id, reason="broken", at=samples.NOON)
    store.work.judge([], upto=item.seq, dead=[letter])
    assert store.work.dead_letters() == (letter,)
    assert store.work.unjudged(10) == ()


def test_backlogs_of_an_empty_store_are_zero(store):
    assert [store.work.backlog(stage) for stage in ("read", "judge")] == [0, 0]
    assert (store.work.unread(5), store.work.unjudged(5)) == ((), ())


def test_the_backlog_counts_what_unread_would_give(store, samples):
    samples.collect(store, *(samples.mention(number) for number in range(5)))
    store.mentions.delete(samples.mention(2).id, at=samples.NOON, reason="gone")
    assert store.work.backlog("read") == len(store.work.unread(10)) == 4
