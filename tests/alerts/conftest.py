# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ascolto.store.sqlite import SqliteStore


def _load(path: Path) -> ModuleType:
    name = f"ascolto_tests_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def made() -> Any:
    """The module of made-up records."""
    return _load(_HERE / "made.py")


@pytest.fixture(scope="session")
def fake() -> Any:
    """The module of the strict receiver."""
    return _load(_HERE.parent / "fakes" / "mini_receiver.py")


@pytest.fixture
def receiver(fake: Any, made: Any) -> Iterator[Callable[..., Any]]:
    """Starts strict receivers, and stops them with a look at their faults."""
    started: list[Any] = []

    def start(*answers: Any, always: Any = None) -> Any:
        started.append(fake.MiniReceiver(made.SECRET, *answers, always=always))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def clock(made: Any) -> Any:
    return made.Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Any) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "store.db", clock)
    yield opened
    opened.close()
