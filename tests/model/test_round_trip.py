# SPDX-License-Identifier: Apache-2.0
"""Every record survives JSON, is frozen, refuses unknown fields, and keeps time in UTC."""

import inspect
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import ascolto.model
import ascolto.store.records
from ascolto.model import Draft, Event, Record

RECORDS = sorted(
    {
        found
        for module in (ascolto.model, ascolto.store.records)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Record) and found is not Record
    },
    key=lambda model: model.__name__,
)
QUICK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
each_record = pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)


def test_the_records_are_found():
    assert {"Mention", "Reading", "Alert", "Case", "Outgoing", "StreamEvent"} <= {
        model.__name__ for model in RECORDS
    }


@each_record
def test_a_record_survives_json(model, any_record):
    @QUICK
    @given(any_record(model))
    def check(record):
        assert model.model_validate_json(record.model_dump_json()) == record
        assert model.model_validate(record.model_dump(mode="json")) == record
        assert hash(record.model_dump_json()) == hash(record.model_copy().model_dump_json())

    check()


@each_record
def test_a_record_is_frozen_and_refuses_unknown_fields(model, any_record):
    @settings(QUICK, max_examples=1)
    @given(any_record(model))
    def check(record):
        name = next(iter(model.model_fields))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, getattr(record, name))
        with pytest.raises(ValidationError, match="surprise"):
            model.model_validate({**record.model_dump(), "surprise": 1})

    check()


def test_any_zone_comes_out_as_utc(any_moment):
    @settings(QUICK, max_examples=200)
    @given(any_moment)
    def check(moment):
        event = Event(at=moment, actor="a", action="b")
        assert event.at == moment
        assert event.at.tzinfo is UTC
        assert Event.model_validate_json(event.model_dump_json()).at == moment

    check()


@pytest.mark.parametrize(
    "wrong",
    [
        datetime(2026, 3, 1),
        "2026-03-01T12:00:00",
        "2026-03-01",
        "2026-03-01T12:00:00+25:00",
        "2026-02-30T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "yesterday",
        None,
    ],
    ids=str,
)
def test_a_time_that_is_none_is_refused(wrong):
    with pytest.raises(ValidationError):
        Event(at=wrong, actor="a", action="b")


def test_a_draft_has_a_text_or_a_reason_exactly_one():
    text = st.none() | st.text(max_size=5)

    @settings(QUICK, max_examples=200)
    @given(text, text, text)
    def check(public, private, reason):
        whole = (public is not None or private is not None) != (reason is not None)
        if whole:
            draft = Draft(public=public, private=private, none_because=reason)
            assert draft.none_because == reason
            return
        with pytest.raises(ValidationError, match="exactly one"):
            Draft(public=public, private=private, none_because=reason)

    check()


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"], ids=ascii)
def test_half_a_character_is_refused(text):
    with pytest.raises(ValidationError):
        Event(at=datetime(2026, 3, 1, tzinfo=UTC), actor=text, action="b")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -0.1, 1.1])
def test_a_probability_lies_between_0_and_1(number):
    with pytest.raises(ValidationError):
        ascolto.model.Language(code="en", confidence=number)
