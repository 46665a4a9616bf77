# SPDX-License-Identifier: Apache-2.0
"""The figures of an evaluation, and their table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ascolto.model import ModelId

OVERALL = "all"


@dataclass(frozen=True)
class Figures:
    """One field on one group of posts; the baseline always gives the commonest label.

    Of sets of labels (risks, personal data), ``accuracy`` is that of the whole
    set and ``macro_f1`` the mean over the labels that occur. ``details`` holds
    the F1 of each label, and for urgency the quadratic weighted ``kappa``.
    """

    posts: int
    accuracy: float
    macro_f1: float
    baseline_accuracy: float
    baseline_macro_f1: float
    details: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """Figures per group (``all`` and each language) and field."""

    model: ModelId
    groups: Mapping[str, Mapping[str, Figures]]


def table(report: Report, *, details: bool = True) -> str:
    """The report for people, figures in percent."""
    return "\n".join(_lines(report, details))


def _lines(report: Report, details: bool) -> Iterator[str]:
    yield f"{report.model.name} {report.model.version} ({report.model.sha256[:12]})"
    yield (
        f"{'':<5}{'field':<15}{'posts':>6}"
        f"{'accuracy':>10}{'(base)':>8}{'macro-F1':>10}{'(base)':>8}"
    )
    for group, fields in report.groups.items():
        for name, figures in fields.items():
            yield (
                f"{group:<5}{name:<15}{figures.posts:>6}"
                f"{_percent(figures.accuracy):>10}{_percent(figures.baseline_accuracy):>8}"
                f"{_percent(figures.macro_f1):>10}{_percent(figures.baseline_macro_f1):>8}"
            )
            if details and group == OVERALL and figures.details:
                yield "     " + ", ".join(
                    f"{label} {_percent(value)}" for label, value in figures.details.items()
                )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
