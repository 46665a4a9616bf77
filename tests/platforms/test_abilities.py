# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ascolto.model import Medium, Mention
from ascolto.platforms.abilities import (
    BY_KIND,
    BY_MEDIUM,
    Abilities,
    abilities_of,
    written_in_private,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def mention(kind="push", source="here", **fields):
    return Mention(kind=kind, source=source, published_at=NOON, collected_at=NOON, **fields)


@pytest.mark.parametrize("medium", Medium)
def test_every_medium_is_described(medium):
    assert medium in BY_MEDIUM


@pytest.mark.parametrize("able", [*BY_KIND.values(), *BY_MEDIUM.values()])
def test_a_private_way_is_named_where_there_is_one(able):
    assert (able.private == "no") == (not able.media)


@pytest.mark.parametrize(
    ("given", "public", "media"),
    [
        (mention("feed"), "by_hand", ()),
        (mention("push"), "by_hand", ()),
        (mention("file"), "by_hand", ()),
        (mention("unheard-of"), "by_hand", ()),
        (mention("mastodon"), "api", (Medium.direct_message,)),
        (mention("push", "mastodon"), "api", (Medium.direct_message,)),
        (mention("push", "GooglePlay"), "api", ()),
        (mention("feed", "email"), "by_hand", ()),
        (mention("push", medium=Medium.email), "no", (Medium.email,)),
        (mention("push", medium=Medium.whatsapp), "no", (Medium.whatsapp,)),
        (mention("push", medium=Medium.comment), "api", ()),
        (mention("mastodon", medium=Medium.comment), "api", (Medium.direct_message,)),
        (mention("mastodon", medium=Medium.direct_message), "no", (Medium.direct_message,)),
        (mention("push", private=True), "no", (Medium.by_hand,)),
        (mention("mastodon", private=True), "no", (Medium.direct_message,)),
        (mention("push", private=True, medium=Medium.comment), "no", (Medium.by_hand,)),
        (mention("push", private=True, medium=Medium.chat), "no", (Medium.chat,)),
    ],
)
def test_what_can_be_reached(given, public, media):
    able = abilities_of(given)
    assert (able.public, able.media) == (public, media)


def test_the_settings_speak_where_the_post_does_not():
    assert abilities_of(mention("feed"), Medium.email).public == "no"
    assert abilities_of(mention(medium=Medium.comment), Medium.email).public == "api"


@pytest.mark.parametrize(
    ("given", "private"),
    [
        (mention(), False),
        (mention(private=True), True),
        (mention(medium=Medium.email), True),
        (mention(kind="whatsapp"), True),
        (mention(kind="mastodon"), False),
    ],
)
def test_written_in_private(given, private):
    assert written_in_private(given) is private


def test_length_is_counted_in_its_unit():
    letters = Abilities(public="api", private="no", limit=4)
    octets = Abilities(public="api", private="no", limit=4, unit="bytes")
    assert letters.fits("ягод")
    assert not letters.fits("ягода")
    assert octets.fits("яг")
    assert not octets.fits("яго")
