# SPDX-License-Identifier: Apache-2.0
"""What the API and the console need of the rest; the composition root fills it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ascolto.model import ModelId
from ascolto.settings import Settings
from ascolto.store.protocol import Store
from ascolto.store.records import Batch, Ingested


class Receive(Protocol):
    """Takes posts in: brand, language and identity are worked out, then one commit."""

    def __call__(self, source: str, batch: Batch, *, keep_all: bool) -> Ingested:
        """Store a batch of a source.

        ``keep_all`` keeps posts that name no brand (somebody pushed them on
        purpose) and gives them the first own brand. Raises StoreFull, StoreBusy.
        """


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service can do its work: problems stop it, warnings do not."""

    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether requests should be sent here."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a route may use."""

    settings: Settings
    store: Store
    receive: Receive
    model: ModelId
    now: Callable[[], datetime]
    health: Callable[[], Health]
    collect_soon: Callable[[str], None]
