# SPDX-License-Identifier: Apache-2.0
"""Settings that are right: defaults, durations, places, lines for later errors."""

from datetime import timedelta
from pathlib import Path

import pytest

from ascolto.settings import Settings
from ascolto.settings_file import parse_settings, read_settings

SMALL = "brands:\n  - name: Banca Esempio\n"


def test_one_brand_is_enough():
    settings = parse_settings(SMALL, Path("x.yaml")).settings
    assert settings.server.host == "127.0.0.1"
    assert [unit.receives for unit in settings.units] == [("all",)]
    assert settings.clock.urgent == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("1s", timedelta(seconds=1)),
        ("15m", timedelta(minutes=15)),
        ("1.5h", timedelta(minutes=90)),
        ("400d", timedelta(days=400)),
        ("' 2 h '", timedelta(hours=2)),
    ],
)
def test_durations(written, meant):
    text = f"{SMALL}clock: {{low: {written}}}\n"
    assert parse_settings(text, Path("x.yaml")).settings.clock.low == meant


def test_the_store_lies_beside_the_settings(tmp_path, monkeypatch):
    place = tmp_path / "etc" / "ascolto.yaml"
    place.parent.mkdir()
    place.write_text(SMALL + "store: {path: data/my.db}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    read = read_settings(Path("etc/ascolto.yaml"))
    assert read.settings.store.path == tmp_path / "etc" / "data" / "my.db"
    assert read.path == Path("etc/ascolto.yaml")


def test_an_absolute_store_stays(tmp_path):
    text = f"{SMALL}store: {{path: {tmp_path}/a.db}}\n"
    assert parse_settings(text, Path("x.yaml")).settings.store.path == tmp_path / "a.db"


def test_a_byte_order_mark_is_no_fault(tmp_path):
    place = tmp_path / "ascolto.yaml"
    place.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert read_settings(place).settings.brands[0].name == "Banca Esempio"


def test_other_scripts_and_anchors():
    text = "brands:\n  - &a {name: Банк, aliases: [銀行, بنك]}\n  - <<: *a\n    name: Altra\n"
    brands = parse_settings(text, Path("x.yaml")).settings.brands
    assert [brand.name for brand in brands] == ["Банк", "Altra"]
    assert brands[1].aliases == ("銀行", "بنك")


def test_a_part_can_say_where_its_options_are_wrong():
    text = f"{SMALL}sources:\n  - name: a\n    kind: feed\n    options:\n      depth: x\n"
    read = parse_settings(text, Path("my.yaml"))
    assert str(read.error(("sources", 0, "options", "depth"), "no number; write 3")) == (
        "my.yaml:7: sources[0].options.depth: no number; write 3"
    )
    assert read.line(("sources", 0, "options", "absent")) == 6
    assert read.line(("sources", 5)) == 3
    assert read.line(()) == 1


def test_settings_are_frozen():
    settings = parse_settings(SMALL, Path("x.yaml")).settings
    with pytest.raises(ValueError, match="frozen"):
        settings.time_zone = "Europe/Rome"
    assert isinstance(settings, Settings)
