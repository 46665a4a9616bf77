# SPDX-License-Identifier: Apache-2.0
"""A negative post by somebody whom many follow."""

from __future__ import annotations

from typing import ClassVar

from ascolto.model import Mention, Reading, RuleDecision, Sentiment
from ascolto.settings import Settings


class ReachRule:
    """Fires on a negative post whose author has at least so many followers."""

    name: ClassVar[str] = "reach"
    version: ClassVar[str] = "1"

    def __init__(self, followers: int) -> None:
        self._enough = followers

    @classmethod
    def build(cls, settings: Settings) -> ReachRule | None:
        """The rule as set, or None when it is turned off."""
        return cls(settings.rules.reach_followers) if settings.rules.reach else None

    def decide(self, mention: Mention, reading: Reading) -> RuleDecision:
        """See `Rule.decide`."""
        fired, reason = self._judge(reading.sentiment.label, mention.author.followers)
        return RuleDecision(rule=self.name, version=self.version, fired=fired, reason=reason)

    def _judge(self, sentiment: Sentiment | None, followers: int | None) -> tuple[bool, str]:
        if sentiment is not Sentiment.negative:
            return False, f"the post is {sentiment or 'unscored'}, not negative"
        if followers is None:
            return False, "negative, but the source does not tell how many follow the author"
        if followers < self._enough:
            return False, f"negative, but {followers} followers are fewer than {self._enough}"
        return True, f"negative, and {followers} follow the author; {self._enough} are enough"
