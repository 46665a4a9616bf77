# SPDX-License-Identifier: Apache-2.0
"""A log line gives nobody away."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from ascolto.errors import FetchFailed
from ascolto.log import ALLOWED, AllowedFields

CANARY = "canary-7f3a"


def line(name: str = "ascolto.x", message: str = "fixed text", **more: object) -> str:
    record = logging.LogRecord(name, logging.INFO, __file__, 1, message, (), None)
    for key, value in more.items():
        setattr(record, key, value)
    return AllowedFields().format(record)


def test_only_allowed_fields_are_printed() -> None:
    printed = json.loads(line(source="forum", text=CANARY, author=CANARY))
    assert printed["source"] == "forum"
    assert CANARY not in json.dumps(printed)
    assert "text" not in ALLOWED


def test_a_foreign_message_is_not_printed() -> None:
    assert CANARY not in line("urllib3", f"GET /{CANARY}")


@pytest.mark.parametrize("own", [False, True])
def test_an_exception_speaks_only_when_it_is_ours(own: bool) -> None:
    try:
        raise FetchFailed("the host does not answer") if own else ValueError(CANARY)
    except (FetchFailed, ValueError):
        printed = line(exc_info=sys.exc_info())
    assert CANARY not in printed
    assert ("the host does not answer" in printed) is own
    assert "test_an_exception_speaks" in printed
