# SPDX-License-Identifier: Apache-2.0
"""The page of the sources: how each place that posts come from is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from api.console.clock import in_words
from api.console.page import Pages
from api.console.route import Reader
from api.services import Services
from ascolto.settings import Source
from ascolto.store.records import SourceState

_LATE_AFTER = 3
"""How many intervals without a success make a source late."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source in one line. ``kind`` is None for what is pushed or imported."""

    name: str
    kind: str | None
    state: SourceState
    health: str
    mood: Literal["good", "bad", "still"]
    error: str | None
    since_success: str | None


def source_line(state: SourceState, configured: Source | None, now: datetime) -> SourceLine:
    """How a source is doing, in words."""
    lag = now - state.last_success if state.last_success else None
    health, mood = _health(state, configured, lag)
    return SourceLine(
        name=state.source,
        kind=configured.kind if configured else None,
        state=state,
        health=health,
        mood=mood,
        error=state.last_error if state.failures else None,
        since_success=in_words(lag) if lag is not None else None,
    )


def _health(
    state: SourceState, configured: Source | None, lag: timedelta | None
) -> tuple[str, Literal["good", "bad", "still"]]:
    if state.paused:
        return "Paused", "still"
    if configured is None:
        return "Receiving", "good"
    if state.failures:
        return f"Failing ({state.failures} in a row)", "bad"
    if lag is None:
        return "Not collected yet", "still"
    if lag > configured.every * _LATE_AFTER:
        return "Late", "bad"
    return "Collecting", "good"


class SourcesPage:
    """The route ``/sources``."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        """Add the route."""
        router.add_api_route("/sources", self.page, methods=["GET"])

    def page(self, person: Reader) -> Response:
        """Every source of the settings, and every other that ever delivered."""
        store, now = self._services.store, self._services.now()
        configured = {source.name: source for source in self._services.settings.sources}
        states = {state.source: state for state in store.sources.states()}
        lines = [
            source_line(states.get(name) or store.sources.state(name), configured.get(name), now)
            for name in sorted({*configured, *states})
        ]
        return self._pages.show("sources.html", sources=lines, person=person, here="sources")
