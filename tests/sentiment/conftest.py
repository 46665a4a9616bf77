# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ascolto.model import Language, Mention, Reading
from ascolto.text.language import identify
from sentiment import load_analyzer
from sentiment.analyzer import Analyzer

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    return load_analyzer()


@pytest.fixture(scope="session")
def mention() -> Callable[..., Mention]:
    """A post as intake makes it; ``language`` as a code stands for a sure one."""

    def make(text: str, *, language: str | None = None, **fields: Any) -> Mention:
        known = identify(text) if language is None else Language(code=language, confidence=1)
        values = {"source": "s", "kind": "push", "native_id": "1", "language": known} | fields
        return Mention(text=text, published_at=NOON, collected_at=NOON, **values)

    return make


@pytest.fixture(scope="session")
def read(analyzer: Analyzer, mention: Callable[..., Mention]) -> Callable[..., Reading]:
    def read_one(text: str, **fields: Any) -> Reading:
        return analyzer.read([mention(text, **fields)])[0]

    return read_one


@pytest.fixture(scope="session")
def dev_posts() -> Path:
    return Path(__file__).with_name("dev_posts.jsonl")
