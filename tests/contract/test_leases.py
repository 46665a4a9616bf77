# SPDX-License-Identifier: Apache-2.0
"""Who works on what: the promises of `Leases`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

TTL = timedelta(seconds=30)


def test_a_lease_is_held_by_one(store, samples):
    lease = store.leases.take("read", "a", now=samples.NOON, ttl=TTL)
    assert (lease.name, lease.holder, lease.until) == ("read", "a", samples.NOON + TTL)
    store.reopen()
    assert store.leases.take("read", "b", now=samples.NOON + TTL / 2, ttl=TTL) is None
    assert store.leases.take("judge", "b", now=samples.NOON, ttl=TTL) is not None


def test_renewal_keeps_the_fence_and_moves_the_end(store, samples):
    first = store.leases.take("read", "a", now=samples.NOON, ttl=TTL)
    later = samples.NOON + TTL / 2
    renewed = store.leases.take("read", "a", now=later, ttl=TTL)
    assert (renewed.fence, renewed.until) == (first.fence, later + TTL)
    assert store.leases.take("read", "b", now=samples.NOON + TTL, ttl=TTL) is None


def test_a_new_holder_takes_over_when_it_ran_out_and_the_fence_grows_by_one(store, samples):
    first = store.leases.take("read", "a", now=samples.NOON, ttl=TTL)
    second = store.leases.take("read", "b", now=samples.NOON + TTL, ttl=TTL)
    third = store.leases.take("read", "a", now=samples.NOON + 2 * TTL, ttl=TTL)
    assert [second.fence, third.fence] == [first.fence + 1, first.fence + 2]
    assert store.leases.take("read", "b", now=samples.NOON + 2 * TTL, ttl=TTL) is None


def test_a_released_lease_is_free_and_the_fence_still_grows(store, samples):
    first = store.leases.take("read", "a", now=samples.NOON, ttl=TTL)
    store.leases.release(first)
    second = store.leases.take("read", "b", now=samples.NOON, ttl=TTL)
    assert second.fence == first.fence + 1


def test_releasing_what_is_no_longer_held_does_nothing(store, samples):
    first = store.leases.take("read", "a", now=samples.NOON, ttl=TTL)
    later = samples.NOON + TTL
    store.leases.take("read", "b", now=later, ttl=TTL)
    store.leases.release(first)
    assert store.leases.take("read", "c", now=later, ttl=TTL) is None
    third = store.leases.take("read", "a", now=later + TTL, ttl=TTL)
    store.leases.release(first)
    assert third.fence > first.fence
    assert store.leases.take("read", "c", now=later + TTL, ttl=TTL) is None


def test_a_race_has_one_winner(store, samples):
    with ThreadPoolExecutor(8) as pool:
        names = [f"holder-{number}" for number in range(16)]
        taken = pool.map(
            lambda name: store.leases.take("read", name, now=samples.NOON, ttl=TTL), names
        )
        winners = [lease for lease in taken if lease is not None]
    assert len(winners) == 1
