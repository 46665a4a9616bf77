# SPDX-License-Identifier: Apache-2.0
"""The seam behind which every per-mention rule stands."""

from __future__ import annotations

from typing import ClassVar, Protocol

from ascolto.model import Mention, Reading, RuleDecision


class Rule(Protocol):
    """Decides whether one read mention deserves somebody's attention."""

    name: ClassVar[str]
    version: ClassVar[str]

    def decide(self, mention: Mention, reading: Reading) -> RuleDecision:
        """The decision with its reason, also when the rule does not fire.

        Pure: the same input gives the same decision. The reason holds no
        personal data and no text of the post.
        """
