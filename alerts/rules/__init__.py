# SPDX-License-Identifier: Apache-2.0
"""The rules that decide about one mention, and how others add theirs.

A rule of another package is named under the entry-point group `ascolto.rules`
as a callable that takes the `Settings` and returns a `Rule`, or None when the
settings turn it off. The rules here use the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from alerts.rule import Rule
from alerts.rules.needs_reply import NeedsReplyRule
from alerts.rules.reach import ReachRule
from alerts.rules.risk import RiskRule
from ascolto.errors import SettingsError
from ascolto.settings import Settings

RuleBuilder = Callable[[Settings], Rule | None]

BUILT_IN: tuple[RuleBuilder, ...] = (RiskRule.build, ReachRule.build, NeedsReplyRule.build)
GROUP = "ascolto.rules"


def build_rules(settings: Settings) -> tuple[Rule, ...]:
    """Every rule that the settings leave on, built-in ones first.

    Raises SettingsError when two rules have one name.
    """
    builders = (*BUILT_IN, *(point.load() for point in entry_points(group=GROUP)))
    rules = tuple(rule for build in builders if (rule := build(settings)) is not None)
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"two rules are named {name!r}; remove one of the packages")
    return rules
