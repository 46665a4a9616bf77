# SPDX-License-Identifier: Apache-2.0
"""Accuracy, F1 and kappa of lists of labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

Label = TypeVar("Label", bound=Hashable)


def accuracy(gold: Sequence[object], said: Sequence[object]) -> float:
    """The share of equal pairs; 0 for none."""
    return sum(map(_equal, gold, said)) / len(gold) if gold else 0.0


def f1(gold: Iterable[bool], said: Iterable[bool]) -> float:
    """The harmonic mean of precision and recall; 0 where nothing was found rightly."""
    pairs = Counter(zip(gold, said, strict=True))
    right = pairs[True, True]
    return 2 * right / (2 * right + pairs[True, False] + pairs[False, True]) if right else 0.0


def f1_per_label(gold: Sequence[Label], said: Sequence[Label]) -> dict[Label, float]:
    """The F1 of each label that occurs in ``gold``, the commonest first."""
    return {
        label: f1([each == label for each in gold], [each == label for each in said])
        for label, _ in Counter(gold).most_common()
    }


def mean(values: Iterable[float]) -> float:
    """0 for none."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def commonest(labels: Sequence[Label]) -> Label:
    """The label that occurs most often; of equals, the first."""
    return Counter(labels).most_common(1)[0][0]


def quadratic_kappa(gold: Sequence[int], said: Sequence[int]) -> float:
    """Cohen's kappa with squared distances as weights; 0 where chance explains all."""
    seen = mean((one - other) ** 2 for one, other in zip(gold, said, strict=True))
    by_chance = mean((one - other) ** 2 for one in gold for other in said)
    return 1 - seen / by_chance if by_chance else 0.0


def _equal(one: object, other: object) -> bool:
    return one == other
