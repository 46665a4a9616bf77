# SPDX-License-Identifier: Apache-2.0
"""What every record of the domain is: immutable, checked, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the date lies outside the years 1 to 9999") from None


Moment = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""A point in time: always with a zone on the way in, always UTC inside."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Record(BaseModel):
    """Base of every record: immutable, unknown fields and unwritable texts refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="after")
    def _texts_can_be_written(self) -> Self:
        # A lone surrogate fits into a str and into no encoding: no store, answer or screen
        # could hold the record.
        for value in self.__dict__.values():
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str) and not text.isascii():
                    _refuse_lone_surrogates(text)
        return self


def _refuse_lone_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"a lone surrogate stands at {error.start}; clean the text") from None


def as_json(record: Record) -> dict[str, Any]:
    """The record as JSON-ready values."""
    return record.model_dump(mode="json")
