# SPDX-License-Identifier: Apache-2.0
"""Finding mentions: the promises of `Mentions`."""

from datetime import timedelta

import pytest

from ascolto.errors import BadInput, Gone, NotFound
from ascolto.model import Risk, Sentiment
from ascolto.store.records import CaseFilter, MentionFilter

EVERYTHING = MentionFilter()


def walk(store, where=EVERYTHING, *, limit, **sort):
    """All pages, and how long each was."""
    found, lengths, cursor = [], [], None
    while True:
        page, cursor = store.mentions.page(where, limit=limit, after=cursor, **sort)
        found += [view.mention.native_id for view in page]
        lengths.append(len(page))
        if cursor is None:
            return found, lengths


def test_get_gives_mention_reading_and_time_of_change(store, samples):
    post = samples.mention(1)
    samples.collect(store, post)
    view = store.mentions.get(post.id)
    assert (view.mention, view.reading, view.updated_at) == (post, None, store.clock.now)
    store.clock.advance()
    samples.read_all(store)
    view = store.mentions.get(post.id)
    assert (view.reading, view.updated_at) == (samples.reading(post), store.clock.now)


@pytest.mark.parametrize("wrong", ["0" * 32, "", "%", "\x00", "é"], ids=ascii)
def test_an_unknown_id_is_not_found(store, wrong):
    with pytest.raises(NotFound):
        store.mentions.get(wrong)


@pytest.mark.parametrize("sort", ["collected_at", "published_at", "updated_at"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_pages_are_newest_first_in_each_order(store, samples, sort, limit):
    times = [3, 0, 5, 1, 5, 2, 4]
    for number, minutes in enumerate(times):
        moment = samples.NOON + minutes * samples.MINUTE
        store.clock.now = moment
        fields = {} if sort == "updated_at" else {sort: moment}
        samples.collect(store, samples.mention(number, **fields))
    found, lengths = walk(store, limit=limit, sort=sort)
    order = [times[int(native.removeprefix("post-"))] for native in found]
    assert order == sorted(times, reverse=True)
    assert len(set(found)) == len(times)
    assert all(length == limit for length in lengths[:-1])
    assert lengths[-1] > 0


def test_newest_collected_first_is_the_default(store, samples):
    samples.collect(store, samples.mention(1, published_at=samples.NOON), samples.mention(2))
    assert walk(store, limit=5)[0] == ["post-2", "post-1"]


def test_an_empty_store_has_one_empty_page(store):
    assert store.mentions.page(EVERYTHING, limit=5) == ((), None)


def test_a_full_last_page_has_no_cursor(store, samples):
    samples.collect(store, samples.mention(1), samples.mention(2))
    page, cursor = store.mentions.page(EVERYTHING, limit=2)
    assert (len(page), cursor) == (2, None)


def test_a_cursor_survives_a_restart_and_newcomers(store, samples):
    samples.collect(store, *(samples.mention(number) for number in range(10)))
    page, cursor = store.mentions.page(EVERYTHING, limit=4)
    seen = [view.mention.native_id for view in page]
    store.reopen()
    while cursor is not None:
        samples.collect(store, samples.mention(100 + len(seen)))
        page, cursor = store.mentions.page(EVERYTHING, limit=2, after=cursor)
        seen += [view.mention.native_id for view in page]
    assert seen == [f"post-{number}" for number in reversed(range(10))]


def test_an_edit_does_not_move_a_mention_between_pages(store, samples):
    samples.collect(store, *(samples.mention(number) for number in range(6)))
    _, cursor = store.mentions.page(EVERYTHING, limit=3)
    late = samples.NOON + timedelta(days=1)
    samples.collect(store, samples.mention(1, text="edited", collected_at=late))
    rest, _ = store.mentions.page(EVERYTHING, limit=9, after=cursor)
    assert [view.mention.native_id for view in rest] == ["post-2", "post-1", "post-0"]


def test_equal_times_are_neither_lost_nor_repeated(store, samples):
    posts = [samples.mention(number, collected_at=samples.NOON) for number in range(23)]
    samples.collect(store, *posts)
    found, _ = walk(store, limit=5)
    assert sorted(found) == sorted(post.native_id for post in posts)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "é", "\ud800", "AAAA", "bnVsbA", "W10", "WyJ4IiwxLDJd", "9" * 10_000, "[" * 50_000],
    ids=lambda cursor: ascii(cursor[:8]),
)
def test_a_foreign_cursor_is_bad_input(store, cursor):
    with pytest.raises(BadInput):
        store.mentions.page(EVERYTHING, limit=5, after=cursor)
    with pytest.raises(BadInput):
        store.cases.page(CaseFilter(), limit=5, after=cursor)
    with pytest.raises(BadInput):
        store.alerts.page(limit=5, after=cursor, where=CaseFilter())


def test_a_cursor_of_another_list_is_bad_input(store, samples):
    samples.collect(store, samples.mention(1), samples.mention(2))
    _, cursor = store.mentions.page(EVERYTHING, limit=1)
    with pytest.raises(BadInput):
        store.cases.page(CaseFilter(), limit=1, after=cursor)
    with pytest.raises(BadInput):
        store.mentions.page(EVERYTHING, sort="published_at", limit=1, after=cursor)


def filtered_store(store, samples):
    at = samples.NOON
    it = samples.mention(0).language.model_copy(update={"code": "it"})
    other = samples.mention(0).brands[0].model_copy(update={"brand": "Altra"})
    both = (*samples.mention(0).brands, other)
    samples.collect(store, samples.mention(1, published_at=at, collected_at=at))
    samples.collect(store, samples.mention(2, source="news", language=it, brands=(other,)))
    samples.collect(store, samples.mention(3, private=True, brands=both))
    labels = [Sentiment.negative, Sentiment.positive, None]
    risks = [(Risk.churn, Risk.outage), (), (Risk.churn,)]
    waiting = store.work.unread(10)
    readings = [
        samples.reading(item.mention, label=label, risks=risk)
        for item, label, risk in zip(waiting, labels, risks, strict=True)
    ]
    store.work.annotate(readings, upto=waiting[-1].seq)
    samples.collect(store, samples.mention(4, brands=()))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, "1234"),
        ({"brand": "Altra"}, "23"),
        ({"brand": "altra"}, ""),
        ({"source": "news"}, "2"),
        ({"language": "it"}, "2"),
        ({"sentiment": "negative"}, "1"),
        ({"sentiment": "neutral"}, ""),
        ({"sentiment": "unscored"}, "3"),
        ({"risk": "churn"}, "13"),
        ({"risk": "outage"}, "1"),
        ({"private": True}, "3"),
        ({"private": False}, "124"),
        ({"brand": "Altra", "private": False}, "2"),
        ({"risk": "churn", "brand": "Altra", "sentiment": "unscored"}, "3"),
        ({"source": "news", "language": "en"}, ""),
    ],
    ids=str,
)
def test_filters_all_hold(store, samples, where, expected):
    filtered_store(store, samples)
    found, _ = walk(store, MentionFilter(**where), limit=2)
    assert sorted(native[-1] for native in found) == list(expected)
    assert store.mentions.count(MentionFilter(**where)).value == len(expected)


@pytest.mark.parametrize("which", ["published", "collected"])
def test_times_are_half_open(store, samples, which):
    field = f"{which}_at"
    times = [samples.NOON + number * timedelta(microseconds=1) for number in range(4)]
    samples.collect(store, *(samples.mention(n, **{field: at}) for n, at in enumerate(times)))
    where = MentionFilter(**{f"{which}_from": times[1], f"{which}_to": times[3]})
    assert sorted(walk(store, where, limit=9)[0]) == ["post-1", "post-2"]


def test_a_new_reading_replaces_the_old_in_filters(store, samples):
    samples.collect(store, samples.mention(1))
    samples.read_all(store, label=Sentiment.negative, risks=(Risk.churn,))
    samples.collect(store, samples.mention(1, text="All well now"))
    samples.read_all(store, label=Sentiment.positive, risks=(Risk.outage,))
    count = store.mentions.count
    assert count(MentionFilter(risk=Risk.churn)).value == 0
    assert count(MentionFilter(risk=Risk.outage)).value == 1
    assert count(MentionFilter(sentiment=Sentiment.negative)).value == 0


def test_a_count_up_to_ten_thousand_is_exact(store, samples):
    posts = [samples.mention(number) for number in range(10_001)]
    samples.collect(store, *posts[:-1])
    total = store.mentions.count(EVERYTHING)
    assert (total.value, total.relation) == (10_000, "eq")
    samples.collect(store, posts[-1])
    total = store.mentions.count(EVERYTHING)
    assert total.value == 10_001 or (total.value >= 10_000 and total.relation == "gte")


def test_a_deletion_takes_text_reading_and_drafts_and_leaves_a_tombstone(store, samples):
    post = samples.mention(1, title="A heading", text="unmistakable words")
    samples.raise_alerts(store, post)
    when = samples.NOON + timedelta(hours=2)
    store.mentions.delete(post.id, at=when, reason="deleted by its author")
    store.reopen()
    with pytest.raises(Gone, match="deleted by its author"):
        store.mentions.get(post.id)
    assert store.mentions.count(EVERYTHING).value == 0
    assert store.mentions.page(EVERYTHING, limit=5) == ((), None)
    draft = store.alerts.get(samples.alert(post).id).draft
    assert (draft.public, draft.private) == (None, None)
    assert draft.none_because
    outgoing = store.outbox.lease(now=when, until=when + samples.MINUTE, limit=5)
    for row in outgoing:
        assert "unmistakable" not in row.model_dump_json()
        assert "heading" not in row.model_dump_json()
        assert row.reading is None


def test_a_deletion_says_when(store, samples):
    samples.collect(store, samples.mention(1))
    when = samples.NOON + timedelta(days=3)
    store.mentions.delete(samples.mention(1).id, at=when, reason="gone")
    with pytest.raises(Gone, match="2026-03-04"):
        store.mentions.get(samples.mention(1).id)


def test_a_deletion_of_nothing_is_not_found(store, samples):
    with pytest.raises(NotFound):
        store.mentions.delete("0" * 32, at=samples.NOON, reason="gone")


def test_what_is_deleted_while_it_is_read_or_judged_stays_deleted(store, samples):
    first, second = samples.mention(1), samples.mention(2)
    samples.collect(store, first, second)
    waiting = store.work.unread(10)
    store.mentions.delete(first.id, at=samples.NOON, reason="gone")
    store.work.annotate([samples.reading(item.mention) for item in waiting], upto=waiting[-1].seq)
    assert [item.mention.id for item in store.work.unjudged(10)] == [second.id]
    pending = store.work.unjudged(10)
    store.mentions.delete(second.id, at=samples.NOON, reason="gone")
    store.work.judge([samples.judgement(second)], upto=pending[-1].seq)
    for post in (first, second):
        with pytest.raises(Gone):
            store.mentions.get(post.id)
    assert store.alerts.count(CaseFilter()).value == 0
    assert store.outbox.waiting() == 0


def test_half_a_character_is_bad_input(store):
    with pytest.raises(BadInput):
        store.mentions.get("\ud800")
