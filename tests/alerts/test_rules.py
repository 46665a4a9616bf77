# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from alerts.rules import build_rules
from ascolto.errors import SettingsError
from ascolto.settings import Rules, Source


def decision(made, name, *, rules=None, post=None, **read):
    chosen = made.settings(rules=rules or Rules())
    (rule,) = (rule for rule in build_rules(chosen) if rule.name == name)
    mention = made.post(**(post or {}))
    return rule.decide(mention, made.reading(mention, **read))


@pytest.mark.parametrize(
    ("risks", "threshold", "fired", "words"),
    [
        ({}, 0.5, False, "no risk"),
        ({"churn": 0.5}, 0.5, True, "churn 0.50"),
        ({"churn": 0.4999}, 0.5, False, "churn 0.50, is below 0.50"),
        ({"churn": 0.6, "outage": 0.9}, 0.5, True, "outage 0.90, churn 0.60"),
        ({"churn": 0.6}, 0.7, False, "below 0.70"),
        ({"churn": 0.1}, 0.1, True, "churn"),
    ],
)
def test_risk(made, risks, threshold, fired, words):
    found = decision(made, "risk", rules=Rules(risk_probability=threshold), risks=risks)
    assert found.fired is fired
    assert words in found.reason


@pytest.mark.parametrize(
    ("sentiment", "followers", "fired", "words"),
    [
        ("negative", 1000, True, "1000 follow"),
        ("negative", 999, False, "fewer than 1000"),
        ("negative", None, False, "does not tell"),
        ("neutral", 10**6, False, "neutral, not negative"),
        ("positive", 10**6, False, "not negative"),
        (None, 10**6, False, "unscored"),
    ],
)
def test_reach(made, sentiment, followers, fired, words):
    found = decision(made, "reach", post={"followers": followers}, sentiment=sentiment)
    assert found.fired is fired
    assert words in found.reason


def test_reach_from_zero_counts_everybody_whose_followers_are_told(made):
    rules = Rules(reach_followers=0)
    told = decision(made, "reach", rules=rules, post={"followers": 0}, sentiment="negative")
    assert told.fired


@pytest.mark.parametrize("sentiment", ["negative", "neutral", "positive", None])
@pytest.mark.parametrize(
    ("post", "needs", "fired"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"private": True}, False, True),
        ({"medium": "email"}, False, True),
        ({"kind": "whatsapp"}, False, True),
        ({"medium": "comment"}, False, False),
    ],
)
def test_needs_reply_whatever_the_sentiment(made, post, needs, fired, sentiment):
    found = decision(made, "needs_reply", post=post, needs_reply=needs, sentiment=sentiment)
    assert found.fired is fired


def test_a_source_that_is_answered_by_mail_is_private(made):
    source = Source(name="forum", kind="feed", medium="email")
    mention = made.post(kind="feed")
    for rule in build_rules(made.settings(sources=(source,))):
        found = rule.decide(mention, made.reading(mention, needs_reply=False))
        assert found.fired is (rule.name == "needs_reply")


def test_a_wrong_medium_in_the_settings_is_told(made):
    source = Source(name="forum", kind="feed", medium="pigeon")
    with pytest.raises(SettingsError, match=r"forum.*pigeon.*known: comment"):
        build_rules(made.settings(sources=(source,)))


@pytest.mark.parametrize("off", ["risk", "reach", "needs_reply"])
def test_each_rule_can_be_turned_off(made, off):
    names = [rule.name for rule in build_rules(made.settings(rules=Rules(**{off: False})))]
    assert off not in names
    assert len(names) == 2


def test_reasons_hold_no_text_of_the_post(made):
    mention = made.post(text="canary-text", handle="canary-author", followers=5000)
    read = made.reading(mention, risks=("churn",), sentiment="negative")
    for rule in build_rules(made.settings()):
        assert "canary" not in rule.decide(mention, read).reason
