# SPDX-License-Identifier: Apache-2.0
"""Every wrong settings file is refused with file, line, reason and remedy.

A case is a file under `wrong/`: the settings, and in comments what must be
said, ``# line N`` with N from 1 and ``# says TEXT``, once or more.
"""

import re
from pathlib import Path

import pytest

from ascolto.errors import SettingsError
from ascolto.settings_file import read_settings

CASES = sorted(Path(__file__).with_name("wrong").glob("*.yaml"))


def test_there_are_cases():
    assert len(CASES) >= 25


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_wrong_file_is_refused_with_line_and_reason(case, monkeypatch):
    monkeypatch.setenv("ASCOLTO_TEST_EMPTY", "")
    text = case.read_text("utf-8")
    lines = [int(found) for found in re.findall(r"^# line (\d+)$", text, re.M)]
    says = re.findall(r"^# says (.+)$", text, re.M)
    assert lines, "the case names no line"
    assert says, "the case names no reason"
    with pytest.raises(SettingsError) as caught:
        read_settings(case)
    message = str(caught.value)
    for line in lines:
        assert f"{case}:{line}: " in message
    for reason in says:
        assert reason in message
    assert "canary" not in message
    assert all(fault.startswith(f"{case}:") for fault in message.splitlines())
    assert len(message.splitlines()) == len(lines)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "must hold keys"),
        ("\n\n", 1, "must hold keys"),
        ("- a\n", 1, "must hold keys"),
        ("just a text", 1, "must hold keys"),
        ("brands:\n  - name: A\x00B\n", 2, "not YAML"),
        ("brands: " + "[" * 1000 + "]" * 1000, 1, "deep"),
        ("brands: [{name: Banca}]\n---\nbrands: []\n", 2, "not YAML"),
    ],
    ids=["empty", "blank", "list", "text", "nul", "1000-deep", "two-documents"],
)
def test_what_is_no_settings_file_at_all(tmp_path, text, line, reason):
    place = tmp_path / "ascolto.yaml"
    place.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(place)
    assert str(caught.value).startswith(f"{place}:{line}: ")
    assert reason in str(caught.value)


def test_a_missing_file_says_how_to_write_one(tmp_path):
    with pytest.raises(SettingsError, match="ascolto init"):
        read_settings(tmp_path / "none.yaml")


@pytest.mark.parametrize("kind", ["folder", "latin-1"])
def test_an_unreadable_file_is_named(tmp_path, kind):
    place = tmp_path / "ascolto.yaml"
    if kind == "folder":
        place.mkdir()
    else:
        place.write_bytes("brands: [{name: Caffè}]".encode("latin-1"))
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        read_settings(place)
    assert str(place) in str(caught.value)
