# SPDX-License-Identifier: Apache-2.0
"""The stores that the suite is run on. A new kind is one function and one line in `KINDS`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ascolto.store.protocol import Store
from ascolto.store.sqlite import SqliteStore

Open = Callable[[Path, Any], Store]


def _sqlite(place: Path, clock: Any) -> Store:
    return SqliteStore(place, clock)


KINDS: dict[str, Open] = {"sqlite": _sqlite}
"""Opens the store at a place, making it if it is not there; a backup lies at such a place too."""


class Tried:
    """A store under test: its parts, and what only a test does to it."""

    def __init__(self, kind: Open, place: Path, clock: Any) -> None:
        self._kind, self._place = kind, place
        self.clock = clock
        self._opened = [kind(place, clock)]

    def __getattr__(self, part: str) -> Any:
        return getattr(self._opened[-1], part)

    def second(self, place: Path | None = None) -> Store:
        """Another store object over the same data, or over a backup."""
        opened = self._kind(place or self._place, self.clock)
        self._opened.insert(0, opened)
        return opened

    def reopen(self) -> None:
        """Close the store and open the same data again."""
        self._opened[-1].close()
        self._opened.append(self._kind(self._place, self.clock))

    def abandon(self) -> None:
        """Open the same data again without closing, as after a crash."""
        self._opened.append(self._kind(self._place, self.clock))

    def close_all(self) -> None:
        """Close whatever was opened."""
        for opened in self._opened:
            opened.close()


def _load(name: str) -> ModuleType:
    place = Path(__file__).with_name(f"{name}.py")
    full_name = f"ascolto_contract_{name}"
    spec = importlib.util.spec_from_file_location(full_name, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def beside() -> Callable[[str], ModuleType]:
    """Loads a module that lies beside this file."""
    return _load


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The module `samples`."""
    return _load("samples")


@pytest.fixture(params=KINDS)
def new_store(
    request: pytest.FixtureRequest, tmp_path: Path, samples: ModuleType
) -> Iterator[Callable[[], Tried]]:
    """Makes empty stores of one kind, each with a clock of its own."""
    made: list[Tried] = []

    def make() -> Tried:
        place = tmp_path / f"store-{len(made)}.db"
        made.append(Tried(KINDS[request.param], place, samples.SteppedClock()))
        return made[-1]

    yield make
    for store in made:
        store.close_all()


@pytest.fixture
def store(new_store: Callable[[], Tried]) -> Tried:
    """One empty store."""
    return new_store()
