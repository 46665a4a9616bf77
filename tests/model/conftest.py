# SPDX-License-Identifier: Apache-2.0
"""A strategy for any record, read off its fields and their limits."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
import pytest
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from ascolto.model import Draft

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=OFFSETS)
TEXTS = st.text(max_size=20)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    type(None): st.none(),
    AwareDatetime: MOMENTS,
}


class Limits:
    """The limits that stand in a field's metadata."""

    def __init__(self, metadata: list[Any]) -> None:
        self.found: dict[str, Any] = {}
        for item in metadata:
            parts = list(item) if isinstance(item, annotated_types.GroupedMetadata) else [item]
            for part in (inner for outer in parts for inner in getattr(outer, "metadata", [outer])):
                for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
                    if getattr(part, name, None) is not None:
                        self.found[name] = getattr(part, name)

    def integers(self) -> st.SearchStrategy[int]:
        """Whole numbers within the limits."""
        low, high = self.found.get("ge"), self.found.get("lt")
        top = self.found.get("le") if high is None else high - 1
        return st.integers(low, top)

    def floats(self) -> st.SearchStrategy[float]:
        """Finite numbers within the limits."""
        low, high = self.found.get("ge"), self.found.get("le")
        return st.floats(low, high, allow_nan=False, allow_infinity=False)

    def texts(self) -> st.SearchStrategy[str]:
        """Texts within the limits."""
        if "pattern" in self.found:
            return st.from_regex(self.found["pattern"], fullmatch=True)
        return st.text(min_size=self.found.get("min_length", 0), max_size=20)


def values(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    """Any value that a field with this annotation takes."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return values(annotation.__origin__, [*annotation.__metadata__, *metadata])
    if origin in (Union, types.UnionType):
        return st.one_of([values(part, metadata) for part in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0], []), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(part, []) for part in arguments))
    if origin is dict:
        return st.dictionaries(values(arguments[0], []), values(arguments[1], []), max_size=3)
    if annotation in (int, float, str):
        limits = Limits(metadata)
        return {int: limits.integers, float: limits.floats, str: limits.texts}[annotation]()
    if annotation in PLAIN:
        return PLAIN[annotation]
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    return records(annotation)


def records(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Any record of a model."""
    if model is Draft:
        return _drafts()
    return st.fixed_dictionaries(_fields(model)).map(lambda fields: model(**fields))


def _fields(model: type[BaseModel]) -> dict[str, st.SearchStrategy[Any]]:
    return {
        field.alias or name: values(field.annotation, list(field.metadata))
        for name, field in model.model_fields.items()
    }


def _drafts() -> st.SearchStrategy[Any]:
    fields = _fields(Draft)
    text = {**fields, "public": TEXTS, "none_because": st.none()}
    none = {**fields, "public": st.none(), "private": st.none(), "none_because": TEXTS}
    chosen = st.one_of(st.fixed_dictionaries(text), st.fixed_dictionaries(none))
    return chosen.map(lambda given: Draft(**given))


@pytest.fixture(scope="session")
def any_record() -> Callable[[type[BaseModel]], st.SearchStrategy[Any]]:
    """The strategy for any record of a model."""
    return records


@pytest.fixture(scope="session")
def any_moment() -> st.SearchStrategy[datetime]:
    """Times of every zone; none is in UTC by itself."""
    return MOMENTS.filter(lambda moment: moment.tzinfo is not UTC)
