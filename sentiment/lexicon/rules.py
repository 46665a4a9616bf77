# SPDX-License-Identifier: Apache-2.0
"""The rules of ``rules.toml``: conditions over facts, each worth some points."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from importlib import resources
from operator import or_
from typing import Any

from sentiment.lexicon.concepts import CONCEPTS
from sentiment.lexicon.facts import FACTS

_BITS = {name: 1 << place for place, name in enumerate(sorted(CONCEPTS | FACTS))}


def as_bits(facts: Iterable[str]) -> int:
    """A set of facts as one number: two hundred rules are asked of every post."""
    bits = 0
    for fact in facts:
        bits |= _BITS[fact]
    return bits


@dataclass(frozen=True, slots=True)
class Rule:
    """Points for a state of affairs: one fact of each group, and none of the barred."""

    groups: tuple[int, ...]
    barred: int
    points: float

    def holds(self, facts: int) -> bool:
        if self.barred & facts:
            return False
        for group in self.groups:  # noqa: SIM110  # the hottest line; all() takes twice as long
            if not group & facts:
                return False
        return True


@dataclass(frozen=True)
class Score:
    """All rules that speak for or against one answer."""

    base: float
    rules: tuple[Rule, ...]

    def of(self, facts: int) -> float:
        """The points of the rules that hold, added up."""
        points = self.base
        for rule in self.rules:
            if rule.holds(facts):
                points += rule.points
        return points

    def reasons(self, facts: int) -> frozenset[str]:
        """The facts that speak for the answer."""
        speaking = 0
        for rule in self.rules:
            if rule.points > 0 and rule.holds(facts):
                speaking |= reduce(or_, rule.groups, 0)
        return frozenset(name for name, bit in _BITS.items() if bit & speaking & facts)


@dataclass(frozen=True)
class Rules:
    """The scores of each answer to each question."""

    risks: Mapping[str, Score]
    intent: Mapping[str, Score]
    urgency: Mapping[str, Score]
    needs_reply: Score


@cache
def load_rules() -> Rules:
    """Reads the package's file. Raises ValueError for a name that no term or fact has."""
    table = tomllib.loads((resources.files(__package__) / "rules.toml").read_text("utf-8"))
    return Rules(
        risks={label: _score(rules) for label, rules in table["risks"].items()},
        intent={label: _score(rules) for label, rules in table["intent"].items()},
        urgency={label: _score(rules) for label, rules in table["urgency"].items()},
        needs_reply=_score(table["needs_reply"]),
    )


def _score(table: Mapping[str, Any]) -> Score:
    rules = (_rule(written, points) for written, points in table.items() if written != "base")
    return Score(base=table["base"], rules=tuple(rules))


def _rule(written: str, points: float) -> Rule:
    groups: list[int] = []
    barred = 0
    for part in written.split():
        names = frozenset(part.removeprefix("-").split("|"))
        unknown = names - CONCEPTS - FACTS
        if unknown:
            raise ValueError(f"rules.toml: {written!r} names {sorted(unknown)}, which nothing is")
        if part.startswith("-"):
            barred |= as_bits(names)
        else:
            groups.append(as_bits(names))
    return Rule(tuple(groups), barred, points)
