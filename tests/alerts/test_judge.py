# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import cases
from alerts.judge import Judge
from ascolto.errors import NotFound, Stale
from ascolto.model import (
    Author,
    BrandMatch,
    CaseState,
    Channel,
    Intent,
    Level,
    Risk,
    alert_identity,
    case_identity,
    delivery_identity,
)
from ascolto.settings import Receiver, Rules, Unit
from ascolto.store.records import Batch, CaseFilter


def nothing(*_):
    return None


@pytest.fixture
def desk(made, store, clock):
    return Desk(made, store, clock)


class Desk:
    """A judge over a real store, as the pipeline runs it."""

    def __init__(self, made, store, clock, **settings):
        self.made, self.store, self.clock = made, store, clock
        self.judge_of(**settings)

    def judge_of(self, **settings):
        self.judge = Judge(self.made.settings(**settings), lambda text: ())

    def case_of(self, alert_id):
        try:
            return self.store.cases.get(self.store.alerts.get(alert_id).case_id)
        except NotFound:
            return None

    def judged(self, items):
        return self.judge.judge(
            items, self.store.cases.open_in_thread, self.clock(), case_of=self.case_of
        )

    def take_in(self, *posts, **read):
        """Ingest and read posts; what waits to be judged."""
        self.store.sources.ingest("forum", Batch(mentions=posts))
        unread = self.store.work.unread(100)
        self.store.work.annotate(
            [self.made.reading(one.mention, **read) for one in unread], upto=unread[-1].seq
        )
        return self.store.work.unjudged(100)

    def run(self, *posts, **read):
        """Through the whole stage; the judgements."""
        items = self.take_in(*posts, **read)
        found = self.judged(items)
        self.store.work.judge(found, upto=items[-1].seq)
        return found

    def cases(self):
        return self.store.cases.page(CaseFilter(), limit=100)[0]


def test_one_alert_per_post_whichever_rules_fired(desk, made):
    post = made.post(followers=5000, private=True)
    (found,) = desk.run(post, risks=("complaint",), sentiment="negative")
    assert [decision.fired for decision in found.decisions] == [True, True, True]
    assert found.alert.id == alert_identity("mention", "1", post.id)
    assert found.alert.rules == found.decisions
    assert found.alert.case_id == found.case.case.id == case_identity(found.alert.id)
    assert (found.case.expected, found.case.case.version) == (0, 1)
    assert found.case.case.history[-1].action == "opened"


def test_nothing_fired(desk, made):
    (found,) = desk.run(made.post(), needs_reply=False)
    assert found.alert is None
    assert found.case is None
    assert found.deliveries == ()
    assert [decision.rule for decision in found.decisions] == ["risk", "reach", "needs_reply"]
    assert desk.store.alerts.why(found.mention_id).decisions == found.decisions


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"backfill": True}, "taken in as history: not alerted"),
        ({"brand": "Banca Meridia"}, "only about Banca Meridia: never queued"),
    ],
)
def test_what_is_held_back_says_so(desk, made, fields, words):
    (found,) = desk.run(made.post(**fields), risks=("complaint",))
    assert found.alert is None
    assert not any(decision.fired for decision in found.decisions)
    assert found.decisions[-1].reason == words
    assert "else: complaint 0.90" in found.decisions[0].reason


def test_a_deleted_post_is_not_alerted(made):
    judge = Judge(made.settings(), lambda text: ())
    item = made.item(1, made.post(deleted_at=made.NOON), risks=("complaint",))
    (found,) = judge.judge([item], nothing, made.NOON, case_of=nothing)
    assert found.alert is None
    assert "deleted" in found.decisions[-1].reason


def test_a_competitor_beside_us_is_our_matter(desk, made):
    both = (BrandMatch(brand="Banca Meridia"), BrandMatch(brand=made.BRAND))
    (found,) = desk.run(made.post(brands=both))
    assert found.alert.brand == made.BRAND


@pytest.mark.parametrize("brand", [None, "Unheard Of"])
def test_a_post_without_a_known_brand_is_ours(desk, made, brand):
    (found,) = desk.run(made.post(brand=brand))
    assert found.alert.brand == made.BRAND


def test_judging_again_gives_the_same_and_changes_no_case(desk, made):
    desk.judge_of(receivers=(Receiver(name="hook", url="http://x.example", secret=made.SECRET),))
    posts = [made.post(1, thread="t"), made.post(2, thread="t", handle="user1"), made.post(3)]
    items = desk.take_in(*posts, risks=("complaint",))
    first = desk.judged(items)
    desk.store.work.judge(first, upto=items[-1].seq)
    before = desk.cases()
    again = desk.judged(items)
    assert [one.case for one in again] == [None, None, None]
    assert [one.alert.id for one in again] == [one.alert.id for one in first]
    assert [one.alert.case_id for one in again] == [one.alert.case_id for one in first]
    assert [one.deliveries for one in again] == [one.deliveries for one in first]
    desk.store.work.judge(again, upto=items[-1].seq)
    assert desk.cases() == before


def test_judging_again_when_only_the_first_half_was_stored(desk, made):
    posts = [made.post(number, thread="t", handle="one") for number in (1, 2, 3, 4)]
    items = desk.take_in(*posts)
    desk.store.work.judge(desk.judged(items)[:2], upto=items[1].seq)
    rest = desk.store.work.unjudged(100)
    desk.store.work.judge(desk.judged(rest), upto=rest[-1].seq)
    (case,) = desk.cases()
    assert case.mention_ids == tuple(post.id for post in posts)
    assert [event.action for event in case.history] == ["opened", "joined", "joined", "joined"]


def test_versions_chain_within_a_batch(desk, made):
    posts = [made.post(number, thread="t", handle="@One") for number in (1, 2, 3)]
    found = desk.run(*posts)
    assert [one.case.expected for one in found] == [0, 1, 2]
    assert [one.case.case.version for one in found] == [1, 2, 3]
    (case,) = desk.cases()
    assert len(case.mention_ids) == len(case.alert_ids) == 3


def test_who_shares_a_case(desk, made):
    desk.run(
        made.post(1, thread="t", handle="one"),
        made.post(2, thread="t", handle="@ONE"),
        made.post(3, thread="t", handle="two"),
        made.post(4, thread="u", handle="one"),
        made.post(5, thread="t", author=Author()),
        made.post(6, thread="t", author=Author()),
        made.post(7, thread="m", author=Author(), private=True),
        made.post(8, thread="m", author=Author(), private=True),
    )
    natives = {made.post(number).id: number for number in range(1, 9)}
    groups = sorted(sorted(natives[one] for one in case.mention_ids) for case in desk.cases())
    assert groups == [[1, 2], [3], [4], [5], [6], [7, 8]]


def test_an_answer_joins_the_post_that_began_the_thread(desk, made):
    desk.run(made.post(1, handle="one"))
    desk.run(made.post(2, handle="one", thread="p1"))
    (case,) = desk.cases()
    assert len(case.mention_ids) == 2


def test_a_case_keeps_the_gravest_and_the_most_careful(desk, made):
    desk.judge_of(units=(Unit(name="care"), Unit(name="law", receives=("legal",))))
    (first,) = desk.run(made.post(1, thread="t", handle="one"), intent="fees_rates")
    (second,) = desk.run(
        made.post(2, thread="t", handle="one"), risks=("legal_regulator",), urgency=2
    )
    desk.run(made.post(3, thread="t", handle="one"), intent="praise", urgency=0)
    (case,) = desk.cases()
    assert case.priority == second.alert.priority
    assert first.alert.priority.value < second.alert.priority.value
    assert case.channel is Channel.human_only
    assert case.unit == "law"
    assert case.due_at == min(first.alert.due_at, second.alert.due_at)


@pytest.mark.parametrize("claimed", [True, False])
def test_an_author_who_writes_again_brings_the_case_back(desk, made, clock, claimed):
    (found,) = desk.run(made.post(1, thread="t", handle="one"))
    case = found.case.case
    if claimed:
        taken = cases.claim(case, "anna", clock())
        desk.store.cases.change(taken, expected=case.version)
        case = taken
    desk.store.cases.change(cases.answer(case, "anna", clock()), expected=case.version)
    desk.run(made.post(2, thread="t", handle="one"))
    (now,) = desk.cases()
    assert now.state is (CaseState.claimed if claimed else CaseState.new)
    assert now.due_at is not None


def test_a_closed_case_stays_closed_and_the_next_post_opens_another(desk, made, clock):
    (found,) = desk.run(made.post(1, thread="t", handle="one"))
    closed = cases.resolve(found.case.case, "anna", clock())
    desk.store.cases.change(closed, expected=1)
    desk.run(made.post(2, thread="t", handle="one"))
    assert {case.state for case in desk.cases()} == {CaseState.resolved, CaseState.new}


def test_an_edited_post_refreshes_its_alert_and_its_case(desk, made, clock):
    desk.run(made.post(1), urgency=1)
    clock.advance(minutes=10)
    edited = made.post(1, text="worse now", edited_at=clock())
    (again,) = desk.run(edited, urgency=3, risks=("fraud_security",), intent="report_fraud")
    (case,) = desk.cases()
    assert (case.version, case.priority) == (2, again.alert.priority)
    assert case.history[-1].action == "updated"
    assert case.mention_ids == (edited.id,)
    alert = desk.store.alerts.get(again.alert.id)
    assert (alert.version, alert.created_at) == (2, made.NOON)


def test_an_edit_after_the_end_opens_the_case_again(desk, made, clock):
    (found,) = desk.run(made.post(1))
    clock.advance(minutes=5)
    desk.store.cases.change(cases.dismiss(found.case.case, "anna", clock(), "spam"), expected=1)
    clock.advance(minutes=5)
    desk.run(made.post(1, text="now with a question", edited_at=clock()))
    (case,) = desk.cases()
    assert (case.state, case.reason, case.version) == (CaseState.new, None, 3)
    assert case.history[-1].action == "reopened"
    assert case.due_at == clock() + timedelta(hours=4)


def test_reading_again_with_another_model_leaves_a_closed_case_closed(desk, made, clock):
    (found,) = desk.run(made.post(1))
    closed = cases.resolve(found.case.case, "anna", clock())
    desk.store.cases.change(closed, expected=1)
    item = made.item(1, made.post(1), urgency=3, risks=("safety",))
    (again,) = desk.judged([item])
    assert again.case is None
    assert again.alert.case_id == closed.id


def test_a_person_who_was_faster_makes_the_batch_stale(desk, made, clock):
    (found,) = desk.run(made.post(1, thread="t", handle="one"))
    items = desk.take_in(made.post(2, thread="t", handle="one"))
    late = desk.judged(items)
    desk.store.cases.change(cases.claim(found.case.case, "anna", clock()), expected=1)
    with pytest.raises(Stale):
        desk.store.work.judge(late, upto=items[-1].seq)
    desk.store.work.judge(desk.judged(items), upto=items[-1].seq)
    (case,) = desk.cases()
    assert (case.version, case.claimed_by, case.state) == (3, "anna", CaseState.claimed)


@pytest.mark.parametrize(
    ("fields", "read", "told"),
    [
        ({}, {"urgency": 1}, True),
        ({"min_level": Level.high}, {"urgency": 1}, False),
        ({"min_level": Level.high}, {"urgency": 2}, True),
        ({"min_level": Level.high}, {"urgency": 3}, True),
        ({"units": ("care",)}, {}, True),
        ({"units": ("law",)}, {}, False),
        ({"units": ("law",)}, {"risks": ("legal_regulator",)}, True),
    ],
)
def test_who_is_told(desk, made, fields, read, told):
    hook = Receiver(name="hook", url="http://x.example", secret=made.SECRET, **fields)
    units = (Unit(name="care"), Unit(name="law", receives=("legal",)))
    desk.judge_of(receivers=(hook,), units=units)
    (found,) = desk.run(made.post(), **read)
    wanted = [delivery_identity(found.alert.id, "hook")] if told else []
    assert [delivery.id for delivery in found.deliveries] == wanted
    assert all(delivery.due_at == made.NOON for delivery in found.deliveries)


def test_late_posts_are_marked(desk, made):
    old = made.NOON - timedelta(hours=7)
    early, late = desk.run(made.post(1), made.post(2, published_at=old))
    assert (early.alert.late, late.alert.late) == (False, True)
    assert late.alert.due_at == made.NOON + timedelta(hours=4, minutes=1)


def test_rules_that_are_off_say_nothing(desk, made):
    desk.judge_of(rules=Rules(needs_reply=False, reach=False))
    (found,) = desk.run(made.post())
    assert [decision.rule for decision in found.decisions] == ["risk"]
    assert found.alert is None


def test_what_judge_prints_is_the_contract(made):
    judge = Judge(made.settings(), lambda text: ())
    post = made.post(private=True)
    shown = judge.appraise(post, made.reading(post, intent="card_problem")).model_dump(mode="json")
    assert set(shown) == {"needs_reply", "urgency", "priority", "channel", "draft"}
    assert set(shown["priority"]) == {"value", "level", "reasons"}
    assert set(shown["channel"]) == {"label", "medium", "options", "blocks", "would_change"}
    assert set(shown["draft"]) == {
        "public", "private", "language", "sources", "checks", "none_because",
    }  # fmt: skip
    assert set(shown["draft"]["sources"][0]) == {"sentence", "from"}


text = st.text(max_size=80)


@given(
    text=text,
    author=st.builds(Author, name=st.none() | text, handle=st.none() | text),
    risks=st.dictionaries(st.sampled_from([risk.value for risk in Risk]), st.floats(0, 1)),
    intent=st.sampled_from(list(Intent)),
    urgency=st.integers(0, 3),
    sentiment=st.sampled_from(["negative", "neutral", None]),
    language=st.sampled_from(["it", "ru", "en", "und", "de"]),
    private=st.booleans(),
    thread=st.none() | text,
)
def test_it_judges_whatever_comes(made, text, author, private, thread, **read):
    judge = Judge(made.settings(), lambda text: ())
    post = made.post(text=text, author=author, private=private, thread=thread)
    item = made.item(1, post, **read)
    (found,) = judge.judge([item], nothing, made.NOON, case_of=nothing)
    (again,) = judge.judge([item], nothing, made.NOON, case_of=nothing)
    assert found == again
    assert found.alert is not None
