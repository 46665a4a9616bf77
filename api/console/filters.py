# SPDX-License-Identifier: Apache-2.0
"""The filter of the queue, as it stands in the address line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar
from urllib.parse import urlencode

from ascolto.model import Case, CaseState, Channel, Level
from ascolto.store.records import CaseFilter

Label = TypeVar("Label", bound=Enum)

OPEN: Final = (CaseState.new, CaseState.claimed, CaseState.answered, CaseState.waiting)

STATES: Final[Mapping[str, tuple[CaseState, ...]]] = {
    "open": OPEN,
    "mine": OPEN,
    **{state.value: (state,) for state in CaseState},
    "all": (),
}
"""What may stand behind ``state=``: a state, or one of three names for several."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases are shown, to whom. ``ignored`` names what could not be understood."""

    agent: str
    state: str = "open"
    level: Level | None = None
    channel: Channel | None = None
    brand: str | None = None
    unit: str | None = None
    ignored: tuple[str, ...] = ()

    @property
    def where(self) -> CaseFilter:
        """The same conditions for the store."""
        return CaseFilter(
            states=STATES[self.state],
            level=self.level,
            channel=self.channel,
            brand=self.brand,
            unit=self.unit,
            claimed_by=self.agent if self.state == "mine" else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but the open queue is asked for."""
        return bool(self.query())

    def holds(self, case: Case) -> bool:
        """Whether a case belongs into this queue."""
        where = self.where
        wanted = (
            (where.level, case.priority.level),
            (where.channel, case.channel),
            (where.brand, case.brand),
            (where.unit, case.unit),
            (where.claimed_by, case.claimed_by),
        )
        in_state = not where.states or case.state in where.states
        return in_state and all(asked is None or asked == has for asked, has in wanted)

    def query(self, **more: str | None) -> str:
        """The filter as the query of a URL, with further parameters; empty for the open queue."""
        asked = {
            "state": None if self.state == "open" else self.state,
            "level": self.level,
            "channel": self.channel,
            "brand": self.brand,
            "unit": self.unit,
            **more,
        }
        return urlencode({name: value for name, value in asked.items() if value})

    def path(self, **more: str | None) -> str:
        """The address of the queue with this filter."""
        query = self.query(**more)
        return f"/triage?{query}" if query else "/triage"


def read_filter(query: Mapping[str, str], agent: str) -> QueueFilter:
    """The filter in a URL's query. What is unknown is left out and named."""
    ignored: list[str] = []

    def label(name: str, kind: type[Label]) -> Label | None:
        written = query.get(name)
        if not written:
            return None
        try:
            return kind(written)
        except ValueError:
            ignored.append(name)
            return None

    state = query.get("state") or "open"
    if state not in STATES:
        ignored.append("state")
        state = "open"
    return QueueFilter(
        agent=agent,
        state=state,
        level=label("level", Level),
        channel=label("channel", Channel),
        brand=query.get("brand") or None,
        unit=query.get("unit") or None,
        ignored=tuple(ignored),
    )
