# SPDX-License-Identifier: Apache-2.0
"""Kinds of sources by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ascolto.errors import SettingsError
from ascolto.settings import Source
from crawlers.feed import FeedSource
from crawlers.registry import build_source, kinds


def test_the_built_in_kinds():
    assert "feed" in kinds()
    made = build_source(Source(name="a", kind="feed", url="https://site.example/feed"))
    assert isinstance(made, FeedSource)


def test_an_unknown_kind_names_the_known_ones():
    with pytest.raises(SettingsError, match=r"source a: kind: 'fed' is not known; known: .*feed"):
        build_source(Source(name="a", kind="fed"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "url"),
        ({"url": "site.example"}, "url"),
        ({"url": "ftp://site.example/"}, "url"),
        ({"url": "http://site.example/", "options": {"depth": 3}}, "options.*depth"),
    ],
)
def test_a_wrong_feed_is_refused_when_it_is_built(fields, said):
    with pytest.raises(SettingsError, match=said):
        build_source(Source(name="a", kind="feed", **fields))


PLUGIN = """
class Pigeon:
    kind = "pigeon"
    def __init__(self, settings):
        self.settings = settings
    def collect(self, cursor, web, now):
        raise NotImplementedError
class Impostor(Pigeon):
    pass
"""


def test_another_package_adds_a_kind_but_replaces_none(tmp_path: Path, monkeypatch):
    (tmp_path / "pigeonpost.py").write_text(PLUGIN)
    info = tmp_path / "pigeonpost-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeonpost\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ascolto.sources]\npigeon = pigeonpost:Pigeon\nfeed = pigeonpost:Impostor\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert kinds() == ("feed", "pigeon")
    made = build_source(Source(name="a", kind="pigeon"))
    assert made.settings.name == "a"
    feed = build_source(Source(name="a", kind="feed", url="https://site.example/"))
    assert isinstance(feed, FeedSource)
