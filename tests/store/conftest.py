# SPDX-License-Identifier: Apache-2.0
"""A SQLite store, made-up records, and child processes that use one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ascolto.store.sqlite import SqliteStore

CONTRACT = Path(__file__).parents[1] / "contract"


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The made-up records of the contract suite."""
    spec = importlib.util.spec_from_file_location("store_samples", CONTRACT / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["store_samples"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the store lies."""
    return tmp_path / "store.db"


@pytest.fixture
def store(place: Path, samples: ModuleType) -> Iterator[SqliteStore]:
    """An empty store."""
    opened = SqliteStore(place, samples.SteppedClock())
    yield opened
    opened.close()


@pytest.fixture
def start(place: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a step of `child.py` on the store in a process of its own."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(step: str, *words: str, crash_at: str | None = None) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(CONTRACT)}
        environment.pop("ASCOLTO_CRASH_AT", None)
        if crash_at is not None:
            environment["ASCOLTO_CRASH_AT"] = crash_at
        child = Path(__file__).with_name("child.py")
        command = [sys.executable, str(child), str(place), step, *words]
        running.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()
