# SPDX-License-Identifier: Apache-2.0
"""Strict upstreams for tests of the door."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest

FAKES = Path(__file__).parents[1] / "fakes"


@pytest.fixture(scope="session")
def fakes() -> ModuleType:
    name = "ascolto_fakes_mini_source"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FAKES / "mini_source.py")
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def mini_source(fakes: ModuleType) -> Iterator[Callable]:
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(fakes.MiniSource(**options))
