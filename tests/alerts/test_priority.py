# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.matter import counted_risks
from alerts.priority import LEVELS, RISK, priority_of
from ascolto.model import Engagement, Intent, Level, Risk


def priority(made, *, private=False, followers=None, engagement=None, **read):
    mention = made.post(followers=followers, engagement=engagement or Engagement())
    reading = made.reading(mention, **read)
    return priority_of(mention, reading, private=private, risks=counted_risks(reading, 0.5))


count = st.none() | st.integers(0, 10**9)


@given(
    risks=st.dictionaries(st.sampled_from([risk.value for risk in Risk]), st.floats(0, 1)),
    urgency=st.integers(0, 3),
    needs_reply=st.booleans(),
    sentiment=st.sampled_from(["negative", "neutral", "positive", None]),
    private=st.booleans(),
    followers=count,
    engagement=st.builds(Engagement, likes=count, shares=count, replies=count),
    intent=st.sampled_from(list(Intent)),
)
def test_the_parts_add_up(made, private, followers, engagement, **read):
    found = priority(made, private=private, followers=followers, engagement=engagement, **read)
    assert sum(part.points for part in found.reasons) == found.value
    assert all(part.text and part.points for part in found.reasons)
    assert [part.part for part in found.reasons if part.points < 0] in ([], ["cap"])
    assert found.level is next(level for least, level in LEVELS if found.value >= least)
    if read["urgency"] == 3:
        assert found.level is Level.urgent
    if read["urgency"] == 2:
        assert found.level in (Level.high, Level.urgent)


@given(urgency=st.integers(0, 2), risk=st.sampled_from([risk.value for risk in Risk]))
def test_more_trouble_is_never_less_pressing(made, urgency, risk):
    plain = priority(made, urgency=urgency)
    assert priority(made, urgency=urgency, risks=(risk,)).value > plain.value
    assert priority(made, urgency=urgency + 1).value > plain.value
    assert priority(made, urgency=urgency, sentiment="negative").value > plain.value
    assert priority(made, urgency=urgency, private=True).value > plain.value
    assert priority(made, urgency=urgency, followers=5000).value > plain.value
    popular = Engagement(likes=5, shares=5)
    assert priority(made, urgency=urgency, engagement=popular).value > plain.value


@pytest.mark.parametrize(
    ("read", "level"),
    [
        ({"urgency": 0, "needs_reply": False}, Level.low),
        ({"urgency": 0, "intent": "praise", "sentiment": "positive"}, Level.low),
        ({"urgency": 0, "needs_reply": False, "sentiment": "negative"}, Level.low),
        ({"urgency": 1, "intent": "product_question"}, Level.normal),
        ({"urgency": 1, "risks": ("complaint",), "sentiment": "negative"}, Level.normal),
        ({"urgency": 1, "risks": ("press_reputation",), "intent": "press_inquiry"}, Level.normal),
        ({"urgency": 2, "risks": ("outage", "complaint"), "sentiment": "negative"}, Level.high),
        ({"urgency": 2, "risks": ("privacy_exposure",), "sentiment": "negative"}, Level.high),
        ({"urgency": 2, "risks": ("legal_regulator",), "sentiment": "negative"}, Level.high),
        ({"urgency": 2, "risks": ("safety",)}, Level.urgent),
        ({"urgency": 3, "needs_reply": False, "intent": "spam"}, Level.urgent),
    ],
)
def test_levels_as_people_would_say(made, read, level):
    assert priority(made, **read).level is level


def test_each_part_is_named(made):
    found = priority(
        made,
        urgency=2,
        risks=("complaint", "outage", "churn"),
        sentiment="negative",
        private=True,
        followers=20_000,
        engagement=Engagement(likes=90, shares=20),
    )
    points = {part.part: part.points for part in found.reasons}
    assert points == {
        "urgency": 45,
        "risk": 7,
        "more risks": 4,
        "sentiment": 5,
        "needs_reply": 4,
        "private": 4,
        "reach": 6,
        "engagement": 4,
    }
    assert found.value == sum(points.values())


def test_the_cap_is_a_part_of_its_own(made):
    found = priority(
        made, urgency=3, risks=("safety", "complaint"), sentiment="negative", followers=2_000_000
    )
    assert found.value == 100
    assert found.reasons[-1].part == "cap"


def test_every_risk_has_a_weight():
    assert set(RISK) == set(Risk)
