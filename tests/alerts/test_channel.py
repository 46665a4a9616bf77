# SPDX-License-Identifier: Apache-2.0
"""The table of taxonomy section 6 with "Rules where cases meet", case by case."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest

from alerts.channel import PUBLIC, choose_channel, decide, medium_for
from alerts.channel_rules import RULES
from alerts.matter import matter_of
from ascolto.model import Channel, Intent, Medium, Risk
from ascolto.platforms.abilities import abilities_of

NEG, NEU = "negative", "neutral"


def _case(row):
    facts = {
        "risks": tuple(row["risks"].split()),
        "intent": row["intent"],
        "urgency": int(row["urgency"]),
        "needs": row["needs_reply"] == "yes",
        "sentiment": None if row["sentiment"] == "unscored" else row["sentiment"],
        "private": row["private"] == "yes",
        "data": tuple(row["data"].split()),
    }
    return row["case"], facts, row["label"]


with (Path(__file__).parent / "channel_cases.csv").open(encoding="utf-8") as file:
    CASES = [_case(row) for row in csv.DictReader(file)]


def matter(made, risks=(), intent="other", urgency=1, needs=True, sentiment=NEU, private=False,
           data=(), competitor=None, threshold=0.5, **post):  # fmt: skip
    mention = made.post(private=private, **post)
    reading = made.reading(
        mention, risks=risks, intent=intent, urgency=urgency, needs_reply=needs,
        sentiment=sentiment, data=data,
    )  # fmt: skip
    able = abilities_of(mention)
    return matter_of(mention, reading, able, threshold=threshold, competitor=competitor)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_the_table(made, case):
    _, facts, label = case
    choice = choose_channel(matter(made, **facts))
    assert choice.label == label
    assert choice.options[0].label == label
    assert choice.options[0].reasons


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len({case[0] for case in CASES}) == len(CASES)


def test_every_row_of_the_table_decides_some_case(made):
    deciding = {
        next(row for row in RULES if row.when(matter(made, **facts))) for _, facts, _ in CASES
    }
    deciding.add(next(row for row in RULES if row.when(matter(made, competitor="Meridia"))))
    assert deciding == set(RULES)


def everything(made):
    for risk, intent, urgency, needs, sentiment, private, data in itertools.product(
        [(), *((risk,) for risk in Risk), ("hate_abuse", "safety")],
        Intent,
        range(4),
        (True, False),
        (NEG, NEU),
        (True, False),
        ((), ("phone",), ("iban",)),
    ):
        yield matter(made, risk, intent, urgency, needs, sentiment, private, data)


def test_what_holds_whatever_the_facts(made):
    seen = set()
    for facts in everything(made):
        choice = choose_channel(facts)
        seen.add(choice.label)
        closed = {block.label for block in choice.blocks if block.medium is None}
        assert choice.label not in closed
        assert not closed & {option.label for option in choice.options}
        assert choice.options[0].label is choice.label
        scores = [option.score for option in choice.options]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) == pytest.approx(1, abs=0.01)
        if facts.private:
            assert set(PUBLIC) <= closed
        if facts.data & {"iban"} and facts.waits:
            assert choice.label not in PUBLIC
        if Risk.legal_regulator in facts.risks and facts.intent is not Intent.spam:
            assert choice.label is Channel.human_only
        if choice.label is Channel.human_only:
            assert {*PUBLIC, Channel.private_only} <= closed
    assert seen == set(Channel)


@pytest.mark.parametrize(
    ("label", "post", "medium"),
    [
        ("public_reply", {}, Medium.by_hand),
        ("public_reply", {"source": "mastodon"}, Medium.comment),
        ("public_reply", {"medium": Medium.email}, None),
        ("public_then_private", {"source": "googleplay"}, None),
        ("public_then_private", {"source": "facebook"}, Medium.direct_message),
        ("public_then_private", {}, None),
        ("private_only", {"source": "bluesky"}, Medium.direct_message),
        ("private_only", {"medium": Medium.whatsapp}, Medium.whatsapp),
        ("private_only", {"private": True}, Medium.by_hand),
        ("private_only", {"kind": "feed"}, None),
        ("human_only", {}, None),
        ("human_only", {"source": "facebook"}, None),
        ("human_only", {"medium": Medium.email}, Medium.email),
        ("no_reply", {"medium": Medium.email}, None),
    ],
)
def test_the_medium_is_what_can_be_reached(made, label, post, medium):
    assert medium_for(Channel(label), matter(made, **post)) == medium


def test_a_store_review_keeps_its_label_and_says_what_is_missing(made):
    choice = choose_channel(matter(made, intent="card_problem", source="googleplay"))
    assert (choice.label, choice.medium) == (Channel.public_then_private, None)
    assert any("private contact" in text for text in choice.would_change)
    assert any(block.medium is Medium.direct_message for block in choice.blocks)


def test_a_medium_that_is_private_is_answered_in_private(made):
    choice = choose_channel(matter(made, intent="fees_rates", medium=Medium.email))
    assert (choice.label, choice.medium) == (Channel.private_only, Medium.email)


def test_a_competitor_is_never_answered(made):
    choice = choose_channel(matter(made, ("safety",), "other", 3, competitor="Banca Meridia"))
    assert choice.label is Channel.no_reply
    assert {block.label for block in choice.blocks if block.medium is None} == {
        *PUBLIC,
        Channel.private_only,
        Channel.human_only,
    }


def test_what_would_change_is_true(made):
    facts = matter(made, {"complaint": 0.9, "legal_regulator": 0.41}, "fees_rates", 1)
    texts = choose_channel(facts).would_change
    assert "If legal_regulator (0.41) were certain: human_only." in texts
    assert "If the author had written in private: private_only." in texts
    assert "If the post showed a card number: private_only." in texts
    assert "If nobody waited for an answer: no_reply." in texts
    assert decide(facts.with_risk(Risk.legal_regulator)) is Channel.human_only


def test_a_risk_below_one_half_does_not_decide(made):
    assert decide(matter(made, {"legal_regulator": 0.49}, "fees_rates")) is Channel.public_reply
    assert decide(matter(made, {"legal_regulator": 0.5}, "fees_rates")) is Channel.human_only


def test_a_high_threshold_of_the_rule_does_not_blind_the_channel(made):
    facts = matter(made, {"legal_regulator": 0.6}, "fees_rates", threshold=0.9)
    assert decide(facts) is Channel.human_only
