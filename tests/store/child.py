# SPDX-License-Identifier: Apache-2.0
"""One step on a store, for a test that kills it or runs it beside others."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import samples

from ascolto.model import CaseState, DeliveryState
from ascolto.store.records import Batch, Replayable, Run, Session
from ascolto.store.sqlite import SqliteStore

POST = samples.mention(1)
ALERT = samples.alert(POST)
LATER = samples.NOON + timedelta(hours=1)


def ingest(store: SqliteStore) -> None:
    store.sources.ingest("forum", Batch(mentions=(POST,), filtered=1, cursor="next"))


def annotate(store: SqliteStore) -> None:
    (item,) = store.work.unread(5)
    store.work.annotate([samples.reading(item.mention)], upto=item.seq)


def judge(store: SqliteStore) -> None:
    (item,) = store.work.unjudged(5)
    store.work.judge([samples.judgement(item.mention)], upto=item.seq)


def lease(store: SqliteStore) -> None:
    store.outbox.lease(now=LATER, until=LATER + samples.MINUTE, limit=5)


def settle(store: SqliteStore) -> None:
    (row,) = store.outbox.deliveries(ALERT.id)
    store.outbox.settle(row.model_copy(update={"state": DeliveryState.sent, "sent_at": LATER}))


def change(store: SqliteStore) -> None:
    case = store.cases.get(ALERT.case_id)
    changed = case.model_copy(update={"version": case.version + 1, "state": CaseState.claimed})
    store.cases.change(changed, expected=case.version)


def delete(store: SqliteStore) -> None:
    store.mentions.delete(POST.id, at=LATER, reason="gone")


def run(store: SqliteStore) -> None:
    moments = {"started": LATER, "ended": LATER, "next_due": LATER}
    store.sources.record_run(Run(source="forum", **moments))


def session(store: SqliteStore) -> None:
    store.people.put_session(
        Session(token_digest="t", user="anna", kind="session", expires_at=LATER)
    )


def answer(store: SqliteStore) -> None:
    store.people.put_replayable(
        Replayable(key="k", request_digest="r", status=200, body="{}", expires_at=LATER)
    )


def write(store: SqliteStore, name: str, count: str) -> None:
    """Ingest posts one by one, as the source ``name``."""
    for number in range(int(count)):
        samples.collect(store, samples.mention(number, source=name), cursor=str(number))


if __name__ == "__main__":
    opened = SqliteStore(Path(sys.argv[1]), samples.SteppedClock())
    globals()[sys.argv[2]](opened, *sys.argv[3:])
    opened.close()
