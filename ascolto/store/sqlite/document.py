# SPDX-License-Identifier: Apache-2.0
"""How a record is written into a column."""

from __future__ import annotations

from ascolto.model import Record


def pack(record: Record) -> str:
    """The record as JSON without its default values, which are a third of a typical mention."""
    return record.model_dump_json(exclude_defaults=True)
