# SPDX-License-Identifier: Apache-2.0
"""Log lines that cannot give anybody away.

A line is a fixed text of ours and fields from a closed list. A field that is
not on the list is not printed, and neither is an exception's message unless
the exception is one of ours: foreign messages quote what they choked on.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from ascolto.errors import AscoltoError

ALLOWED = frozenset(
    {
        "attempt",
        "count",
        "error_kind",
        "host",
        "outcome",
        "port",
        "receiver",
        "request_id",
        "route",
        "seconds",
        "source",
        "stage",
        "status",
        "wait",
    }
)
"""Fields that never hold a text of a post, a secret or a person."""

_OWN = ("ascolto", "crawlers", "sentiment", "alerts", "api")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class AllowedFields(logging.Formatter):
    """One JSON object a line: time, level, logger, message, allowed fields, error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg) if record.name.split(".")[0] in _OWN else "(foreign)",
        }
        line.update((name, getattr(record, name)) for name in ALLOWED if hasattr(record, name))
        if record.exc_info and record.exc_info[0] is not None and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _error(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    where = [
        f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})" for frame in frames
    ]
    said: dict[str, object] = {"kind": type(error).__name__, "where": where[-8:]}
    if isinstance(error, AscoltoError):
        said["message"] = str(error)
    return said


def set_up(level: str = "info") -> None:
    """Log to standard error; other people's libraries only from warnings upward."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowedFields())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())
    for name in ("scrapy", "twisted", "apscheduler", "uvicorn", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.ERROR)
