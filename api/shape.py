# SPDX-License-Identifier: Apache-2.0
"""The forms of answers: lists, and nouns with something beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import create_model

from ascolto.model import Record
from ascolto.store.records import Total

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="The most items of one page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=2000, description="`next_cursor` of the page before; it survives restarts."),
]


class Page(Record, Generic[Item]):
    """A part of a list. ``next_cursor`` is None at its end."""

    items: tuple[Item, ...]
    next_cursor: str | None = None
    total: Total


def whole(items: Iterable[Item]) -> Page[Item]:
    """A list that is short enough for one page."""
    listed = tuple(items)
    return Page(items=listed, total=Total(value=len(listed)))


def shape(
    name: str, noun: type[Record], *, without: tuple[str, ...] = (), **more: Any
) -> type[Record]:
    """A documented form: the fields of a noun, less some, and more.

    Only the ``id`` is promised, because ``fields`` may leave out the others.
    """
    kept = {
        field: (info.annotation, info)
        for field, info in noun.model_fields.items()
        if field not in without
    }
    made = create_model(name, __base__=Record, __doc__=noun.__doc__, **{**kept, **more})
    made.model_config["json_schema_extra"] = _only_the_id
    made.model_rebuild(force=True)
    return made


def _only_the_id(schema: dict[str, Any]) -> None:
    schema["required"] = ["id"]
