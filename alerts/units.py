# SPDX-License-Identifier: Apache-2.0
"""Which team gets a matter."""

from __future__ import annotations

from alerts.matter import Matter
from ascolto.model import Channel, Intent, Risk
from ascolto.settings import Settings


def unit_for(settings: Settings, matter: Matter, channel: Channel) -> str:
    """The name of the unit.

    A unit that names the matter goes before one that receives all; among
    several matters the gravest decides, and of its units the first.
    """
    for subject in _subjects(matter, channel):
        for unit in settings.units:
            if subject in unit.receives:
                return unit.name
    return default_unit(settings)


def default_unit(settings: Settings) -> str:
    """The first unit that receives all; the settings promise that there is one."""
    return next(unit.name for unit in settings.units if "all" in unit.receives)


def _subjects(matter: Matter, channel: Channel) -> list[str]:
    """What the post is about in words of the settings, gravest first."""
    found = {
        "safety": Risk.safety in matter.risks,
        "legal": Risk.legal_regulator in matter.risks,
        "press": Risk.press_reputation in matter.risks or matter.intent is Intent.press_inquiry,
        "security": Risk.fraud_security in matter.risks or matter.intent is Intent.report_fraud,
        "human_only": channel is Channel.human_only,
    }
    return [subject for subject, holds in found.items() if holds]
