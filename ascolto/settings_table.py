# SPDX-License-Identifier: Apache-2.0
"""The settings as a page for people: `python -m ascolto.settings_table > docs/settings.md`."""

from __future__ import annotations

import sys
from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ascolto.model import SourcePolicy
from ascolto.settings import Settings, Table

_HEAD = """# Settings

One YAML file, `ascolto.yaml`; `ascolto init` writes one with comments. Unknown
keys are refused, and every error names its line. Durations are a number and
`ms`, `s`, `m`, `h` or `d`: `15m`. Secrets are written `${NAME}` (environment
variable) or `file:PATH` (first line of a file) and print as `<secret>`.

This page is generated from `ascolto/settings.py`; a test says so when it is old.
"""


def page() -> str:
    """The page in Markdown."""
    parts = [_HEAD]
    for title, model in _tables():
        rows = [
            f"| `{name}` | {_default(field)} | {field.description or ''} |"
            for name, field in model.model_fields.items()
        ]
        summary = (model.__doc__ or "").strip().splitlines()[0]
        head = "| key | default | what |\n|---|---|---|"
        parts.append(f"## {title}\n\n{summary}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _tables() -> list[tuple[str, type[BaseModel]]]:
    tables: list[tuple[str, type[BaseModel]]] = [("The file", Settings)]
    for name, field in Settings.model_fields.items():
        inner = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for candidate in inner:
            if isinstance(candidate, type) and issubclass(candidate, Table):
                tables.append((f"`{name}`", candidate))
    return tables


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "must be given"
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, timedelta):
        return f"`{_duration(value)}`"
    if isinstance(value, StrEnum):
        return f"`{value.value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, BaseModel | SourcePolicy):
        return "see below" if isinstance(value, Table) else "all allowed"
    if isinstance(value, tuple):
        return ", ".join(
            f"`{item.name}`" if isinstance(item, Table) and hasattr(item, "name") else f"`{item}`"
            for item in value
        )
    return f"`{value}`"


def _duration(value: timedelta) -> str:
    seconds = value.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


if __name__ == "__main__":
    sys.stdout.write(page())
