# SPDX-License-Identifier: Apache-2.0
"""What can be chosen in the filter of the queue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from api.console.words import word
from ascolto.model import CaseState, Channel, Level
from ascolto.settings import Settings

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Value and words of every option, per field. A field of one option is not worth showing."""

    state: Options
    level: Options
    channel: Options
    brand: Options
    unit: Options

    @classmethod
    def of(cls, settings: Settings) -> Choices:
        """The options that make sense with these settings."""
        brands = [brand.name for brand in settings.brands if brand.own]
        units = [unit.name for unit in settings.units]
        return cls(
            state=(
                ("open", "Open"),
                ("mine", "Mine"),
                *_labels(CaseState),
                ("all", "All states"),
            ),
            level=(("", "Any priority"), *reversed(_labels(Level))),
            channel=(("", "Any channel"), *_labels(Channel)),
            brand=_names("Any brand", brands),
            unit=_names("Any unit", units),
        )


def _labels(kind: Iterable[Enum]) -> Options:
    return tuple((label.value, word(label)) for label in kind)


def _names(anything: str, names: list[str]) -> Options:
    return (("", anything), *((name, name) for name in names)) if len(names) > 1 else ()
