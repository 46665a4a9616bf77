# SPDX-License-Identifier: Apache-2.0
"""Figures for Prometheus, one registry per application."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from ascolto.store.protocol import Stage, Store

_STAGES: tuple[Stage, ...] = ("read", "judge")
_OUTCOMES = ("created", "updated", "duplicate", "filtered", "rejected")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one application; those of the store are read when asked for."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(StoreFigures(store))
        self._seconds = Histogram(
            "ascolto_request_seconds",
            "Time from a request to the end of its answer, by route.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def requested(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answered request; a path that no route has counts as ``none``."""
        route = getattr(scope.get("route"), "path_format", "none")
        self._seconds.labels(_method(scope), route, str(status)).observe(seconds)


class StoreFigures(Collector):
    """What waits and what came in, as the store has it now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Nothing, so that registering does not read the store."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures of now. Raises StoreBusy."""
        backlog = GaugeMetricFamily(
            "ascolto_backlog", "Mentions that wait for a stage.", labels=("stage",)
        )
        for stage in _STAGES:
            backlog.add_metric((stage,), self._store.work.backlog(stage))
        yield backlog
        yield GaugeMetricFamily(
            "ascolto_outbox_waiting",
            "Deliveries neither sent nor given up.",
            value=self._store.outbox.waiting(),
        )
        items = CounterMetricFamily(
            "ascolto_items", "Items fetched or pushed, by outcome.", labels=("source", "outcome")
        )
        for account in self._store.accounting():
            for outcome in _OUTCOMES:
                items.add_metric((account.source, outcome), getattr(account, outcome))
        yield items


def _method(scope: Scope) -> str:
    """A method of HTTP; an invented one must not become a label."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "other"
