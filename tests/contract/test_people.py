# SPDX-License-Identifier: Apache-2.0
"""Users, keys, sessions: the promises of `People`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from ascolto.errors import NotFound
from ascolto.store.records import ApiKey, Replayable, Session, User

HOUR = timedelta(hours=1)


def test_users_are_added_replaced_and_listed_by_name(store, samples):
    bob = User(name="bob", role="agent", created_at=samples.NOON)
    anna = User(name="anna", role="admin", created_at=samples.NOON, password_hash="$argon2id$x")
    for user in (bob, anna):
        store.people.put_user(user)
    store.reopen()
    assert store.people.users() == (anna, bob)
    lead = bob.model_copy(update={"role": "lead", "disabled": True})
    store.people.put_user(lead)
    assert store.people.user("bob") == lead
    assert store.people.users() == (anna, lead)
    with pytest.raises(NotFound):
        store.people.user("carl")


def test_keys_are_found_by_digest_also_when_revoked(store, samples):
    def key(number, **fields):
        return ApiKey(
            id=f"k{number}",
            name="robot",
            scopes=("read", "ingest"),
            secret_digest=str(number) * 32,
            created_at=samples.NOON - number * HOUR,
            **fields,
        )

    for number in (1, 3, 2):
        store.people.put_key(key(number))
    assert store.people.keys() == (key(3), key(2), key(1))
    revoked = key(2, revoked_at=samples.NOON)
    store.people.put_key(revoked)
    store.reopen()
    assert store.people.key("2" * 32) == revoked
    assert store.people.keys() == (key(3), revoked, key(1))
    with pytest.raises(NotFound):
        store.people.key("9" * 32)


def test_a_session_lasts_until_it_runs_out(store, samples):
    session = Session(
        token_digest="d" * 32, user="anna", kind="session", expires_at=samples.NOON + HOUR
    )
    store.people.put_session(session)
    store.reopen()
    moment = timedelta(microseconds=1)
    assert store.people.session("d" * 32, now=samples.NOON + HOUR - moment) == session
    with pytest.raises(NotFound):
        store.people.session("d" * 32, now=samples.NOON + HOUR)
    with pytest.raises(NotFound):
        store.people.session("e" * 32, now=samples.NOON)


def test_a_link_is_used_up_by_one_caller(store, samples):
    link = Session(token_digest="d" * 32, user="anna", kind="link", expires_at=samples.NOON + HOUR)
    store.people.put_session(link)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(store.people.end_session, [link.token_digest] * 16))
    assert sorted(answers) == [False] * 15 + [True]
    with pytest.raises(NotFound):
        store.people.session(link.token_digest, now=samples.NOON)
    assert store.people.end_session("unknown") is False


def answer(samples, body, until):
    return Replayable(
        key="k", request_digest="r", status=200, body=body, expires_at=samples.NOON + until
    )


def test_the_first_answer_stays(store, samples):
    first, late = answer(samples, "first", HOUR), answer(samples, "late", 2 * HOUR)
    assert store.people.replayable("k", now=samples.NOON) is None
    assert store.people.put_replayable(first) is True
    assert store.people.put_replayable(late) is False
    store.reopen()
    assert store.people.replayable("k", now=samples.NOON) == first


def test_an_answer_that_ran_out_makes_room(store, samples):
    store.people.put_replayable(answer(samples, "first", HOUR))
    store.clock.advance(HOUR)
    assert store.people.replayable("k", now=store.clock.now) is None
    late = answer(samples, "late", 2 * HOUR)
    assert store.people.put_replayable(late) is True
    assert store.people.replayable("k", now=store.clock.now) == late
