# SPDX-License-Identifier: Apache-2.0
"""Whose matter a mention is: one of our brands, or only a competitor's."""

from __future__ import annotations

from ascolto.model import Mention
from ascolto.settings import Brand, Settings


def competitor_of(settings: Settings, mention: Mention) -> str | None:
    """The competitor a mention is about, if it names no brand of ours; else None.

    A post without a brand, or with one that the settings no longer know, is ours:
    a doubt leads to a look, not to silence.
    """
    competitors = {brand.name for brand in settings.brands if not brand.own}
    named = [match.brand for match in mention.brands]
    if named and all(name in competitors for name in named):
        return named[0]
    return None


def answering_brand(settings: Settings, mention: Mention) -> Brand:
    """The brand that answers: the first of ours that the mention names, else our first."""
    ours = {brand.name: brand for brand in settings.brands if brand.own}
    for match in mention.brands:
        if match.brand in ours:
            return ours[match.brand]
    return next(iter(ours.values()), settings.brands[0])
