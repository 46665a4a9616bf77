# SPDX-License-Identifier: Apache-2.0
"""Points to probabilities, in ten-thousandths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

Label = TypeVar("Label")

_LEAST = 0.0001


def logistic(points: float) -> float:
    """Nought points are one half; never quite 0 or 1."""
    probability = 1.0 / (1.0 + math.exp(-points)) if points > -50 else 0.0
    return round(min(max(probability, _LEAST), 1 - _LEAST), 4)


def softmax(points: Mapping[Label, float]) -> dict[Label, float]:
    """Probabilities that add up to one."""
    highest = max(points.values())
    powers = {label: math.exp(each - highest) for label, each in points.items()}
    total = sum(powers.values())
    rounded = {label: round(power / total, 4) for label, power in powers.items()}
    likeliest = max(rounded, key=lambda each: powers[each])
    rest = sum(value for label, value in rounded.items() if label != likeliest)
    return rounded | {likeliest: round(1.0 - rest, 4)}
