# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import timedelta

import pytest

from alerts import cases
from ascolto.errors import Refused
from ascolto.model import Case, CaseState, Channel, Level, Priority

ALL = list(CaseState)


@pytest.fixture
def case(made):
    return Case(
        id="c1",
        source="forum",
        priority=Priority(value=20, level=Level.normal),
        channel=Channel.public_reply,
        unit="care",
        due_at=made.NOON,
        opened_at=made.NOON,
        updated_at=made.NOON,
    )


def take(step, case, actor, now):
    given = {
        "assign": ("bea",),
        "transfer": ("legal", "a lawyer wrote"),
        "dismiss": ("spam",),
        "note": ("called back",),
    }
    return getattr(cases, step)(case, actor, now, *given.get(step, ()))


AFTER = {
    "claim": CaseState.claimed,
    "release": CaseState.new,
    "assign": CaseState.claimed,
    "transfer": CaseState.new,
    "answer": CaseState.answered,
    "wait": CaseState.waiting,
    "resolve": CaseState.resolved,
    "dismiss": CaseState.dismissed,
    "reopen": CaseState.new,
    "note": None,
}


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize("step", cases.STEPS)
def test_each_step_in_each_state(made, case, step, state):
    given = case.model_copy(update={"state": state})
    if state not in cases.STEPS[step]:
        with pytest.raises(Refused, match="possible now: ") as refused:
            take(step, given, "anna", made.NOON)
        assert str(state) in str(refused.value)
        return
    after = take(step, given, "anna", made.NOON)
    assert after.state == (AFTER[step] or state)
    assert after.version == given.version + 1
    assert len(after.history) == len(given.history) + 1
    assert (after.history[-1].actor, after.history[-1].at) == ("anna", made.NOON)
    assert after.updated_at == made.NOON
    assert given.version == 1
    assert Case.model_validate_json(after.model_dump_json()) == after


@pytest.mark.parametrize("step", [step for step in cases.STEPS if step != "reopen"])
def test_while_somebody_else_holds_it(made, case, step):
    held = cases.claim(case, "bea", made.NOON)
    soon = made.NOON + timedelta(minutes=29)
    if step in ("assign", "note"):
        assert take(step, held, "anna", soon).version == held.version + 1
    else:
        with pytest.raises(Refused, match=r"bea holds .*possible now: assign, note"):
            take(step, held, "anna", soon)


def test_a_claim_runs_out(made, case):
    held = cases.claim(case, "bea", made.NOON)
    assert cases.holder(held, made.NOON + timedelta(minutes=29)) == "bea"
    late = made.NOON + timedelta(minutes=30)
    assert cases.holder(held, late) is None
    assert cases.claim(held, "anna", late).claimed_by == "anna"


def test_the_holder_may_claim_again_and_keeps_it_longer(made, case):
    held = cases.claim(case, "anna", made.NOON)
    again = cases.claim(held, "anna", made.NOON + timedelta(minutes=20))
    assert again.claimed_until == made.NOON + timedelta(minutes=50)


def test_assigning_takes_it_from_its_holder_and_says_to_whom(made, case):
    given = cases.assign(cases.claim(case, "bea", made.NOON), "lead", made.NOON, "carl")
    assert given.claimed_by == "carl"
    assert (given.history[-1].action, given.history[-1].detail) == ("assigned", "carl")


def test_transfer_names_both_units_and_the_reason(made, case):
    moved = cases.transfer(case, "anna", made.NOON, "legal", "a lawyer wrote")
    assert (moved.unit, moved.claimed_by, moved.state) == ("legal", None, CaseState.new)
    assert moved.history[-1].detail == "care → legal: a lawyer wrote"
    with pytest.raises(Refused, match="with care already"):
        cases.transfer(case, "anna", made.NOON, "care", "why not")


@pytest.mark.parametrize("text", ["", "  \n"])
def test_what_has_to_be_said(made, case, text):
    for attempt in (
        lambda: cases.dismiss(case, "anna", made.NOON, text),
        lambda: cases.note(case, "anna", made.NOON, text),
        lambda: cases.transfer(case, "anna", made.NOON, "legal", text),
        lambda: cases.assign(case, "anna", made.NOON, text),
    ):
        with pytest.raises(Refused, match="missing"):
            attempt()


def test_closing_keeps_the_reason_and_reopening_drops_it(made, case):
    closed = cases.dismiss(case, "anna", made.NOON, " spam ")
    assert (closed.reason, closed.claimed_by) == ("spam", None)
    opened = cases.reopen(closed, "bea", made.NOON, "no spam after all")
    assert opened.reason is None
    assert [event.action for event in opened.history] == ["dismissed", "reopened"]


def test_an_answer_stops_the_clock(made, case):
    assert cases.answer(case, "anna", made.NOON).due_at is None


def test_possible_is_what_is_not_refused(made, case):
    for state in ALL:
        given = case.model_copy(update={"state": state})
        for step in cases.STEPS:
            if step in cases.possible(given, "anna", made.NOON):
                take(step, given, "anna", made.NOON)
            else:
                with pytest.raises(Refused):
                    take(step, given, "anna", made.NOON)
