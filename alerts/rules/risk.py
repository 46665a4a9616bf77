# SPDX-License-Identifier: Apache-2.0
"""A risk that is probable enough."""

from __future__ import annotations

from typing import ClassVar

from ascolto.model import Mention, Reading, RuleDecision
from ascolto.settings import Settings


class RiskRule:
    """Fires when a risk has at least the probability that the settings name."""

    name: ClassVar[str] = "risk"
    version: ClassVar[str] = "1"

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold

    @classmethod
    def build(cls, settings: Settings) -> RiskRule | None:
        """The rule as set, or None when it is turned off."""
        return cls(settings.rules.risk_probability) if settings.rules.risk else None

    def decide(self, mention: Mention, reading: Reading) -> RuleDecision:
        """See `Rule.decide`."""
        seen = sorted(reading.risks, key=lambda risk: -risk.probability)
        counted = [risk for risk in seen if risk.probability >= self._threshold]
        if counted:
            listed = ", ".join(f"{risk.label} {risk.probability:.2f}" for risk in counted)
            reason = f"{listed}; {self._threshold:.2f} is enough"
        elif seen:
            most = seen[0]
            reason = f"the likeliest risk, {most.label} {most.probability:.2f}, "
            reason += f"is below {self._threshold:.2f}"
        else:
            reason = "no risk was seen"
        return RuleDecision(
            rule=self.name, version=self.version, fired=bool(counted), reason=reason
        )
