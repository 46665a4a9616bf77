# SPDX-License-Identifier: Apache-2.0
"""Somebody waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from alerts.media import media_by_source
from ascolto.model import Medium, Mention, Reading, RuleDecision
from ascolto.platforms.abilities import written_in_private
from ascolto.settings import Settings


class NeedsReplyRule:
    """Fires on every post that needs an answer and on every private message.

    The sentiment does not matter: a friendly question waits like an angry one.
    """

    name: ClassVar[str] = "needs_reply"
    version: ClassVar[str] = "1"

    def __init__(self, media: Mapping[str, Medium]) -> None:
        self._media = media

    @classmethod
    def build(cls, settings: Settings) -> NeedsReplyRule | None:
        """The rule, or None when it is turned off."""
        return cls(media_by_source(settings)) if settings.rules.needs_reply else None

    def decide(self, mention: Mention, reading: Reading) -> RuleDecision:
        """See `Rule.decide`."""
        needs = reading.needs_reply
        fired = True
        if written_in_private(mention, self._media.get(mention.source)):
            reason = "somebody wrote in private"
        elif needs.value:
            reason = f"the author would miss an answer ({needs.probability:.2f})"
        else:
            fired = False
            reason = f"nobody would miss an answer (needed: {needs.probability:.2f})"
        return RuleDecision(rule=self.name, version=self.version, fired=fired, reason=reason)
