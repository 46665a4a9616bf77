# SPDX-License-Identifier: Apache-2.0
"""What holds for every script, style, template and word of the console."""

from __future__ import annotations

import re
from enum import Enum

import pytest

from api.console.page import FOLDER
from api.console.words import percent, word
from ascolto.model import (
    CaseState,
    Channel,
    DeliveryState,
    Intent,
    Level,
    Medium,
    Risk,
    Sentiment,
    Urgency,
)

SCRIPTS = sorted((FOLDER / "static").glob("*.js"))
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))


def test_the_scripts_are_small_and_write_no_markup() -> None:
    texts = [script.read_text("utf-8") for script in SCRIPTS]
    assert len(texts) >= 3
    assert sum(text.count("\n") for text in texts) < 500
    for text in texts:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert "http" not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_leave_escaping_on_and_hold_nothing_inline(template: object) -> None:
    text = template.read_text("utf-8")  # type: ignore[attr-defined]
    assert not re.search(r"\|\s*safe|autoescape|\bon[a-z]+=|style=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", text)
    # An attribute without quotes could be left by a text with a space in it.
    assert not re.search(r"=\{\{", text)


@pytest.mark.parametrize(
    "kind",
    [Sentiment, Risk, Intent, Urgency, Channel, Medium, Level, CaseState, DeliveryState],
)
def test_every_label_has_a_word_of_its_own(kind: type[Enum]) -> None:
    words = [word(label) for label in kind]
    assert all(words)
    assert len(set(words)) == len(words)


def test_a_model_is_never_quite_sure() -> None:
    assert [percent(share) for share in (0.0, 0.004, 0.5, 0.999, 1.0)] == [
        "1 %",
        "1 %",
        "50 %",
        "99 %",
        "99 %",
    ]
