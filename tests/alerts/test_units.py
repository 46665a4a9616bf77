# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from alerts.channel import decide
from alerts.matter import matter_of
from alerts.units import unit_for
from ascolto.platforms.abilities import abilities_of
from ascolto.settings import Unit

UNITS = (
    Unit(name="care"),
    Unit(name="lawyers", receives=("legal",)),
    Unit(name="media", receives=("press", "human_only")),
    Unit(name="guard", receives=("security", "safety")),
)


def unit(made, units, **read):
    mention = made.post()
    reading = made.reading(mention, **read)
    matter = matter_of(mention, reading, abilities_of(mention), threshold=0.5, competitor=None)
    return unit_for(made.settings(units=units), matter, decide(matter))


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ({}, "care"),
        ({"risks": ("complaint",)}, "care"),
        ({"risks": ("legal_regulator",)}, "lawyers"),
        ({"risks": ("press_reputation",)}, "media"),
        ({"intent": "press_inquiry"}, "media"),
        ({"risks": ("fraud_security",)}, "guard"),
        ({"intent": "report_fraud"}, "guard"),
        ({"risks": ("safety",)}, "guard"),
        ({"risks": ("hate_abuse",), "sentiment": "negative"}, "media"),
        ({"risks": ("legal_regulator", "fraud_security")}, "lawyers"),
        ({"risks": ("legal_regulator", "safety")}, "guard"),
    ],
)
def test_the_unit_that_names_the_matter_gets_it(made, read, name):
    assert unit(made, UNITS, **read) == name


def test_without_such_a_unit_it_goes_to_the_first_that_takes_all(made):
    units = (Unit(name="lawyers", receives=("legal",)), Unit(name="a"), Unit(name="b"))
    assert unit(made, units, risks=("safety",)) == "a"
