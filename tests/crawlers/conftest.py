# SPDX-License-Identifier: Apache-2.0
"""What tests of collecting share: strict upstreams, crawlers, recordings."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from ascolto.model import Mention
from ascolto.settings import Network
from ascolto.settings import Source as SourceSettings
from ascolto.store.records import Batch, Reject
from crawlers.engine import Crawler
from crawlers.registry import build_source

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def load_fake(name: str) -> ModuleType:
    full = f"ascolto_fakes_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, ROOT / "tests/fakes" / f"{name}.py")
        assert spec
        assert spec.loader
        sys.modules[full] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full])
    return sys.modules[full]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    return load_fake("mini_source")


@pytest.fixture
def mini_source(fakes: ModuleType) -> Iterator[Callable]:
    """Starts strict upstreams; what was unexpected fails the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(fakes.MiniSource(**options))


class Collected:
    """What a run committed, batch by batch, and on which threads."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.threads: set[str] = set()

    def commit(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.threads.add(threading.current_thread().name)

    @property
    def mentions(self) -> list[Mention]:
        return [mention for batch in self.batches for mention in batch.mentions]

    @property
    def rejects(self) -> list[Reject]:
        return [reject for batch in self.batches for reject in batch.rejects]

    @property
    def cursor(self) -> str | None:
        return next((b.cursor for b in reversed(self.batches) if b.cursor is not None), None)


@pytest.fixture
def collect() -> Iterator[Callable]:
    """Runs a feed through the real engine: ``collect(url, cursor=None, allow=(), **network)``."""
    with ExitStack() as stack:

        def run(
            url: str, cursor: str | None = None, *, allow: tuple[str, ...] = (), **network: object
        ) -> Collected:
            options = {"requests_per_minute_per_host": 6000, "allow": allow, **network}
            crawler = Crawler(Network(**options), "1.2.3", pause=timedelta(milliseconds=10))
            stack.callback(crawler.close, 15)
            source = build_source(SourceSettings(name="news", kind="feed", url=url))
            collected = Collected()
            crawler.run(source, cursor, collected.commit, lambda: NOW).result(60)
            return collected

        yield run


@pytest.fixture(scope="session")
def recorded() -> Path:
    folder = Path(os.environ.get("ASCOLTO_RECORDED") or ROOT.parent / "shared" / "recorded")
    if not folder.is_dir():
        pytest.skip(f"no recordings at {folder}; set ASCOLTO_RECORDED")
    return folder
