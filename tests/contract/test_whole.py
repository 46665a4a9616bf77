# SPDX-License-Identifier: Apache-2.0
"""The store as a whole: the promises of `Store`."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ascolto.errors import StoreError
from ascolto.store.records import Batch, MentionFilter, Reject


def test_every_item_is_accounted_for(store, samples):
    reject = Reject(where="line 1", reason="no date")
    news = tuple(samples.mention(number, source="news") for number in range(3))
    store.sources.ingest("news", Batch(mentions=(*news, news[0]), rejects=(reject,), filtered=5))
    edited = samples.mention(0, source="news", text="edited")
    store.sources.ingest("news", Batch(mentions=(edited, news[1])))
    samples.collect(store, samples.mention(1))
    forum, accounted = store.accounting()
    assert (forum.source, forum.fetched, forum.created) == ("forum", 1, 1)
    assert accounted.model_dump() == {
        "source": "news",
        "fetched": 12,
        "created": 3,
        "updated": 1,
        "duplicate": 2,
        "filtered": 5,
        "rejected": 1,
    }
    assert accounted.balanced


def test_a_sound_store_has_no_problems(store, samples):
    samples.raise_alerts(store, samples.mention(1))
    assert store.check() == ()


def test_a_backup_is_a_store_of_its_own(store, samples, tmp_path):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    place = tmp_path / "backup.db"
    store.backup(place)
    samples.collect(store, samples.mention(2))
    copy = store.second(place)
    assert copy.mentions.count(MentionFilter()).value == 1
    assert copy.mentions.get(post.id) == store.mentions.get(post.id)
    assert copy.alerts.get(samples.alert(post).id) == samples.alert(post)
    assert copy.outbox.waiting() == 1
    assert copy.sources.states()[0].accounting.created == 1
    assert copy.check() == ()


def test_a_backup_overwrites_nothing(store, tmp_path):
    place = tmp_path / "backup.db"
    place.write_text("precious")
    with pytest.raises(FileExistsError):
        store.backup(place)
    assert place.read_text() == "precious"


def test_closing_twice_is_fine_and_a_closed_store_says_so(store, samples):
    samples.collect(store, samples.mention(1))
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.mentions.count(MentionFilter())
    with pytest.raises(StoreError):
        samples.collect(store, samples.mention(2))


def test_threads_write_and_read_at_once(store, samples):
    def write(thread):
        for number in range(10):
            post = samples.mention(100 * thread + number, source=f"s{thread}")
            samples.collect(store, post, cursor=str(number))
            assert store.mentions.get(post.id).mention == post
            store.mentions.page(MentionFilter(), limit=5)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert store.mentions.count(MentionFilter()).value == 60
    assert all(
        state.cursor == "9" and state.accounting.balanced for state in store.sources.states()
    )
    numbers = [item.seq for item in store.work.unread(100)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 60


def test_a_reader_of_the_log_misses_nothing_while_others_write(store, samples):
    def write(thread):
        for number in range(15):
            samples.collect(store, samples.mention(100 * thread + number))

    seen, seq = set(), 0
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(write, thread) for thread in range(4)]
        done = False
        while not done:
            done = all(job.done() for job in jobs)
            while events := store.events.after(seq, 7):
                seen |= {event.subject for event in events}
                seq = events[-1].seq
        for job in jobs:
            job.result()
    expected = {samples.mention(100 * t + n).id for t in range(4) for n in range(15)}
    assert seen == expected


def test_two_stores_over_the_same_data_agree(store, samples):
    other = store.second()
    samples.collect(store, samples.mention(1))
    samples.collect(other, samples.mention(2))
    assert [item.mention for item in store.work.unread(9)] == [
        item.mention for item in other.work.unread(9)
    ]
    assert len(store.work.unread(9)) == 2


def test_what_was_committed_survives_a_crash(store, samples):
    post = samples.mention(1)
    samples.raise_alerts(store, post)
    store.abandon()
    assert store.mentions.get(post.id).mention == post
    assert store.outbox.waiting() == 1
    assert store.check() == ()
